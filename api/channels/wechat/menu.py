"""The account's custom menu, from ``menu.yml``, within the platform's limits.

Source: https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu.html
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

MENU_FILE: Final = Path(__file__).with_name("menu.yml")
_TEXT_MAX_CHARS: Final = 500
"""The bot reads no more."""


class MenuError(Exception):
    """The menu's file cannot be used; the text says where and why."""


def _at_most(max_bytes: int) -> AfterValidator:
    def check(value: str) -> str:
        if (size := len(value.encode())) > max_bytes:
            raise ValueError(f"{size} bytes, the platform takes {max_bytes}")
        return value

    return AfterValidator(check)


_Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^[^\n]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Click(_Part):
    """Says ``text`` in the follower's name. ``key``: what the platform delivers."""

    name: Annotated[_Line, _at_most(60)]
    key: Annotated[_Line, _at_most(128)]
    text: Annotated[_Line, Field(max_length=_TEXT_MAX_CHARS)]

    def as_button(self) -> dict[str, Any]:
        """As the platform wants it."""
        return {"type": "click", "name": self.name, "key": self.key}


class View(_Part):
    """Opens a page."""

    name: Annotated[_Line, _at_most(60)]
    url: Annotated[_Line, StringConstraints(pattern=r"^https?://\S+$"), _at_most(1024)]

    def as_button(self) -> dict[str, Any]:
        """As the platform wants it."""
        return {"type": "view", "name": self.name, "url": self.url}


class Column(_Part):
    """A button at the lower edge with the entries above it."""

    name: Annotated[_Line, _at_most(16)]
    entries: Annotated[list[Click | View], Field(min_length=1, max_length=5)]

    def as_button(self) -> dict[str, Any]:
        """As the platform wants it."""
        return {"name": self.name, "sub_button": [entry.as_button() for entry in self.entries]}


class Menu(_Part):
    """All of it."""

    columns: Annotated[list[Column], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [click.key for click in self._clicks()]
        if repeated := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"keys more than once: {', '.join(repeated)}")
        return self

    def as_platform(self) -> dict[str, Any]:
        """What ``Platform.publish_menu`` takes."""
        return {"button": [column.as_button() for column in self.columns]}

    def topics(self) -> dict[str, str]:
        """What each key says."""
        return {click.key: click.text for click in self._clicks()}

    def _clicks(self) -> list[Click]:
        return [
            entry for column in self.columns for entry in column.entries if isinstance(entry, Click)
        ]


def load_menu(path: Path = MENU_FILE) -> Menu:
    """Raises ``MenuError``."""
    try:
        return Menu.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MenuError(f"{path}: {error}") from None
    except ValidationError as error:
        problems = (
            f"{path}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors()
        )
        raise MenuError("\n".join(problems)) from None


def topic_of(key: str) -> str | None:
    """What a click says in the follower's name; None: no entry has that key."""
    return _topics().get(key)


@cache
def _topics() -> dict[str, str]:
    return load_menu().topics()
