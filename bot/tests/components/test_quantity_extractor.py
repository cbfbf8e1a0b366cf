from datetime import date
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from components.quantity_extractor import QuantityExtractor, today_in_china


def test_dates_are_seen_from_the_day_of_the_clock() -> None:
    extractor = QuantityExtractor(lambda: date(2026, 11, 25))
    (message,) = extractor.process([Message.build("昨天 8千")])
    assert message.get(ENTITIES) == [
        {
            "entity": "date",
            "start": 0,
            "end": 2,
            "value": {"date": "2026-11-24", "grain": "day"},
            "extractor": "QuantityExtractor",
        },
        {
            "entity": "money",
            "start": 3,
            "end": 5,
            "value": {"amount": "8000", "per": None},
            "extractor": "QuantityExtractor",
        },
    ]


def test_the_graph_creates_it_with_the_clock_of_the_workers(tmp_path: Any) -> None:
    storage = LocalModelStorage.create(tmp_path)
    context = ExecutionContext(GraphSchema({}))
    extractor = QuantityExtractor.create({}, storage, Resource("quantities"), context)
    before = today_in_china()
    (message,) = extractor.process([Message.build("今天")])
    (entity,) = message.get(ENTITIES)
    assert entity["value"]["date"] in {before.isoformat(), today_in_china().isoformat()}


def test_a_message_without_text_is_left_alone() -> None:
    (message,) = QuantityExtractor().process([Message({})])
    assert message.get(ENTITIES) is None
