"""Double wage without a written contract.

《劳动合同法》第八十二条 with 《劳动合同法实施条例》第六条、第七条 (fact HT01): who works longer
than one month and less than one year without a written contract is owed twice the wage each month,
for eleven months at the most; after a full year the contract counts as open-ended. Where a
contract was signed later, the months end on the day before (实施条例第六条第二款).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines, OwnReading
from actions.calculators.fields import Field, Kind, Span, Value, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from actions.entities import Entity

MONTHS_TO_SIGN = 1
MONTHS_AT_MOST = 11
MONTHS_UNTIL_OPEN_ENDED = 12

_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_MONTH_OF_SIGNING = re.compile(
    rf"第(\d{{1,2}}|{'|'.join(reversed(_NUMERALS))})个?月[^没未不月]{{0,8}}签"
)
"""In which month of the work a contract was signed."""
_TIME_BEFORE_SIGNING = re.compile(r"[没未]有?签|签.{0,4}[之以]?前|月[之以]?后.{0,4}签|月才.{0,4}签")
"""Words by which a time told together with a signing is the time before it."""


@dataclass(frozen=True)
class DoubleWage:
    """What is owed on top of the wage that was paid."""

    months: int
    extra: Decimal
    """Yuan: one more wage for each of the months."""
    counts_as_open_ended: bool


def double_wage(without_contract: Span, monthly_wage: Decimal) -> DoubleWage:
    """Return the extra wage after some time of work without a written contract.

    Days beyond completed months are left out. ``monthly_wage`` is in yuan.
    """
    worked = without_contract.whole_months
    months = min(max(worked - MONTHS_TO_SIGN, 0), MONTHS_AT_MOST)
    return DoubleWage(months, months * monthly_wage, worked >= MONTHS_UNTIL_OPEN_ENDED)


class DoubleWageCalculator:
    """Asks for the time without a contract and the monthly wage."""

    name = "double_wage"
    fields = (
        Field("without_contract", Kind.SPAN, at_most=Decimal(12 * 60), lasting=True),
        Field(
            "monthly_wage",
            Kind.MONEY,
            at_least=Decimal(1),
            at_most=Decimal(1_000_000),
            lasting=True,
        ),
        Field("signed", Kind.CHOICE),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        needed = ("without_contract", "monthly_wage")
        return next((name for name in needed if name not in values), None)

    def contradiction(self, values: Values) -> str | None:
        return None

    def read_own(self, text: str, entities: Sequence[Entity], asked: str | None) -> OwnReading:
        signed = self.texts.fields["signed"].options["later"].says.search(text)
        if signed is None:
            return OwnReading()
        told: dict[str, Value] = {"signed": "later"}
        month = _MONTH_OF_SIGNING.search(text)
        before = _month(month[1]) - 1 if month is not None else 0
        if before > 0:
            told["without_contract"] = Span(*divmod(before, 12))
        elif _TIME_BEFORE_SIGNING.search(text):
            return OwnReading(told)
        # Any other length may be the whole time of work.
        return OwnReading(told, frozenset({"without_contract"}))

    def merged(self, known: Values, told: Values, text: str) -> Values:
        values = {**known, **told}
        if "signed" in told and "without_contract" not in told:
            # The time known so far may reach beyond the signing.
            values.pop("without_contract", None)
        return Values(values)

    def compute(self, values: Values, on: date) -> Computation:
        without_contract, wage = values.span("without_contract"), values.decimal("monthly_wage")
        owed = double_wage(without_contract, wage)
        signed = "signed" in values
        if not owed.months and signed:
            return Computation(self.texts.line("nothing_before_signing"))
        if not owed.months:
            return Computation(self.texts.line("nothing_yet"), notes=(self.texts.line("sign"),))
        steps, notes = Lines(self.texts), Lines(self.texts)
        template = "months_until_signed" if signed else "months"
        steps.add(template, worked=without_contract.whole_months, months=owed.months)
        steps.add("amount", wage=plain(wage), months=owed.months, extra=yuan(owed.extra))
        if owed.counts_as_open_ended:
            notes.add("open_ended")
        if signed:
            notes.add("days_before_signing")
        notes.add("time_limit")
        notes.add("evidence")
        return Computation(
            self.texts.line("headline", months=owed.months, extra=yuan(owed.extra)),
            steps.all(),
            notes.all(),
        )


def _month(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else _NUMERALS.index(numeral) + 1
