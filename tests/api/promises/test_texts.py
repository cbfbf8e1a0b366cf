from typing import Any

import chinese_calendar
import pytest
import yaml
from pydantic import ValidationError

from api.promises.texts import FILE, NUMBERS_IN_DANGER, PromiseTexts, promise_texts


@pytest.fixture
def written() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("number", NUMBERS_IN_DANGER)
def test_danger_without_a_number_is_refused(written: dict[str, Any], number: str) -> None:
    written["urgent"] = written["urgent"].replace(number, "")
    with pytest.raises(ValidationError, match=f"urgent lacks {number}"):
        PromiseTexts.model_validate(written)


def test_a_wait_without_the_hotline_is_refused(written: dict[str, Any]) -> None:
    written["hotline"] = "着急的话，可以打电话。"
    with pytest.raises(ValidationError, match="hotline lacks 12351"):
        PromiseTexts.model_validate(written)


def test_a_priority_without_a_target_is_refused(written: dict[str, Any]) -> None:
    del written["target"][3]
    with pytest.raises(ValidationError, match="target lacks 3"):
        PromiseTexts.model_validate(written)


def test_every_yearly_holiday_has_its_name() -> None:
    only_once = "Anti-Fascist 70th Day"
    names = {holiday.value for holiday in chinese_calendar.Holiday} - {only_once}
    assert set(promise_texts().holidays) == names
