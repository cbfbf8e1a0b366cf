from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.channels.wechat import fields


def _accepts(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", [fields.MsgId, fields.UnixSeconds])
def test_numbers_are_digits_and_nothing_else(kind: Any) -> None:
    assert TypeAdapter(kind).validate_python("1348831860") == 1348831860
    assert TypeAdapter(kind).validate_python(1348831860) == 1348831860
    for value in ("", "0", "-1", "+1", "1.0", "1e3", "1_000", " 1", "１", "x", 0, -1):
        assert not _accepts(kind, value), value


def test_an_account_has_no_separator_in_its_name() -> None:
    for value in ("gh_0123456789ab", "oA-b_c", "mphelper", "o" * 64):
        assert _accepts(fields.AccountId, value), value
    for value in ("", "o" * 65, "a:b", "a b", "a\n", "工友"):
        assert not _accepts(fields.AccountId, value), value


def test_what_is_empty_is_not_there() -> None:
    assert TypeAdapter(fields.OptionalKey).validate_python("") is None
    assert TypeAdapter(fields.OptionalText).validate_python("字") == "字"


def test_a_short_video_is_known_by_its_type() -> None:
    short = TypeAdapter(fields.IsShort)
    assert short.validate_python("shortvideo")
    assert not short.validate_python("video")
    assert short.validate_python(True)
