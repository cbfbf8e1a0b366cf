"""The Chinese texts of the actions, read once from ``texts.yml`` and checked."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from contract import HandoffReason, QuickReply

TEXTS_FILE = Path(__file__).with_name("texts.yml")


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerTexts(_Texts):
    """Sentences around an article's own words."""

    caution: str
    law: str
    parts: str
    part: str


class ChoiceTexts(_Texts):
    """Sentences that ask the worker to choose."""

    ask: str
    topics: str
    none_of_these: str


class DeclineTexts(_Texts):
    """Sentences that admit not knowing."""

    unknown: str
    rephrase: str


class CategoryTexts(_Texts):
    """Categories of a hand-off that no article's area names."""

    general: str
    crisis: str


class Texts(_Texts):
    """All texts of the actions."""

    answer: AnswerTexts
    choices: ChoiceTexts
    decline: DeclineTexts
    person: QuickReply
    topics: list[QuickReply]
    handoff: dict[HandoffReason, str]
    categories: CategoryTexts


@cache
def texts() -> Texts:
    """Return the texts.

    Raises:
        pydantic.ValidationError: the file lacks a text or has an unknown one.
    """
    return Texts.model_validate(yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8")))
