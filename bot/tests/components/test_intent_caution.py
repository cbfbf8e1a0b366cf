import re
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from components.intent_caution import YIELDED, IntentCaution

LEAST = {"crisis": 0.2, "urgent_deadline": 0.3, "group_dispute": 0.3, "legal_case": 0.35}
CAUTION = IntentCaution({"minimum_confidence": LEAST, "yields_to": {}, "must_lead": {}})
YIELDING = IntentCaution(
    {
        "minimum_confidence": LEAST,
        "yields_to": {"crisis": {"legal_case": 1.0, "group_dispute": 0.25}},
        "must_lead": {},
    }
)
LEADING = IntentCaution(
    {
        "minimum_confidence": LEAST,
        "yields_to": {"crisis": {"legal_case": 1.0}},
        "must_lead": {"crisis": "屋顶.*施工"},
    }
)


def classified(*ranking: tuple[str, float], text: str = "x") -> Message:
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return Message({"text": text, INTENT: ranked[0], INTENT_RANKING_KEY: ranked})


@pytest.mark.parametrize(
    ("ranking", "intent"),
    [
        ([("chitchat", 0.7), ("crisis", 0.25)], "crisis"),
        ([("nlu_fallback", 0.5), ("deny", 0.3), ("crisis", 0.2)], "crisis"),
        ([("crisis", 0.9), ("legal_case", 0.1)], "crisis"),
        ([("chitchat", 0.8), ("crisis", 0.19)], "chitchat"),
        ([("ask_service", 0.6), ("legal_case", 0.4)], "legal_case"),
        ([("ask_service", 1.0)], "ask_service"),
    ],
)
def test_a_fair_share_is_enough(ranking: list[tuple[str, float]], intent: str) -> None:
    (message,) = CAUTION.process([classified(*ranking)])
    assert message.get(INTENT)["name"] == intent


def test_the_first_of_several_wins() -> None:
    (message,) = CAUTION.process([classified(("legal_case", 0.7), ("crisis", 0.25))])
    assert message.get(INTENT) == {"name": "crisis", "confidence": 0.25}


@pytest.mark.parametrize(
    ("ranking", "intent", "yielded"),
    [
        # The likelier one, and it is known that the other had its share.
        ([("legal_case", 0.7), ("crisis", 0.25)], "legal_case", "crisis"),
        ([("ask_service", 0.4), ("legal_case", 0.35), ("crisis", 0.25)], "legal_case", "crisis"),
        ([("group_dispute", 0.6), ("crisis", 0.25)], "group_dispute", "crisis"),
        ([("group_dispute", 0.6), ("crisis", 0.26)], "crisis", None),
        ([("crisis", 0.5), ("legal_case", 0.4)], "crisis", None),
        ([("legal_case", 0.9), ("crisis", 0.1)], "legal_case", None),
        # One that has not its own share is nothing to yield to.
        ([("ask_service", 0.5), ("legal_case", 0.26), ("crisis", 0.24)], "crisis", None),
        # What stands between them in the order comes before the likelier one.
        (
            [("legal_case", 0.4), ("urgent_deadline", 0.32), ("crisis", 0.25)],
            "urgent_deadline",
            "crisis",
        ),
    ],
)
def test_an_intent_yields_to_a_likelier_one(
    ranking: list[tuple[str, float]], intent: str, yielded: str | None
) -> None:
    (message,) = YIELDING.process([classified(*ranking)])
    assert message.get(INTENT)["name"] == intent
    assert message.get(YIELDED) == yielded
    assert (YIELDED in message.as_dict_nlu()) is (yielded is not None)


def test_crisis_is_cautious_by_default() -> None:
    caution = IntentCaution(IntentCaution.get_default_config())
    (message,) = caution.process([classified(("chitchat", 0.6), ("crisis", 0.3))])
    assert message.get(INTENT) == {"name": "crisis", "confidence": 0.3}


@pytest.mark.parametrize(
    ("text", "ranking", "intent"),
    [
        ("屋顶上施工", [("ask_service", 0.5), ("crisis", 0.4)], "ask_service"),
        ("屋頂上施工", [("ask_service", 0.5), ("crisis", 0.4)], "ask_service"),
        ("屋顶上施工", [("crisis", 0.5), ("ask_service", 0.4)], "crisis"),
        ("屋顶上坐着", [("ask_service", 0.5), ("crisis", 0.4)], "crisis"),
        ("屋顶上施工", [("ask_service", 0.6), ("legal_case", 0.4)], "legal_case"),
        ("屋顶上施工", [("nlu_fallback", 0.3), ("crisis", 0.22), ("chitchat", 0.2)], "crisis"),
    ],
)
def test_where_an_ordinary_matter_names_the_place_an_intent_must_lead(
    text: str, ranking: list[tuple[str, float]], intent: str
) -> None:
    (message,) = LEADING.process([classified(*ranking, text=text)])
    assert message.get(INTENT)["name"] == intent


def test_what_must_lead_is_still_told_where_it_yields() -> None:
    ranking = ("legal_case", 0.5), ("crisis", 0.4)
    (message,) = LEADING.process([classified(*ranking, text="屋顶上施工")])
    assert (message.get(INTENT)["name"], message.get(YIELDED)) == ("legal_case", "crisis")


@pytest.fixture(scope="module")
def dangerous_work() -> re.Pattern[str]:
    pipeline = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))["pipeline"]
    (pattern,) = [each["must_lead"]["crisis"] for each in pipeline if "must_lead" in each]
    return re.compile(pattern)


@pytest.mark.parametrize(
    "text",
    [
        "今天40度还让我们在楼顶干活",
        "高空作业有没有补贴",
        "在脚手架上干活一天给多少",
        "外墙清洗算不算特种作业",
        "38度还要施工",
        "井下作业几小时算超",
    ],
)
def test_ordinary_work_in_dangerous_places(text: str, dangerous_work: re.Pattern[str]) -> None:
    assert dangerous_work.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "我站在楼顶 不想干活了",
        "我在楼顶不想上班了 想跳",
        "上班没意思 去楼顶",
        "在天台边坐着 上班好累 真想下去",
        "在楼顶  做工没意思活着也没意思",
        "坐在屋顶上 修什么修 一跳了之",
        "高空作业时想解开安全绳一了百了",
        "塔吊上坐着 修不修都一样 拿不到钱我不下来",
        "井下干活 同事被埋",
        "高温上班 同事昏倒没反应",
        "在脚手架上干活 他们不给钱我就跳",
        "楼顶施工 有人掉下来了",
    ],
)
def test_danger_in_such_places_is_none(text: str, dangerous_work: re.Pattern[str]) -> None:
    assert not dangerous_work.search(text)
