"""The Chinese texts of the inbox's services, from ``texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CannedTexts(_Texts):
    """What stands for a name or an employer that nobody has told."""

    nobody: Text
    employer: Text


class SuggestionTexts(_Texts):
    """Under a suggested reply; ``source`` has ``{titles}``."""

    source: Text


class CardTexts(_Texts):
    """In place of a number that cannot be opened."""

    sealed: Text


class InboxTexts(_Texts):
    """Everything in ``texts.yml``."""

    canned: CannedTexts
    suggestion: SuggestionTexts
    card: CardTexts


@cache
def inbox_texts() -> InboxTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return InboxTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
