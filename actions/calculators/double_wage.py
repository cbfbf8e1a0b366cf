"""Double wage without a written contract.

《劳动合同法》第八十二条 with 《劳动合同法实施条例》第六条、第七条 (fact HT01): who works longer
than one month and less than one year without a written contract is owed twice the wage each month,
for eleven months at the most; after a full year the contract counts as open-ended.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Span, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts

MONTHS_TO_SIGN = 1
MONTHS_AT_MOST = 11
MONTHS_UNTIL_OPEN_ENDED = 12


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
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        return next((field.name for field in self.fields if field.name not in values), None)

    def contradiction(self, values: Values) -> str | None:
        return None

    def compute(self, values: Values, on: date) -> Computation:
        without_contract, wage = values.span("without_contract"), values.decimal("monthly_wage")
        owed = double_wage(without_contract, wage)
        if not owed.months:
            return Computation(self.texts.line("nothing_yet"), notes=(self.texts.line("sign"),))
        steps, notes = Lines(self.texts), Lines(self.texts)
        steps.add("months", worked=without_contract.whole_months, months=owed.months)
        steps.add("amount", wage=plain(wage), months=owed.months, extra=yuan(owed.extra))
        if owed.counts_as_open_ended:
            notes.add("open_ended")
        notes.add("time_limit")
        notes.add("evidence")
        return Computation(
            self.texts.line("headline", months=owed.months, extra=yuan(owed.extra)),
            steps.all(),
            notes.all(),
        )
