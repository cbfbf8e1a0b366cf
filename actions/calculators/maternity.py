"""Leaves around a birth: maternity, miscarriage, paternity and childcare leave.

The lengths and their laws are in ``maternity_leave``; this module asks and words the answer.
"""

from datetime import date
from decimal import Decimal

from actions.calculators.amounts import plain
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.maternity_leave import (
    MISCARRIAGE_DAYS,
    MISCARRIAGE_DAYS_FROM_FOURTH_MONTH,
    BirthLeave,
    birth_leave,
    earliest_start,
    miscarriage_leave,
    stretch,
    third_birthday,
)
from actions.calculators.periods import in_words
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import ParameterError, parameters

BABIES = {"single": 1, "twins": 2, "triplets": 3, "quadruplets": 4}
NEEDED = {"birth": "child", "miscarriage": "pregnant_for"}
"""The one further figure of a topic; the other topics need none."""

TELLS_OF_BIRTH = ("child", "delivery", "due_on")


class MaternityCalculator:
    """Asks which leave it is, then what its length depends on; dates are used if told."""

    name = "maternity"
    fields = (
        Field("topic", Kind.CHOICE),
        Field("child", Kind.CHOICE),
        Field("delivery", Kind.CHOICE),
        Field("babies", Kind.CHOICE),
        Field("pregnant_for", Kind.SPAN, at_most=Decimal(10)),
        Field("due_on", Kind.DATE),
        Field("born_on", Kind.DATE),
        Field("starts_on", Kind.DATE),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        topic = _topic(values)
        if topic is None:
            return "topic"
        needed = NEEDED.get(topic)
        return None if needed is None or needed in values else needed

    def contradiction(self, values: Values) -> str | None:
        return None

    def compute(self, values: Values, on: date) -> Computation:
        try:
            match _topic(values):
                case "birth":
                    return self._birth(values, on)
                case "miscarriage":
                    return self._miscarriage(values)
                case "paternity":
                    return self._paternity(values, on)
                case _:
                    return self._childcare(values, on)
        except ParameterError:  # a leave before the rules of the register
            return Computation(self.texts.line("not_covered"))

    def _birth(self, values: Values, on: date) -> Computation:
        born, due = _day(values, "born_on"), _day(values, "due_on")
        start = _day(values, "starts_on") or born
        day = start or due or on
        leave = birth_leave(
            values.choice("child"),
            difficult=values.get("delivery") == "difficult",
            babies=BABIES[values.choice("babies")] if "babies" in values else 1,
            on=day,
        )
        steps, notes = Lines(self.texts), Lines(self.texts)
        self._add_parts(leave, steps)
        if start is not None:
            headline = self._birth_from(start, born or due, leave.total, notes)
        elif due is not None:
            headline = self._line_with_dates("birth_due", leave.total, earliest_start(due))
            late = stretch(due, leave.total)
            steps.add("from_due", due=in_words(due), last=in_words(late.last))
        else:
            headline = self.texts.line("birth", days=plain(leave.total))
            notes.add("tell_start")
        if values.get("delivery") == "caesarean":
            notes.add("caesarean")
        if "delivery" not in values:
            notes.add("if_difficult", days=_days("maternity_leave.difficult_birth", day))
        if "babies" not in values:
            notes.add("if_more_babies", days=_days("maternity_leave.further_child", day))
        if start is not None and start == born:
            notes.add("taken_before_birth")
        notes.add("lawful_birth")
        notes.add("father", days=_days("paternity_leave.zhejiang", day))
        notes.add("no_disadvantage")
        return Computation(headline, steps.all(), notes.all())

    def _birth_from(self, start: date, birth: date | None, days: Decimal, notes: Lines) -> str:
        """Return the headline of a leave with a known start, moved on if it was too early."""
        if birth is not None and start < earliest_start(birth):
            start = earliest_start(birth)
            notes.add("too_early", days=(birth - start).days, first=in_words(start))
        return self._line_with_dates("birth_until", days, start)

    def _line_with_dates(self, template: str, days: Decimal, first: date) -> str:
        leave = stretch(first, days)
        return self.texts.line(
            template, days=plain(days), first=in_words(leave.first), last=in_words(leave.last)
        )

    def _add_parts(self, leave: BirthLeave, steps: Lines) -> None:
        steps.add("base", national=plain(leave.national), extension=plain(leave.extension))
        if leave.for_difficult_birth:
            steps.add("difficult", days=plain(leave.for_difficult_birth))
        if leave.for_further_babies:
            steps.add("further_babies", days=plain(leave.for_further_babies))
        steps.add("total", days=plain(leave.total))

    def _miscarriage(self, values: Values) -> Computation:
        days = miscarriage_leave(values.span("pregnant_for"))
        start = _day(values, "starts_on")
        notes = Lines(self.texts)
        if start is None:
            notes.add("tell_start")
        notes.add("certificate")
        notes.add("rest_first")
        return Computation(
            self._leave_line("miscarriage", days, start),
            (
                self.texts.line(
                    "four_months",
                    short=plain(MISCARRIAGE_DAYS),
                    long=plain(MISCARRIAGE_DAYS_FROM_FOURTH_MONTH),
                ),
            ),
            notes.all(),
            articles=("women-miscarriage-leave",),
        )

    def _paternity(self, values: Values, on: date) -> Computation:
        start = _day(values, "starts_on")
        days = parameters().value("paternity_leave.zhejiang", on=start or on)
        notes = Lines(self.texts)
        notes.add("tell_start" if start is None else "running_days")
        notes.add("pay_goes_on")
        notes.add("lawful_birth")
        return Computation(
            self._leave_line("paternity", days, start),
            notes=notes.all(),
            articles=("women-paternity-leave",),
        )

    def _leave_line(self, template: str, days: Decimal, start: date | None) -> str:
        line = self.texts.line(template, days=plain(days))
        return line if start is None else line + self._line_with_dates("until", days, start)

    def _childcare(self, values: Values, on: date) -> Computation:
        days = _days("childcare_leave.zhejiang", on)
        born = _day(values, "born_on")
        headline = self.texts.line("childcare", days=days)
        if born is not None:
            third = third_birthday(born)
            template = "childcare_until" if on <= third else "childcare_over"
            headline = self.texts.line(template, days=days, third=in_words(third))
        notes = Lines(self.texts)
        notes.add("each_year")
        notes.add("pay_goes_on")
        notes.add("lawful_birth")
        return Computation(headline, notes=notes.all(), articles=("women-childcare-leave",))


def _topic(values: Values) -> str | None:
    """Return the topic; who speaks of a birth means maternity leave unless told otherwise."""
    if "topic" in values:
        return values.choice("topic")
    return "birth" if any(name in values for name in TELLS_OF_BIRTH) else None


def _day(values: Values, name: str) -> date | None:
    return values.day(name) if name in values else None


def _days(key: str, on: date) -> str:
    """Print a figure of the register."""
    return plain(parameters().value(key, on=on))
