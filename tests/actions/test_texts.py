import pytest
import yaml
from pydantic import ValidationError

from actions.texts import TEXTS_FILE, Texts, texts
from contract import HandoffReason

USED_REASONS = set(HandoffReason) - {
    HandoffReason.NEGATIVE_FEEDBACK,  # given by the gateway, when an answer is marked as no help
    HandoffReason.BOT_UNAVAILABLE,  # given by the gateway, when no action can run
}


@pytest.mark.parametrize("reason", sorted(USED_REASONS))
def test_every_reason_that_an_action_gives_has_a_text(reason: HandoffReason) -> None:
    assert len(texts().handoff[reason]) > 20


def test_a_crisis_gets_the_numbers_that_help() -> None:
    assert all(
        number in texts().handoff[HandoffReason.CRISIS] for number in ("12356", "120", "110")
    )


def test_a_deadline_gets_the_hotline() -> None:
    assert "12351" in texts().handoff[HandoffReason.URGENT_DEADLINE]


def test_no_text_is_empty() -> None:
    def leaves(value: object) -> list[str]:
        if isinstance(value, dict):
            return [leaf for each in value.values() for leaf in leaves(each)]
        if isinstance(value, list):
            return [leaf for each in value for leaf in leaves(each)]
        return [str(value)]

    found = leaves(texts().model_dump())
    assert len(found) > 15
    assert all(text.strip() == text != "" for text in found)


@pytest.mark.parametrize(("section", "key"), [("decline", "unknown"), ("choices", "ask")])
def test_a_missing_text_is_refused(section: str, key: str) -> None:
    data = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    del data[section][key]
    with pytest.raises(ValidationError, match=key):
        Texts.model_validate(data)


def test_an_unknown_text_is_refused() -> None:
    data = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    with pytest.raises(ValidationError, match="farewell"):
        Texts.model_validate({**data, "farewell": "再见"})
