"""The Chinese words of these pages."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.reports.desk import BUCKETS_MIN

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_BUCKETS = len(BUCKETS_MIN) + 1


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nav(_Texts):
    """Lines of the navigation."""

    figures: Text
    alerts: Text
    monthly: Text


class Presets(_Texts):
    """Ranges of days to choose from."""

    days_7: Text
    days_30: Text
    this_month: Text
    last_month: Text
    this_year: Text
    own: Text


class Tiles(_Texts):
    """The figures at the top, each with a line below."""

    conversations: Text
    conversations_hint: Text
    containment: Text
    containment_hint: Text
    cases: Text
    cases_hint: Text
    first_answer: Text
    first_answer_hint: Text
    on_time: Text
    on_time_hint: Text
    resolution: Text
    resolution_hint: Text
    satisfied: Text
    satisfied_hint: Text
    declined: Text
    declined_hint: Text
    helpful: Text
    helpful_hint: Text


class Charts(_Texts):
    """Headings of the charts, and words in them."""

    by_day: Text
    by_hour: Text
    topics: Text
    reasons: Text
    categories: Text
    waits: Text
    resolution: Text
    ratings: Text
    streets: Text
    channels: Text
    outcomes: Text
    agents: Text
    cases_unit: Text
    conversations_unit: Text
    answers_unit: Text
    people_unit: Text
    handed_over: Text
    week: Text
    month: Text
    stars: Text


class Tables(_Texts):
    """Headings of the tables."""

    channel: Text
    conversations: Text
    handed_over: Text
    containment: Text
    name: Text
    cases: Text
    answered: Text
    resolved: Text
    late: Text
    median: Text


class FiguresTexts(_Texts):
    """The page of figures."""

    title: Text
    range: Text
    first: Text
    last: Text
    presets: Presets
    apply: Text
    loading: Text
    bad_range: Text
    export: Text
    csv: Text
    xlsx: Text
    exporting: Text
    too_long: Text
    note: Text
    none: Text
    tiles: Tiles
    charts: Charts
    tables: Tables
    buckets: list[Text] = Field(min_length=_BUCKETS, max_length=_BUCKETS)
    minutes: Text
    hours: Text
    none_yet: Text


class AlertColumns(_Texts):
    """Headings of the cases of an alert."""

    began: Text
    category: Text
    priority: Text
    state: Text


class AlertsTexts(_Texts):
    """The page of early warnings."""

    title: Text
    intro: Text
    open: Text
    closed: Text
    none: Text
    none_closed: Text
    badge: Text
    people: Text
    span: Text
    seen_by: Text
    show: Text
    hide: Text
    mark_seen: Text
    close: Text
    close_question: Text
    cancel: Text
    marked: Text
    was_closed: Text
    columns: AlertColumns


class MonthlyPageTexts(_Texts):
    """The page of the monthly report."""

    title: Text
    month: Text
    xlsx: Text
    pdf: Text
    preparing: Text
    so_far: Text
    more: Text
    list: Text


class PageTexts(_Texts):
    """All three pages."""

    nav: Nav
    figures: FiguresTexts
    alerts: AlertsTexts
    monthly: MonthlyPageTexts


@cache
def page_texts() -> PageTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return PageTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
