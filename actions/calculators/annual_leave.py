"""Paid annual leave: days of a year, parts of a year, and the pay of days not taken.

《职工带薪年休假条例》第三条 and 《企业职工带薪年休假实施办法》第三条至第五条、第十条至第十二条
(facts NX01, NX02, NX04–NX06): the days depend on the total service with all employers; in the
year in which a worker joins or leaves they are a part of the year's. Days that the employer did
not arrange are paid at three times the daily wage, one of which was paid with the month's wage.
"""

from datetime import date
from decimal import Decimal

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Span, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import parameters

PAID_DAYS = "working_time.paid_days_per_month"
DAYS_PER_YEAR = 365
DAILY_WAGES_STILL_OWED = 2
"""Of the 300 %: the third daily wage came with the month's wage."""
DAYS_BY_SERVICE = ((20, 15), (10, 10), (1, 5))
"""Completed years of service, and the days of leave from then on."""


def days_of_year(total_service: Span) -> int:
    """Return the days of leave of a full year by the total service with all employers.

    Days beyond completed months count as parts of a year of 365 days.
    """
    months = total_service.whole_months + total_service.days * 12 // DAYS_PER_YEAR
    return next((days for years, days in DAYS_BY_SERVICE if months >= 12 * years), 0)


def remaining_calendar_days(joined: date) -> int:
    """Return the days from the day of joining to the end of its year, both counted."""
    return (date(joined.year, 12, 31) - joined).days + 1


def passed_calendar_days(left: date, joined: date | None) -> int:
    """Return the days with the employer in the year of leaving, first and last counted."""
    new_year = date(left.year, 1, 1)
    return (left - max(joined or new_year, new_year)).days + 1


def days_after_joining(days: int, remaining: int) -> int:
    """Return the leave of the year of joining (第五条); a part of a day is dropped.

    ``days`` are those of a full year, ``remaining`` the calendar days left in this one.
    """
    return remaining * days // DAYS_PER_YEAR


def unused_on_leaving(days: int, passed: int, taken: Decimal) -> int:
    """Return the days of leave to be paid for on leaving (第十二条); a part of a day is dropped.

    ``days`` are those of a full year, ``passed`` the calendar days of this one with the employer.
    What was taken in excess is not deducted from anything: 0.
    """
    return max(int((passed * days - taken * DAYS_PER_YEAR) // DAYS_PER_YEAR), 0)


def unused_leave_pay(days: Decimal, monthly_wage: Decimal, paid_days: Decimal) -> Decimal:
    """Return the yuan still owed for days that could not be taken (第十条、第十一条), unrounded.

    ``monthly_wage`` is the average of the last twelve months without overtime pay, in yuan;
    ``paid_days`` are the paid days of a month.
    """
    return monthly_wage * DAILY_WAGES_STILL_OWED * days / paid_days


class AnnualLeaveCalculator:
    """Asks for the total service; or, where the days not taken are told, for the wage."""

    name = "annual_leave"
    fields = (
        Field("total_service", Kind.SPAN, at_most=Decimal(12 * 60), lasting=True),
        Field("unused_days", Kind.DAYS, at_least=Decimal("0.5"), at_most=Decimal(100)),
        Field(
            "monthly_wage",
            Kind.MONEY,
            at_least=Decimal(1),
            at_most=Decimal(1_000_000),
            lasting=True,
        ),
        Field("taken_days", Kind.DAYS, at_most=Decimal(100)),
        Field("joined", Kind.DATE),
        Field("left", Kind.DATE),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        needed = "monthly_wage" if "unused_days" in values else "total_service"
        return None if needed in values else needed

    def contradiction(self, values: Values) -> str | None:
        if "joined" in values and "left" in values and values.day("joined") > values.day("left"):
            return self.texts.line("left_before_joining")
        return None

    def compute(self, values: Values, on: date) -> Computation:
        if "unused_days" in values:
            return self._unused(values.decimal("unused_days"), Lines(self.texts), values, on)
        days = days_of_year(values.span("total_service"))
        if not days:
            return Computation(self.texts.line("none_yet"), notes=(self.texts.line("merged"),))
        steps = Lines(self.texts)
        steps.add("by_service", days=days)
        if "left" in values:
            return self._on_leaving(days, steps, values, on)
        return self._in_service(days, steps, values, on)

    def _in_service(self, days: int, steps: Lines, values: Values, on: date) -> Computation:
        headline, entitled = self.texts.line("days", days=days), days
        articles: tuple[str, ...] = ()
        joined = values.day("joined") if "joined" in values else None
        if joined is not None and joined.year >= on.year:
            remaining = remaining_calendar_days(joined)
            entitled = days_after_joining(days, remaining)
            steps.add("after_joining", remaining=remaining, days=days, entitled=entitled)
            template = "days_of_joining_year" if entitled else "none_of_joining_year"
            headline = self.texts.line(template, year=joined.year, days=entitled)
            articles = ("annual-leave-new-job",)
        if entitled and "monthly_wage" in values:
            # How many of them were not taken is not known, and no number of days is invented.
            headline += self.texts.line("ask_unused", wage=plain(values.decimal("monthly_wage")))
        if "taken_days" in values:
            taken = values.decimal("taken_days")
            unused = max(entitled - taken, Decimal(0))
            steps.add("minus_taken", days=entitled, taken=plain(taken), unused=plain(unused))
            return self._unused(unused, steps, values, on, articles)
        notes = Lines(self.texts)
        if "monthly_wage" not in values:
            notes.add("to_yuan")
        for note in ("merged", "continuous", "excluded", "other_leaves"):
            notes.add(note)
        return Computation(
            headline, steps.all(), notes.all(), articles=articles, wants="unused_days"
        )

    def _on_leaving(self, days: int, steps: Lines, values: Values, on: date) -> Computation:
        joined = values.day("joined") if "joined" in values else None
        taken = values.decimal("taken_days") if "taken_days" in values else Decimal(0)
        passed = passed_calendar_days(values.day("left"), joined)
        unused = unused_on_leaving(days, passed, taken)
        steps.add("on_leaving", passed=passed, days=days, taken=plain(taken), unused=unused)
        return self._unused(Decimal(unused), steps, values, on, ("annual-leave-on-leaving",))

    def _unused(
        self,
        days: Decimal,
        steps: Lines,
        values: Values,
        on: date,
        articles: tuple[str, ...] = (),
    ) -> Computation:
        """Return what is owed for the days not taken; without a wage, their number."""
        notes = Lines(self.texts)
        leaving = "left" in values
        if leaving and "unused_days" not in values and "taken_days" not in values:
            notes.add("taken_assumed")
        if not days:
            template = "none_unused_on_leaving" if leaving else "none_unused"
            return Computation(self.texts.line(template), steps.all(), notes.all(), True, articles)
        if "monthly_wage" in values:
            extra = self._add_pay(steps, days, values, on)
            headline = self.texts.line("pay", days=plain(days), extra=yuan(extra))
            notes.add("average_wage")
        else:
            headline = self.texts.line("unused", days=plain(days))
            notes.add("to_yuan")
        notes.add("own_wish")
        if not leaving:
            notes.add("carry_over")
        notes.add("time_limit")
        return Computation(
            headline, steps.all(), notes.all(), articles=("annual-leave-unused-pay", *articles)
        )

    def _add_pay(self, steps: Lines, days: Decimal, values: Values, on: date) -> Decimal:
        wage = values.decimal("monthly_wage")
        paid_days = parameters().value(PAID_DAYS, on=on)
        extra = unused_leave_pay(days, wage, paid_days)
        steps.add(
            "amount",
            wage=plain(wage),
            paid_days=plain(paid_days),
            factor=DAILY_WAGES_STILL_OWED,
            days=plain(days),
            extra=yuan(extra),
        )
        return extra
