import json
from datetime import date
from typing import Any

import pytest
import yaml

from actions.memory import (
    PIECES_KEPT,
    TOPICS_KEPT,
    Calculation,
    Case,
    Clarifying,
    Figure,
    Memory,
    Topic,
)
from contract import CaseFacts, HandoffReason
from tests.actions.conversation import DOMAIN_FILE

FULL = Memory(
    failed_turns=1,
    complaints=1,
    topics=(
        Topic(article_id="a", title="年休假", area=None, question="年假几天"),
        Topic(article_id="b", title="体检", area="health-check", question="体检", subject="体检"),
    ),
    aspect="去哪里",
    pieces=("住院了", "花了三万"),
    figures={
        "monthly_wage": Figure(value="8000", told_on=date(2026, 11, 26)),
        "service": Figure(value={"years": 2, "months": 3, "days": 0}, told_on=date(2026, 11, 25)),
    },
    calculation=Calculation(
        calculator="overtime", values={"monthly_wage": "8000"}, asked="hours", unanswered=1
    ),
    case=Case(
        reason=HandoffReason.LEGAL_CASE,
        category="工伤",
        priority=2,
        summary="手指断了",
        facts=CaseFacts(what_happened="手指断了", consent=False),
        settled=("employer",),
        asked="when",
    ),
    clarifying=Clarifying(clarification="annual-leave-own", question="我有几天年假"),
    offer="overtime",
)


def slots_of(memory: Memory) -> dict[str, Any]:
    """Return the slots as the dialogue server stores and sends them."""
    events = json.loads(json.dumps(memory.changes_since(Memory())))
    return {event["name"]: event["value"] for event in events}


def topic(number: int) -> Topic:
    return Topic(article_id=f"a{number}", title="年休假", area=None, question="年假几天")


def test_every_field_survives_the_slots() -> None:
    assert set(slots_of(FULL)) == set(Memory.model_fields)
    assert Memory.of(slots_of(FULL)) == FULL


def test_every_field_is_a_slot_of_the_domain_and_the_other_way_round() -> None:
    domain = yaml.safe_load(DOMAIN_FILE.read_text(encoding="utf-8"))
    assert set(domain["slots"]) == set(Memory.model_fields)


@pytest.mark.parametrize("slots", [{}, dict.fromkeys(Memory.model_fields)])
def test_empty_slots_are_an_empty_memory(slots: dict[str, Any]) -> None:
    assert Memory.of(slots) == Memory()


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        ("failed_turns", "many"),
        ("complaints", {}),
        ("topics", "年假"),
        ("topics", [{"article_id": "a"}]),
        ("topics", [{"article_id": "a", "title": "t", "area": None, "question": "q", "new": 1}]),
        ("aspect", 3),
        ("pieces", [None]),
        ("figures", {"monthly_wage": {"value": "8000", "told_on": "yesterday"}}),
        ("figures", ["8000"]),
        ("calculation", {"values": {}}),
        ("case", {"reason": "boredom", "category": "", "priority": 1, "summary": ""}),
        ("clarifying", "annual-leave-own"),
        ("offer", ["person"]),
    ],
)
def test_a_slot_that_cannot_be_read_is_forgotten_and_the_others_are_kept(
    slot: str, value: Any
) -> None:
    empty = Memory.model_fields[slot].get_default()
    assert Memory.of({**slots_of(FULL), slot: value}) == FULL.having(**{slot: empty})


def test_slots_of_others_are_none_of_its_business() -> None:
    assert Memory.of({"session_started_metadata": {}, "aspect": "去哪里"}) == Memory(
        aspect="去哪里"
    )


def test_nothing_changed_is_no_event() -> None:
    assert FULL.changes_since(FULL) == []


def test_what_is_forgotten_empties_its_slot() -> None:
    (event,) = FULL.having(offer=None).changes_since(FULL)
    assert (event["name"], event["value"]) == ("offer", None)


def test_the_latest_topic_comes_first_and_the_oldest_is_dropped() -> None:
    memory = Memory()
    for number in range(TOPICS_KEPT + 1):
        memory = memory.about(topic(number))
    assert memory.topic == topic(TOPICS_KEPT)
    assert memory.topics == tuple(topic(number) for number in range(TOPICS_KEPT, 0, -1))


def test_a_topic_talked_about_again_moves_to_the_front() -> None:
    memory = Memory(topics=(topic(1), topic(2), topic(3))).about(topic(3))
    assert memory.topics == (topic(3), topic(1), topic(2))


def test_without_a_topic_there_is_none() -> None:
    assert Memory().topic is None


def test_an_answer_closes_what_was_open_and_keeps_the_figures() -> None:
    memory = FULL.about(topic(1))
    assert memory == FULL.having(
        topics=(topic(1), *FULL.topics),
        failed_turns=0,
        aspect=None,
        pieces=(),
        clarifying=None,
        offer=None,
    )


def test_a_failure_is_counted_and_withdraws_question_and_offer() -> None:
    assert FULL.failed() == FULL.having(failed_turns=2, clarifying=None, offer=None)


def test_the_latest_pieces_are_kept() -> None:
    memory = Memory(failed_turns=2)
    for number in range(PIECES_KEPT + 2):
        memory = memory.with_piece(str(number))
    assert memory == Memory(pieces=("2", "3", "4"))
