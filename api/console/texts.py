"""The Chinese texts of the console's shell."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from api.storage.models import Presence, Role


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginTexts(_Texts):
    """The login page."""

    title: str
    intro: str
    username: str
    password: str
    code: str
    code_hint: str
    submit: str
    expired: str


class ShortcutText(_Texts):
    """One line of the keyboard help."""

    keys: str
    does: str


class ConsoleTexts(_Texts):
    """Everything that stands around the pages."""

    title: str
    skip: str
    menu: str
    log_out: str
    own_account: str
    keyboard_help: str
    close: str
    failed: str
    session_over: str
    log_in_again: str
    forbidden: str
    presence: dict[Presence, str]
    roles: dict[Role, str]
    login: LoginTexts
    shortcuts: list[ShortcutText]


@cache
def console_texts() -> ConsoleTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return ConsoleTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
