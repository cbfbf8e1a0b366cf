"""The monthly report on wage arrears as data."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel

from api.storage.models import Channel, HandoffState, OutcomeKind


class ArrearsCase(BaseModel):
    """One conversation about wages that were not paid. ``amount`` in yuan; None: not told.
    ``first_answer_min``: working minutes; ``is_late``: None while the answer is not due."""

    conversation_id: str
    received_at: datetime
    channel: Channel
    employer: str | None
    street: str | None
    people: int | None
    amount: Decimal | None
    priority: int
    state: HandoffState
    outcome: OutcomeKind | None
    first_answer_min: float | None
    first_answer_clock_min: float | None
    is_late: bool | None


class Count(BaseModel):
    """How many cases there are of something."""

    name: str
    cases: int


class MonthlyReport(BaseModel):
    """The cases that came in a month, and what they sum up to. Employers and streets: the most
    frequent first; a name stands for all the ways it is written."""

    month: str
    made_at: datetime
    cases: list[ArrearsCase]
    people: int
    people_unknown: int
    amount: Decimal
    amount_unknown: int
    employers: list[Count]
    employers_unknown: int
    streets: list[Count]
    states: dict[HandoffState, int]
    outcomes: dict[OutcomeKind, int]
    priorities: dict[int, int]
    resolved: int
    open: int
    on_time: int
    late: int
    median_min: float | None
    median_clock_min: float | None
