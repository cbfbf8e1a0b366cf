"""The Chinese texts about personal data, from ``texts/privacy.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

import api.texts
from contract import QuickReply

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExportTexts(_Texts):
    """Head of an export."""

    about: Text


class DeletionTexts(_Texts):
    """Answer to a deletion. ``kept``: what stays, and why."""

    done: Text
    kept_title: Text
    kept: list[Text] = Field(min_length=1)


class ByWordTexts(_Texts):
    """Deletion by saying so: the pattern of the request, the question back and its buttons."""

    asks: Text
    ask_again: Text
    confirm: QuickReply
    keep: QuickReply


class PrivacyTexts(_Texts):
    """Everything in ``privacy.yml``."""

    export: ExportTexts
    by_word: ByWordTexts
    deletion: DeletionTexts
    desk_notice: Text


@cache
def privacy_texts() -> PrivacyTexts:
    """Texts of ``privacy.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(api.texts.__file__).with_name("privacy.yml")
    return PrivacyTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
