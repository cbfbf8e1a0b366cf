"""The Chinese texts of the calculators, one file each, read once and checked."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from contract import QuickReply

TEXTS_DIRECTORY = Path(__file__).with_name("texts")


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OptionTexts(_Texts):
    """One option of a choice. ``title`` is the button, ``says`` the ways workers put it."""

    title: str
    says: re.Pattern[str]


class FieldTexts(_Texts):
    """How a figure is asked for and recognised.

    ``cue`` is searched in the words around a figure of the field's kind (a dozen characters
    before and half a dozen behind it): a figure beside its cue belongs to this field.
    ``per``: of a money field, the periods an amount may be for (month, day, hour, piece, year;
    see the entity ``money`` of the dialogue server); an amount for one of them belongs here.
    """

    label: str
    question: str
    cue: re.Pattern[str] | None = None
    per: tuple[str, ...] = ()
    options: dict[str, OptionTexts] = Field(default_factory=dict)
    implausible: str | None = None


class CalculatorTexts(_Texts):
    """All texts of one calculator.

    ``intro`` opens the first question. ``lines`` are templates for results, steps and notes.
    ``sources`` are the laws, as shown; ``articles`` the ids of the articles to cite; ``next``
    what a worker may want to do with the result; ``offer`` the button that starts it.
    ``opens_after``: articles behind which a message that tells all its figures opens it.
    ``asks_first``: the question has no answer without the worker's own figures. ``by_rule`` finds
    messages that it cannot compute and the articles answer, ``for_a_person`` those that a person
    has to look at.
    """

    title: str
    intro: str
    offer: QuickReply
    fields: dict[str, FieldTexts]
    lines: dict[str, str]
    sources: tuple[str, ...] = Field(min_length=1)
    articles: tuple[str, ...] = Field(min_length=1)
    next: tuple[QuickReply, ...] = ()
    contradicting: tuple[str, ...] = ()
    opens_after: tuple[str, ...] = ()
    asks_first: bool = False
    by_rule: re.Pattern[str] | None = None
    for_a_person: re.Pattern[str] | None = None

    def line(self, template: str, **figures: object) -> str:
        """Fill in a template.

        Raises:
            KeyError: there is no such template, or it has a place without a figure.
        """
        return self.lines[template].format(**figures)


@cache
def calculator_texts(name: str) -> CalculatorTexts:
    """Return the texts of a calculator.

    Raises:
        OSError: there is no such file.
        pydantic.ValidationError: it lacks a text or has an unknown one.
    """
    path = TEXTS_DIRECTORY / f"{name}.yml"
    return CalculatorTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
