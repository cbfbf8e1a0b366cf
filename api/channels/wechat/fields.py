"""Types of the platform's fields. The limits are far beyond what it sends; they keep what is
stored within bounds."""

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

_DIGITS = re.compile(r"[0-9]{1,20}")


def _digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("not a number of decimal digits")
    return value


def _blank_to_none(value: object) -> object:
    return value or None


def _is_short(value: object) -> object:
    return value == "shortvideo" if isinstance(value, str) else value


AccountId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_@.-]{1,64}$")]
"""An OpenID, or the original ID of an Official Account."""
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]
"""A word of the platform, such as a type."""
UnixSeconds: TypeAlias = Annotated[int, BeforeValidator(_digits), Field(ge=1, lt=2**32)]
MsgId: TypeAlias = Annotated[int, BeforeValidator(_digits), Field(ge=1, lt=2**64)]
MediaId: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Key: TypeAlias = Annotated[str, StringConstraints(max_length=2048)]
"""What we named something when we told the platform of it."""
OptionalKey: TypeAlias = Annotated[Key | None, BeforeValidator(_blank_to_none)]
Url: TypeAlias = Annotated[str, StringConstraints(max_length=4096)]
Line: TypeAlias = Annotated[str, StringConstraints(max_length=4096)]
LongText: TypeAlias = Annotated[str, StringConstraints(max_length=65_536)]
OptionalText: TypeAlias = Annotated[LongText | None, BeforeValidator(_blank_to_none)]
IsShort: TypeAlias = Annotated[bool, BeforeValidator(_is_short)]
"""Of a video, from its type."""
