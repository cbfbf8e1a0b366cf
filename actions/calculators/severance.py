"""Severance pay: N, N+1 and 2N.

N is the economic compensation of 《劳动合同法》第四十七条 with 《劳动合同法实施条例》第二十七条
(fact HT11), owed in the cases of 第四十六条 (HT07, HT08, HT12, HT26). "+1" is the month of 第四十条
paid in place of thirty days' notice (HT08), at the last month's wage (实施条例第二十条). 2N is the
damages of 第八十七条 for an unlawful end of the contract (HT13). Which of them is owed depends on
reasons and evidence; that is left to a person.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Span, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import parameters

MINIMUM_WAGE = "minimum_wage.hangzhou.monthly"
HALF_MONTH = Decimal("0.5")
MONTHS_THAT_COUNT_AS_A_YEAR = 6
AVERAGE_WAGES_AT_MOST = 3
CAPPED_MONTHS_AT_MOST = Decimal(12)
CONTRACT_LAW_SINCE = 2008
"""Service before that year follows the rules of its time (第九十七条)."""
YEARS_AT_MOST = 60


class SeveranceKind(StrEnum):
    """What may be owed at the end of a contract, as the options of the texts name it."""

    N = "n"
    N_PLUS_1 = "n_plus_1"
    DOUBLE = "double"

    def months(self, of_n: Decimal) -> Decimal:
        """Return the months of wage, from those of N."""
        match self:
            case SeveranceKind.N:
                return of_n
            case SeveranceKind.N_PLUS_1:
                return of_n + 1
            case SeveranceKind.DOUBLE:
                return 2 * of_n


@dataclass(frozen=True)
class ServiceMonths:
    """The months of wage for some length of service."""

    years: int
    """Completed years, one month's wage each."""
    rest: Decimal
    """Months of wage for what is beyond them: 0, 0.5 or 1."""

    @property
    def total(self) -> Decimal:
        return self.years + self.rest


@dataclass(frozen=True)
class Severance:
    """N in months of wage, and the wages it is paid at, in yuan."""

    months: Decimal
    wage: Decimal
    """The monthly wage that counts, after the cap."""
    last_month_wage: Decimal
    capped: bool

    def pay(self, kind: SeveranceKind) -> Decimal:
        """Return the yuan of a kind. The cap does not touch the month in place of notice."""
        match kind:
            case SeveranceKind.N:
                return self.months * self.wage
            case SeveranceKind.N_PLUS_1:
                return self.months * self.wage + self.last_month_wage
            case SeveranceKind.DOUBLE:
                return 2 * self.months * self.wage


def service_between(first: date, last: date) -> Span:
    """Return the length of service from the first to the last day, both counted."""
    end = last + timedelta(days=1)
    months = 12 * (end.year - first.year) + end.month - first.month - (end.day < first.day)
    year, month = divmod(12 * first.year + first.month - 1 + months, 12)
    # A month without the day of the first one (30 February) ends a month of service as a whole.
    days_in_month = monthrange(year, month + 1)[1]
    monthly_day = date(year, month + 1, 1) + timedelta(min(first.day - 1, days_in_month))
    return Span(*divmod(months, 12), days=(end - monthly_day).days)


def service_months(service: Span) -> ServiceMonths:
    """Return the months of wage for a length of service with one employer (第四十七条第一款).

    Each full year gives one month, six months to a year one more, less than six months half of
    one. Days beyond completed months count as parts of a year of 365 days.
    """
    years, months = divmod(service.whole_months + service.days * 12 // 365, 12)
    if months >= MONTHS_THAT_COUNT_AS_A_YEAR:
        return ServiceMonths(years, Decimal(1))
    return ServiceMonths(years, HALF_MONTH if months or service.days else Decimal(0))


def severance(
    service: Span,
    monthly_wage: Decimal,
    last_month_wage: Decimal,
    average_wage: Decimal | None = None,
) -> Severance:
    """Return the severance pay after a length of service with one employer.

    ``monthly_wage`` is the average of the last twelve months as owed, not as paid out. Above
    three times ``average_wage``, the local average, it counts as three times that and the months
    end at twelve (第四十七条第二款); None: there is no cap. All wages are in yuan a month.
    """
    months = service_months(service).total
    most = None if average_wage is None else AVERAGE_WAGES_AT_MOST * average_wage
    if most is None or monthly_wage <= most:
        return Severance(months, monthly_wage, last_month_wage, capped=False)
    return Severance(min(months, CAPPED_MONTHS_AT_MOST), most, last_month_wage, capped=True)


class SeveranceCalculator:
    """Asks for the length of service only; with the wage the months become yuan."""

    name = "severance"
    fields = (
        Field("service", Kind.SPAN, at_most=Decimal(12 * YEARS_AT_MOST), lasting=True),
        Field(
            "monthly_wage",
            Kind.MONEY,
            at_least=Decimal(1),
            at_most=Decimal(1_000_000),
            lasting=True,
        ),
        Field("kind", Kind.CHOICE),
        Field("started", Kind.DATE),
        Field("ended", Kind.DATE),
        Field("last_month_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1_000_000)),
        Field("average_wage", Kind.MONEY, at_least=Decimal(1000), at_most=Decimal(100_000)),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        return None if "service" in values or "started" in values else "service"

    def contradiction(self, values: Values) -> str | None:
        if "started" not in values or "ended" not in values:
            return None
        first, last = values.day("started"), values.day("ended")
        return None if _in_order(first, last) else self.texts.line("dates_wrong")

    def compute(self, values: Values, on: date) -> Computation:
        first, last = _service_days(values, on)
        if first is not None and not _in_order(first, last):
            return Computation(self.texts.line("dates_wrong"))
        service = values.span("service") if first is None else service_between(first, last)
        if "monthly_wage" in values:
            return self._in_yuan(values, service, last, on)
        return self._in_months(values, service, last)

    def _in_months(self, values: Values, service: Span, last: date) -> Computation:
        months = service_months(service)
        totals = {
            kind: self.texts.line("months", months=plain(kind.months(months.total)))
            for kind in SeveranceKind
        }
        steps, notes = Lines(self.texts), Lines(self.texts)
        self._add_service(steps, months)
        self._add_kinds(steps, values, totals)
        notes.add("to_yuan")
        self._add_cautions(notes, values, service, last)
        return replace(self._result(values, totals, steps, notes), wants="monthly_wage")

    def _in_yuan(self, values: Values, service: Span, last: date, on: date) -> Computation:
        wage = values.decimal("monthly_wage")
        average = values.decimal("average_wage") if "average_wage" in values else None
        told = "last_month_wage" in values
        last_month_wage = values.decimal("last_month_wage") if told else wage
        owed = severance(service, wage, last_month_wage, average)
        totals = {
            kind: self.texts.line(
                "months_in_yuan", months=plain(kind.months(owed.months)), pay=yuan(owed.pay(kind))
            )
            for kind in SeveranceKind
        }
        steps, notes = Lines(self.texts), Lines(self.texts)
        self._add_service(steps, service_months(service))
        if owed.capped and average is not None:
            steps.add("capped", average=plain(average), wage=plain(owed.wage))
        pay = yuan(owed.pay(SeveranceKind.N))
        steps.add("amount", months=plain(owed.months), wage=plain(owed.wage), pay=pay)
        self._add_kinds(steps, values, totals)
        if not told and _kind(values) in (None, SeveranceKind.N_PLUS_1):
            notes.add("last_month_assumed")
        notes.add("average_of_twelve_months")
        if wage < parameters().value(MINIMUM_WAGE, on=on):
            notes.add("low_wage")
        self._add_cautions(notes, values, service, last)
        return self._result(values, totals, steps, notes)

    def _add_service(self, steps: Lines, months: ServiceMonths) -> None:
        if not months.rest:
            template = "full_years"
        else:
            template = "half_month" if months.rest == HALF_MONTH else "another_month"
        steps.add(template, years=months.years, months=plain(months.total))

    def _add_kinds(self, steps: Lines, values: Values, totals: dict[SeveranceKind, str]) -> None:
        asked = _kind(values)
        for kind in SeveranceKind if asked is None else (asked,):
            steps.add(f"when_{kind}", title=self._title(kind), total=totals[kind])

    def _add_cautions(self, notes: Lines, values: Values, service: Span, last: date) -> None:
        if "average_wage" not in values:
            notes.add("cap")
        if 12 * last.year + last.month - 1 - service.whole_months < 12 * CONTRACT_LAW_SINCE:
            notes.add("before_2008")
        if "service" not in values or ("started" in values and "ended" in values):
            notes.add("exact_dates" if "ended" in values else "until_today")
        notes.add("resigned")
        notes.add("merged")
        notes.add("person")

    def _result(
        self, values: Values, totals: dict[SeveranceKind, str], steps: Lines, notes: Lines
    ) -> Computation:
        kind = _kind(values) or SeveranceKind.N
        headline = self.texts.line("headline", title=self._title(kind), total=totals[kind])
        articles = ("dismissal-unlawful",) if kind is SeveranceKind.DOUBLE else ()
        return Computation(headline, steps.all(), notes.all(), articles=articles)

    def _title(self, kind: SeveranceKind) -> str:
        return self.texts.fields["kind"].options[kind].title


def _kind(values: Values) -> SeveranceKind | None:
    return SeveranceKind(values.choice("kind")) if "kind" in values else None


def _service_days(values: Values, on: date) -> tuple[date | None, date]:
    """Return the first day of service, None where its length is told, and the last.

    Two dates are more exact than a length; one date alone is less so, and counts until ``on``.
    """
    last = values.day("ended") if "ended" in values else on
    dates_decide = "started" in values and ("ended" in values or "service" not in values)
    return (values.day("started") if dates_decide else None), last


def _in_order(first: date, last: date) -> bool:
    return first <= last and service_between(first, last).years < YEARS_AT_MOST
