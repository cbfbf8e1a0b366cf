from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.fields import Value, Values
from actions.calculators.overtime import OvertimeCalculator
from actions.calculators.overtime_pay import (
    RATES,
    DayType,
    Overtime,
    Unit,
    Wage,
    overtime_pay,
    split_long_holiday,
)

TODAY = date(2026, 11, 25)
PAID_DAYS = Decimal("21.75")
CENT = Decimal("0.01")
CALCULATOR = OvertimeCalculator()
WAGES = st.decimals(min_value=1, max_value=100_000, places=2)
QUANTITIES = st.decimals(min_value="0.25", max_value=100, places=2)
TIMES = st.sampled_from([Unit.DAY, Unit.HOUR])


def values(**told: str | int | float) -> Values:
    """Figures are decimals, choices are words."""
    read: dict[str, Value] = {
        name: value if isinstance(value, str) else Decimal(str(value))
        for name, value in told.items()
    }
    return Values(read)


def headline(**told: str | int | float) -> str:
    known = values(**told)
    assert CALCULATOR.missing(known) is None
    return CALCULATOR.compute(known, TODAY).headline


@pytest.mark.parametrize(
    ("wage", "per", "day_type", "quantity", "unit", "amount"),
    [
        # The example of the article on the calculation.
        (4350, Unit.MONTH, DayType.WORKDAY, 2, Unit.HOUR, "75"),
        (4350, Unit.MONTH, DayType.REST_DAY, 1, Unit.DAY, "400"),
        (4350, Unit.MONTH, DayType.HOLIDAY, 1, Unit.DAY, "600"),
        (6000, Unit.MONTH, DayType.REST_DAY, 1, Unit.DAY, "551.72"),
        (240, Unit.DAY, DayType.WORKDAY, 3, Unit.HOUR, "135"),
        (240, Unit.DAY, DayType.HOLIDAY, 2, Unit.DAY, "1440"),
        (25, Unit.HOUR, DayType.REST_DAY, 1, Unit.DAY, "400"),
        (25, Unit.HOUR, DayType.WORKDAY, 3, Unit.HOUR, "112.50"),
        (2, Unit.PIECE, DayType.HOLIDAY, 50, Unit.PIECE, "300"),
    ],
)
def test_pay_is_wage_by_quantity_by_rate(
    wage: int, per: Unit, day_type: DayType, quantity: int, unit: Unit, amount: str
) -> None:
    work = Overtime(day_type, Decimal(quantity), unit)
    assert overtime_pay(Wage(Decimal(wage), per), [work], PAID_DAYS).total == Decimal(amount)


@given(WAGES, QUANTITIES, TIMES)
def test_a_day_is_eight_hours_whatever_the_wage_is_for(
    amount: Decimal, quantity: Decimal, per: Unit
) -> None:
    wage = Wage(amount, per)
    days = Overtime(DayType.REST_DAY, quantity, Unit.DAY)
    hours = Overtime(DayType.REST_DAY, 8 * quantity, Unit.HOUR)
    difference = (
        overtime_pay(wage, [days], PAID_DAYS).total - overtime_pay(wage, [hours], PAID_DAYS).total
    )
    assert abs(difference) <= CENT


@given(WAGES, QUANTITIES, TIMES)
def test_a_better_protected_day_never_pays_less(
    amount: Decimal, quantity: Decimal, unit: Unit
) -> None:
    wage = Wage(amount, Unit.MONTH)
    workday, rest_day, holiday = (
        overtime_pay(wage, [Overtime(day_type, quantity, unit)], PAID_DAYS).total
        for day_type in RATES
    )
    assert 0 <= workday <= rest_day <= holiday


@given(WAGES, QUANTITIES, QUANTITIES)
def test_more_wage_or_more_work_never_pays_less(
    amount: Decimal, quantity: Decimal, more: Decimal
) -> None:
    def pay(wage: Decimal, hours: Decimal) -> Decimal:
        work = Overtime(DayType.WORKDAY, hours, Unit.HOUR)
        return overtime_pay(Wage(wage, Unit.MONTH), [work], PAID_DAYS).total

    assert pay(amount, quantity) <= pay(amount + more, quantity)
    assert pay(amount, quantity) <= pay(amount, quantity + more)


@given(WAGES, st.lists(QUANTITIES, min_size=1, max_size=4))
def test_the_total_is_the_sum_of_the_printed_parts(
    amount: Decimal, quantities: list[Decimal]
) -> None:
    work = [Overtime(DayType.REST_DAY, quantity, Unit.DAY) for quantity in quantities]
    pay = overtime_pay(Wage(amount, Unit.MONTH), work, PAID_DAYS)
    assert pay.total == sum(pay.parts)
    assert all(part == part.quantize(CENT) for part in pay.parts)


@given(st.integers(1, 15), st.integers(1, 4), QUANTITIES)
def test_a_long_holiday_is_divided_without_rest(days: int, statutory: int, hours: Decimal) -> None:
    work = Overtime(DayType.HOLIDAY, hours, Unit.HOUR)
    parts = split_long_holiday(work, Decimal(days), Decimal(statutory))
    assert sum(part.quantity for part in parts) == hours
    assert len(parts) == (2 if days > statutory else 1)


def test_one_message_is_enough_for_a_saturday() -> None:
    known = values(day_type="rest_day", days=1, monthly_wage=6000)
    computation = CALCULATOR.compute(known, TODAY)
    assert "551.72 元" in computation.headline
    assert "没给补休" in computation.headline
    assert any("6000 ÷ 21.75 × 1 天 × 200% = 551.72 元" in step for step in computation.steps)
    assert any("补休" in note for note in computation.notes)
    assert computation.articles == ("overtime-time-off",)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (values(), "day_type"),
        (values(monthly_wage=6000), "day_type"),
        (values(day_type="workday"), "hours"),
        (values(day_type="workday", days=22), "hours_per_day"),
        (values(day_type="workday", hours_per_day=2), "days"),
        (values(day_type="workday", hours_per_day=2, days=22), "monthly_wage"),
        # A shift of eight hours holds no overtime.
        (values(day_type="workday", hours_per_day=8, days=22), "hours"),
        (values(day_type="workday", hours=20), "monthly_wage"),
        (values(day_type="rest_day"), "days"),
        (values(day_type="rest_day", hours=4), "monthly_wage"),
        (values(day_type="holiday", days=1), "monthly_wage"),
        (values(festival="national_day"), "days"),
        (values(festival="national_day", hours=56), "days"),
        (values(festival="national_day", hours=8), "monthly_wage"),
        (values(day_type="holiday", piece_price=2), "pieces"),
        (values(day_type="holiday", pay_form="piece", pieces=50), "piece_price"),
        (values(day_type="rest_day", pieces=4), "days"),
        (values(day_type="rest_day", times=4), "monthly_wage"),
        (values(day_type="rest_day", one_day="one"), "monthly_wage"),
        (values(day_type="rest_day", days=1, hourly_wage=25), None),
        (values(festival="half_day"), None),
    ],
)
def test_it_asks_only_for_what_is_needed(told: Values, asked: str | None) -> None:
    assert CALCULATOR.missing(told) == asked


def test_a_national_day_of_seven_days_is_three_holidays_and_four_rest_days() -> None:
    known = values(day_type="holiday", festival="national_day", days=7, monthly_wage=4350)
    computation = CALCULATOR.compute(known, TODAY)
    assert "3400 元" in computation.headline
    assert any("3 天 × 300% = 1800 元" in step for step in computation.steps)
    assert any("4 天 × 200% = 1600 元" in step for step in computation.steps)
    assert any("国庆的法定节假日是 3 天" in note for note in computation.notes)


def test_hours_of_a_long_holiday_are_divided_by_days() -> None:
    assert "3400 元" in headline(festival="national_day", days=7, hours=56, hourly_wage=25)


def test_time_off_never_replaces_the_pay_of_a_holiday() -> None:
    computation = CALCULATOR.compute(values(day_type="holiday", days=1, daily_wage=200), TODAY)
    assert "600 元" in computation.headline
    assert any("不能拿补休" in note for note in computation.notes)
    assert any("一共 13 天" in note for note in computation.notes)


def test_a_shift_of_a_working_day_is_no_overtime_in_its_first_eight_hours() -> None:
    known = values(day_type="workday", hours_per_day=12, days=20, hourly_wage=20)
    computation = CALCULATOR.compute(known, TODAY)
    assert "2400 元" in computation.headline
    assert any("加班按 4 小时算" in step for step in computation.steps)
    assert any("最多 3 小时" in note for note in computation.notes)
    assert any("不能超过 36 小时" in note for note in computation.notes)


def test_the_monthly_limit_is_named_only_beyond_it() -> None:
    within = CALCULATOR.compute(values(day_type="workday", hours=36, hourly_wage=20), TODAY)
    assert not any("36 小时" in note for note in within.notes)
    beyond = CALCULATOR.compute(values(day_type="rest_day", days=5, hourly_wage=20), TODAY)
    assert any("一共有 40 小时" in note for note in beyond.notes)
    holidays = CALCULATOR.compute(values(day_type="holiday", days=5, hourly_wage=20), TODAY)
    assert not any("36 小时" in note for note in holidays.notes)


@pytest.mark.parametrize(
    ("told", "step"),
    [
        ({"monthly_wage": 8700}, "一小时的工资：8700 ÷ 21.75 ÷ 8，合 50 元。"),
        ({"daily_wage": 240}, "一小时的工资：240 ÷ 8，合 30 元。"),
    ],
)
def test_the_wage_of_an_hour_is_shown(told: dict[str, int], step: str) -> None:
    known = values(day_type="workday", hours=3, **told)
    assert CALCULATOR.compute(known, TODAY).steps[0] == step


@pytest.mark.parametrize(
    ("told", "total"), [({"times": 4}, "1600 元"), ({"one_day": "one"}, "400 元")]
)
def test_days_are_told_in_other_ways(told: dict[str, str | int], total: str) -> None:
    assert total in headline(day_type="rest_day", daily_wage=200, **told)


def test_long_rest_days_count_every_hour() -> None:
    assert "1000 元" in headline(day_type="rest_day", days=2, hours_per_day=10, hourly_wage=25)


def test_the_monthly_wage_goes_before_others() -> None:
    assert "400 元" in headline(day_type="rest_day", days=1, monthly_wage=4350, hourly_wage=10)


def test_pieces_are_paid_by_their_price() -> None:
    known = values(day_type="rest_day", pieces=100, piece_price=1.5)
    computation = CALCULATOR.compute(known, TODAY)
    assert "300 元" in computation.headline
    assert any("1.5 × 100 件 × 200% = 300 元" in step for step in computation.steps)
    assert computation.articles == ("overtime-piece-rate",)


def test_what_was_paid_leaves_the_difference() -> None:
    told: dict[str, str | int] = {"day_type": "rest_day", "days": 1, "monthly_wage": 6000}
    assert "还差 91.72 元" in headline(**told, paid=460)
    assert "没有比这个数少" in headline(**told, paid=600)


def test_half_day_holidays_are_not_worked_out() -> None:
    computation = CALCULATOR.compute(values(festival="half_day"), TODAY)
    assert not computation.confirmed
    assert "没有核实" in computation.headline


def test_hours_beyond_the_days_contradict() -> None:
    assert CALCULATOR.contradiction(values(hours=25, days=1)) is not None
    assert CALCULATOR.contradiction(values(hours=24, days=1)) is None
    assert CALCULATOR.contradiction(values(hours=25)) is None


@pytest.mark.parametrize(
    ("message", "day_types", "festivals"),
    [
        ("月薪6000 周六加斑一天该给多少", ["rest_day"], []),
        ("国庆上了7天班", ["holiday"], ["national_day"]),
        ("国庆10月5号上班", ["rest_day"], ["national_day"]),
        ("国庆4号到7号加班4天", ["rest_day"], ["national_day"]),
        ("国庆后4天加班", ["rest_day"], ["national_day"]),
        ("节假日加班 我七千五一个月", ["holiday"], []),
        ("初五开工算几倍", ["rest_day"], ["spring_festival"]),
        ("公司按平时算 周日干了10小时", ["rest_day"], []),
        ("平时加班18小时 周末16小时", ["workday", "rest_day"], []),
        ("周一到周六天天做到晚上九点", [], []),
        ("每天晚上多做两个钟头", ["workday"], []),
        ("上个礼拜一共加了20小时", [], []),
        ("这个月加了十一个小时", [], []),
        ("三八节照常上班", [], ["half_day"]),
    ],
)
def test_days_are_recognised_in_messages(
    message: str, day_types: list[str], festivals: list[str]
) -> None:
    fields = CALCULATOR.texts.fields
    for name, codes in (("day_type", day_types), ("festival", festivals)):
        options = fields[name].options
        assert [code for code, each in options.items() if each.says.search(message)] == codes
