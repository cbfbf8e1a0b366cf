"""The Chinese texts of the members' part, from ``texts/members.yml``."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

import api.texts

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Column(StrEnum):
    """A column of the roster."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    UNION = "union"
    JOINED = "joined"
    MUTUAL_AID = "mutual_aid"

    @property
    def heading(self) -> str:
        """What people call it."""
        return members_texts().roster.headings[self][0]


class Fault(StrEnum):
    """What can be wrong with a cell."""

    MISSING = "missing"
    FORMULA = "formula"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    ID_AS_NUMBER = "id_as_number"
    ID_SHAPE = "id_shape"
    ID_BIRTHDAY = "id_birthday"
    ID_CHECKSUM = "id_checksum"
    DUPLICATE = "duplicate"
    PHONE = "phone"
    DATE = "date"
    YEARS = "years"


class Refusal(StrEnum):
    """Why a whole file is not taken."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    OLD_FORMAT = "old_format"
    UNREADABLE = "unreadable"
    ENCODING = "encoding"
    NO_HEADINGS = "no_headings"
    MISSING_COLUMNS = "missing_columns"
    REPEATED_COLUMN = "repeated_column"
    SEVERAL_SHEETS = "several_sheets"
    NO_ROWS = "no_rows"


class MembershipQuestion(StrEnum):
    """What a worker can ask about the own membership."""

    IS_MEMBER = "is_member"
    MUTUAL_AID = "mutual_aid"
    UNION = "union"


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RosterTexts(_Texts):
    """Headings of the roster, and what can be wrong with it."""

    headings: dict[Column, Annotated[list[Text], Field(min_length=1)]]
    faults: dict[Fault, Text]
    refusals: dict[Refusal, Text]


class ImportTexts(_Texts):
    """Lines of the report of an import."""

    counts: Text
    problem: Text
    change: Text
    returned: Text
    left: Text
    more: Text
    too_many_leaving: Text
    changed_meanwhile: Text


class RotationTexts(_Texts):
    """What the key rotation reports."""

    done: Text


class PageTexts(_Texts):
    """The verification page."""

    title: Text
    intro: Text
    privacy: Text
    name: Text
    last_six: Text
    last_six_hint: Text
    phone: Text
    phone_hint: Text
    submit: Text
    error_prefix: Text
    mismatch: Text
    locked: Text
    gone_title: Text
    gone: Text
    done_title: Text
    done: Text


class AnswerTexts(_Texts):
    """Answers about the own membership."""

    invitation: Text
    member: Text
    member_since: Text
    former: Text
    insured: Text
    insured_other_years: Text
    uninsured: Text
    union: Text
    as_of: Text


class QuestionTexts(_Texts):
    """Patterns of the questions, with what may stand before and behind them."""

    lead: Text
    tail: Text
    is_member: Text
    mutual_aid: Text
    union: Text


class MembersTexts(_Texts):
    """Everything in ``members.yml``."""

    roster: RosterTexts
    import_: ImportTexts = Field(alias="import")
    rotation: RotationTexts
    page: PageTexts
    notice: Text
    answers: AnswerTexts
    questions: QuestionTexts

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Self:
        for name, table, keys in (
            ("roster.headings", self.roster.headings, set(Column)),
            ("roster.faults", self.roster.faults, set(Fault)),
            ("roster.refusals", self.roster.refusals, set(Refusal)),
        ):
            if missing := keys - set(table):
                raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
        return self


@cache
def members_texts() -> MembersTexts:
    """Texts of ``members.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(api.texts.__file__).with_name("members.yml")
    return MembersTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
