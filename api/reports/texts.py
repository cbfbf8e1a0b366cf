"""The Chinese words of figures, exports and reports."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.reports.kinds import CaseKind
from api.storage.models import Channel, HandoffState, OutcomeKind, Status
from contract import HandoffReason

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExportColumns(_Texts):
    """Headings of the export, in the order of its columns."""

    conversation: Text
    began: Text
    channel: Text
    status: Text
    closed: Text
    messages: Text
    topic: Text
    answered: Text
    declined: Text
    helpful: Text
    not_helpful: Text
    street: Text
    handed_over: Text
    reason: Text
    category: Text
    priority: Text
    state: Text
    outcome: Text
    first_answer_worked: Text
    first_answer_clock: Text
    resolution_worked: Text
    resolution_clock: Text
    promise_kept: Text
    rating: Text


class ExportTexts(_Texts):
    """The export of conversations. ``file`` has the placeholders {first} and {last}."""

    sheet: Text
    file: Text
    kept: Text
    broken: Text
    columns: ExportColumns


class MonthlyItems(_Texts):
    """Lines of the summary, in their order."""

    cases: Text
    people: Text
    people_unknown: Text
    amount: Text
    amount_unknown: Text
    employers: Text
    employers_unknown: Text
    resolved: Text
    open: Text
    on_time: Text
    late: Text
    median_worked: Text
    median_clock: Text


class MonthlyColumns(_Texts):
    """Headings of the list of cases, in the order of its columns."""

    number: Text
    received: Text
    case: Text
    channel: Text
    employer: Text
    street: Text
    people: Text
    amount: Text
    priority: Text
    state: Text
    outcome: Text
    first_answer: Text
    on_time: Text


class MonthlyTexts(_Texts):
    """The monthly report on wage arrears."""

    file: Text
    title: Text
    month: Text
    organisation: Text
    made: Text
    page: Text
    notice: Text
    summary_sheet: Text
    list_sheet: Text
    none: Text
    item: Text
    value: Text
    employers_heading: Text
    employer_cases: Text
    first: Text
    streets_heading: Text
    states_heading: Text
    outcomes_heading: Text
    priorities_heading: Text
    list_heading: Text
    items: MonthlyItems
    columns: MonthlyColumns


class ReportTexts(_Texts):
    """Everything but what only the pages say."""

    channels: dict[Channel, Text]
    statuses: dict[Status, Text]
    states: dict[HandoffState, Text]
    outcomes: dict[OutcomeKind, Text]
    reasons: dict[HandoffReason, Text]
    priorities: dict[int, Text]
    kinds: dict[CaseKind, Text]
    other_topics: Text
    unknown: Text
    yes: Text
    no: Text
    export: ExportTexts
    monthly: MonthlyTexts


@cache
def report_texts() -> ReportTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return ReportTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
