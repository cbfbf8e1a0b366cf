from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from components.entities import add_mentions
from components.quantities.mention import Mention


def test_the_longest_of_all_extractors_stays() -> None:
    message = Message.build("老张五金厂的保安3年")
    add_mentions(message, [Mention("role", 6, 8, "保安"), Mention("count", 8, 9, {})], "First")
    add_mentions(message, [Mention("duration", 8, 10, {"years": "3"})], "Second")
    assert message.get(ENTITIES) == [
        {"entity": "role", "start": 6, "end": 8, "value": "保安", "extractor": "First"},
        {
            "entity": "duration",
            "start": 8,
            "end": 10,
            "value": {"years": "3"},
            "extractor": "Second",
        },
    ]


def test_of_equally_long_ones_the_earlier_stays() -> None:
    message = Message.build("百丈")
    add_mentions(message, [Mention("town", 0, 2, "百丈镇")], "First")
    add_mentions(message, [Mention("count", 0, 2, {})], "Second")
    assert [entity["extractor"] for entity in message.get(ENTITIES)] == ["First"]


def test_a_message_without_mentions_has_an_empty_list() -> None:
    message = Message.build("你好")
    add_mentions(message, [], "First")
    assert message.get(ENTITIES) == []
