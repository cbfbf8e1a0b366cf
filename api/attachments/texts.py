"""The Chinese texts about files, from ``texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredTexts(_Texts):
    """What stands in the record in the place of a file."""

    image: Text
    document: Text
    audio: Text
    video: Text


class AttachmentTexts(_Texts):
    """Everything in ``texts.yml``."""

    stored: StoredTexts
    unnamed: Text


@cache
def attachment_texts() -> AttachmentTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return AttachmentTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
