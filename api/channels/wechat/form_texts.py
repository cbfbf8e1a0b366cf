"""The Chinese texts of the WeChat channel, from ``form_texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredTexts(_Texts):
    """What stands in the record in the place of something that is not text."""

    image: Text
    voice: Text
    video: Text
    location: Text
    link: Text
    other: Text


class ViewTexts(_Texts):
    """Lines to tap for what waits, what a tap says, and the pattern of asking in words."""

    preparing: Text
    preparing_label: Text
    preparing_says: Text
    more: Text
    more_label: Text
    more_says: Text
    asks: Text


class ChoicesTexts(_Texts):
    """Quick replies as numbered lines or as words, and the pattern of choosing by number."""

    head: Text
    line: Text
    in_words: Text
    word: Text
    comma: Text
    number: Text


class SourceTexts(_Texts):
    """Where an answer comes from."""

    line: Text
    title: Text
    checked: Text
    as_of: Text
    not_verified: Text
    comma: Text


class FormTexts(_Texts):
    """Everything in ``form_texts.yml``."""

    greeting: Text
    stored: StoredTexts
    image_with_bot: Text
    voice_without_text: Text
    video_with_bot: Text
    location_with_bot: Text
    link_with_bot: Text
    unsupported: Text
    file_with_staff: Text
    flood: Text
    storage_down: Text
    delayed: Text
    nothing_waiting: Text
    view: ViewTexts
    choices: ChoicesTexts
    source: SourceTexts
    part: Text


@cache
def form_texts() -> FormTexts:
    """Texts of ``form_texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("form_texts.yml")
    return FormTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
