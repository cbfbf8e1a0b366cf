"""All calculators, and which intent asks for which."""

from typing import Final

from actions.calculators.annual_leave import AnnualLeaveCalculator
from actions.calculators.calculator import Calculator
from actions.calculators.deadline import DeadlineCalculator
from actions.calculators.disability import DisabilityCalculator
from actions.calculators.double_wage import DoubleWageCalculator
from actions.calculators.final_award import FinalAwardCalculator
from actions.calculators.heat import HeatCalculator
from actions.calculators.maternity import MaternityCalculator
from actions.calculators.minimum_wage import MinimumWageCalculator
from actions.calculators.overtime import OvertimeCalculator
from actions.calculators.severance import SeveranceCalculator

BY_INTENT: Final[dict[str, Calculator]] = {
    "calculate_overtime": OvertimeCalculator(),
    "calculate_severance": SeveranceCalculator(),
    "calculate_double_wage": DoubleWageCalculator(),
    "calculate_annual_leave": AnnualLeaveCalculator(),
    "calculate_maternity": MaternityCalculator(),
    "calculate_heat": HeatCalculator(),
    "check_minimum_wage": MinimumWageCalculator(),
    "calculate_deadline": DeadlineCalculator(),
    "calculate_disability": DisabilityCalculator(),
    "check_final_award": FinalAwardCalculator(),
}

CALCULATORS: Final[dict[str, Calculator]] = {each.name: each for each in BY_INTENT.values()}
