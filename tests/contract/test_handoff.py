import pytest
from pydantic import ValidationError

from contract import CaseFacts, Handoff, HandoffReason


def handoff(priority: int, reason: str = "requested") -> Handoff:
    return Handoff.model_validate(
        {"reason": reason, "category": "综合", "priority": priority, "summary": ""}
    )


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_priorities_reach_from_crisis_to_the_rest(priority: int) -> None:
    assert handoff(priority).priority == priority


@pytest.mark.parametrize("priority", [0, 5, -1])
def test_other_priorities_are_refused(priority: int) -> None:
    with pytest.raises(ValidationError):
        handoff(priority)


def test_the_reasons_are_those_of_the_design() -> None:
    assert [reason.value for reason in HandoffReason] == [
        "requested",
        "legal_case",
        "urgent_deadline",
        "crisis",
        "repeated_failure",
        "negative_feedback",
        "bot_unavailable",
    ]
    with pytest.raises(ValidationError):
        handoff(4, reason="boredom")


def test_facts_may_all_be_missing() -> None:
    assert handoff(4).case_facts == CaseFacts()
    assert set(CaseFacts().model_dump().values()) == {None}
