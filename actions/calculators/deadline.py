"""Until when a worker can still apply, and how many days are left.

Arbitration of a labour dispute: one year (《劳动争议调解仲裁法》第二十七条, fact ZY04); a suit
against an award: fifteen days (第四十八条、第五十条, ZY11); enforcement: two years (第五十一条 with
《民事诉讼法》第二百五十条, ZY15); recognition of a work injury: thirty days for the employer and
one year for the worker (《工伤保险条例》第十七条, GS04); another
assessment of the disability: fifteen days (第二十六条, GS11).

What interrupts or suspends a period depends on evidence; nothing here says that a right is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.periods import Period, in_words
from actions.calculators.texts import CalculatorTexts, calculator_texts

URGENT_DAYS = 7
"""《法律援助法》第四十四条 (FY08): so near to its end, legal aid may come before the papers."""

EMPLOYER_APPLIES_WITHIN = Period(days=30)
SATURDAY = 5


@dataclass(frozen=True)
class Deadline:
    """The last day, and the days from the day of reckoning to it: 0 on it, negative after it."""

    last_day: date
    days_left: int

    @property
    def is_urgent(self) -> bool:
        """Tell whether it is not over, but so near that a person has to look at once."""
        return 0 <= self.days_left <= URGENT_DAYS


def deadline(start: date, period: Period, on: date) -> Deadline:
    """Return the end of a period as seen on a day; the day of its start does not count."""
    last_day = period.last_day(start)
    return Deadline(last_day, (last_day - on).days)


@dataclass(frozen=True)
class Matter:
    """What is applied for. All but the field and the period are names of lines or articles."""

    start_field: str
    period: Period
    purpose: str
    rule: str
    cautions: tuple[str, ...]
    cautions_if_urgent: tuple[str, ...]
    articles: tuple[str, ...]
    articles_if_urgent: tuple[str, ...] = ()


MATTERS: Mapping[str, Matter] = {
    "arbitration": Matter(
        start_field="wronged_on",
        period=Period(years=1),
        purpose="to_arbitrate",
        rule="one_year",
        cautions=("interruption", "back_pay"),
        cautions_if_urgent=("apply_first", "legal_aid"),
        articles=("arbitration-time-limit",),
        articles_if_urgent=("arbitration-deadline-near",),
    ),
    "injury": Matter(
        start_field="injured_on",
        period=Period(years=1),
        purpose="to_recognise_injury",
        rule="one_year_after_injury",
        cautions=("not_own_fault",),
        cautions_if_urgent=("apply_yourself",),
        articles=("injury-deadline",),
    ),
    "reassessment": Matter(
        start_field="assessment_received_on",
        period=Period(days=15),
        purpose="to_be_reassessed",
        rule="fifteen_days_after_assessment",
        cautions=("day_of_receipt",),
        cautions_if_urgent=("reassess_now",),
        articles=("injury-reassessment",),
    ),
    "court": Matter(
        start_field="award_received_on",
        period=Period(days=15),
        purpose="to_sue",
        rule="fifteen_days",
        cautions=("day_of_receipt", "rest_day_in_court"),
        cautions_if_urgent=("legal_aid",),
        articles=("award-not-satisfied",),
    ),
    "enforcement": Matter(
        start_field="performance_due_on",
        period=Period(years=2),
        purpose="to_enforce",
        rule="two_years",
        cautions=("instalments", "interruption_of_enforcement"),
        cautions_if_urgent=("enforce_now",),
        articles=("award-enforcement",),
    ),
}
WAGES_WHILE_EMPLOYED = "wages_while_employed"
"""A matter without a last day: back pay is not limited to a year while the work goes on (ZY04)."""


class DeadlineCalculator:
    """Asks for the matter and for the day from which its period runs."""

    name = "deadline"
    fields = (
        Field("matter", Kind.CHOICE),
        Field("wronged_on", Kind.DATE),
        Field("injured_on", Kind.DATE),
        Field("award_received_on", Kind.DATE),
        Field("performance_due_on", Kind.DATE),
        Field("assessment_received_on", Kind.DATE),
        Field("demanded_on", Kind.DATE),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        if "matter" not in values:
            return "matter"
        matter = MATTERS.get(values.choice("matter"))
        if matter is None or matter.start_field in values:
            return None
        return matter.start_field

    def contradiction(self, values: Values) -> str | None:
        return None

    def compute(self, values: Values, on: date) -> Computation:
        code = values.choice("matter")
        if code == WAGES_WHILE_EMPLOYED:
            return self._without_limit()
        matter = MATTERS[code]
        start = values.day(matter.start_field)
        end = deadline(start, matter.period, on)
        steps, notes = Lines(self.texts), Lines(self.texts)
        steps.add(matter.rule, start=in_words(start), last=in_words(end.last_day))
        if code == "arbitration":
            self._add_interruption(values, start, end, on, steps)
        if code == "injury":
            self._add_employer(start, on, steps, notes)
        if end.is_urgent:
            for caution in matter.cautions_if_urgent:
                notes.add(caution)
        if code != "court" and end.days_left >= 0 and end.last_day.weekday() >= SATURDAY:
            notes.add("weekend")
        for caution in matter.cautions:
            notes.add(caution)
        notes.add("reading")
        return Computation(
            self._headline(matter, end),
            steps.all(),
            notes.all(),
            articles=matter.articles + (matter.articles_if_urgent if end.is_urgent else ()),
        )

    def _without_limit(self) -> Computation:
        return Computation(
            self.texts.line("no_limit"),
            notes=(self.texts.line("after_leaving"),),
            articles=MATTERS["arbitration"].articles,
        )

    def _headline(self, matter: Matter, end: Deadline) -> str:
        purpose, last = self.texts.line(matter.purpose), in_words(end.last_day)
        if end.days_left < 0:
            return self.texts.line("passed", purpose=purpose, last=last, days=-end.days_left)
        if end.days_left == 0:
            return self.texts.line("today", purpose=purpose, last=last)
        template = "urgent" if end.is_urgent else "ahead"
        return self.texts.line(template, purpose=purpose, last=last, days=end.days_left)

    def _add_interruption(
        self, values: Values, start: date, end: Deadline, on: date, steps: Lines
    ) -> None:
        """Show the later end if the worker tells of a demand within the running year.

        The headline keeps the earlier day: whether the demand can be proved is not known here.
        """
        if "demanded_on" not in values:
            return
        demanded = values.day("demanded_on")
        if start < demanded <= min(end.last_day, on):
            renewed = MATTERS["arbitration"].period.last_day(demanded)
            steps.add("renewed", demanded=in_words(demanded), last=in_words(renewed))

    def _add_employer(self, injured: date, on: date, steps: Lines, notes: Lines) -> None:
        """Show the employer's thirty days; within them an application also saves the costs."""
        end = deadline(injured, EMPLOYER_APPLIES_WITHIN, on)
        if end.days_left < 0:
            steps.add("employer_late", last=in_words(end.last_day))
        else:
            steps.add("employer", last=in_words(end.last_day), days=end.days_left)
            notes.add("costs")
