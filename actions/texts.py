"""The Chinese texts of the actions, read once from ``texts.yml`` and checked."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from actions.calculators.fields import Kind
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
    returned: str
    likely: str
    not_likely: str


class ChoiceTexts(_Texts):
    """Sentences that ask the worker to choose."""

    ask: str
    about: str
    which: str
    topics: str
    none_of_these: str


class DeclineTexts(_Texts):
    """Sentences that admit not knowing."""

    unknown: str
    about: str
    rephrase: str


class CategoryTexts(_Texts):
    """Categories of a hand-off that no article's area names."""

    general: str
    crisis: str


class TalkTexts(_Texts):
    """Short sentences that keep a conversation going."""

    noted: str
    affirmed: str
    declined: str
    denied: str
    stopped: str
    skipped: str
    not_helpful: str
    unclarified: str
    private_number: str
    in_danger: str


class CalculationTexts(_Texts):
    """Sentences around the figures and the result of a calculation."""

    understood: str
    told_before: str
    again: str
    stopped: str
    cannot: str
    steps: str
    notes: str
    sources: str
    closing: str
    comma: str
    units: dict[Kind, str]
    span: tuple[str, str, str]
    no_time: str
    date: str
    stop: QuickReply


class IntakeQuestion(_Texts):
    """How one fact of a case is asked for."""

    question: str
    quick_replies: tuple[QuickReply, ...] = ()


class IntakeTexts(_Texts):
    """Sentences while a case is taken down, and the patterns of what is told.

    ``questions`` stand in the order of asking. The patterns are searched in folded text:
    ``question`` finds a message that clearly ends as a question, unless ``unknown`` finds that
    it only says what is not known; ``lost`` the wish to hear the open question again, ``only_yes``
    a message that agrees and tells nothing. In a single clause ``alone`` finds that nobody else is
    concerned, ``evidence`` the name of a piece of it, ``at_hand`` that the worker has it, unless
    ``not_at_hand`` finds that he has not.
    """

    opening: str
    opening_after_death: str
    stopped: str
    rule: str
    warning: str
    warnings: dict[str, str]
    rules: dict[str, str]
    first: str
    questions: dict[str, IntakeQuestion]
    when_after_death: str
    noted: str
    question: re.Pattern[str]
    unknown: re.Pattern[str]
    lost: re.Pattern[str]
    only_yes: re.Pattern[str]
    alone: re.Pattern[str]
    evidence: re.Pattern[str]
    at_hand: re.Pattern[str]
    not_at_hand: re.Pattern[str]
    agrees: re.Pattern[str]
    refuses: re.Pattern[str]
    skip: QuickReply
    at_once: QuickReply
    closing: str


class Texts(_Texts):
    """All texts of the actions, and the patterns of words that steer them.

    The patterns are searched in folded text: ``asks`` finds a question, ``ends_asking``
    one that ends as a question does, ``compute`` the wish to
    have something worked out, ``correction`` the words before what was really meant,
    ``not_meant`` what was not meant, behind it, ``varies`` a result asked for in another way,
    ``wants_person`` the wish for a person in a message that stops something.
    """

    answer: AnswerTexts
    choices: ChoiceTexts
    decline: DeclineTexts
    talk: TalkTexts
    calculation: CalculationTexts
    intake: IntakeTexts
    person: QuickReply
    topics: list[QuickReply]
    handoff: dict[HandoffReason, str]
    limits: dict[str, str]
    crisis: dict[str, str]
    may_be_in_danger: str
    categories: CategoryTexts
    asks: re.Pattern[str]
    ends_asking: re.Pattern[str]
    compute: re.Pattern[str]
    correction: re.Pattern[str]
    not_meant: re.Pattern[str]
    varies: re.Pattern[str]
    wants_person: re.Pattern[str]


@cache
def texts() -> Texts:
    """Return the texts.

    Raises:
        pydantic.ValidationError: the file lacks a text or has an unknown one.
    """
    return Texts.model_validate(yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8")))
