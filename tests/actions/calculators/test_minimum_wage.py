from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.fields import Value, Values
from actions.calculators.minimum_wage import (
    MinimumWageCalculator,
    Period,
    Standard,
    Verdict,
    check_minimum_wage,
    minimum_wage_standard,
)
from knowledge_base.parameters import ParameterError

TODAY = date(2026, 11, 25)
CALCULATOR = MinimumWageCalculator()
AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=2)
PROVINCE = Standard(Decimal(2180), Decimal(2660), Decimal(2660))


def values(**told: str | int | date) -> Values:
    read: dict[str, Value] = {
        name: Decimal(value) if isinstance(value, int) else value for name, value in told.items()
    }
    return Values(read)


def full_month(pay: int, **told: str | int | date) -> Values:
    """A gross figure of a full month without anything that does not count."""
    return values(
        monthly_pay=pay, pay_kind="gross", full_attendance="yes", includes_extras="no", **told
    )


@pytest.mark.parametrize(
    ("pay", "verdict"),
    [
        ("2179.99", Verdict.BELOW),
        ("2180", Verdict.UNSURE),
        ("2659.99", Verdict.UNSURE),
        ("2660", Verdict.NOT_BELOW),
    ],
)
def test_the_verdict_holds_for_every_tier(pay: str, verdict: Verdict) -> None:
    assert check_minimum_wage(Decimal(pay), PROVINCE).verdict is verdict


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_gaps_are_never_negative_and_only_below_is_certain(
    pay: Decimal, one: Decimal, other: Decimal
) -> None:
    standard = Standard(min(one, other), max(one, other), max(one, other))
    check = check_minimum_wage(pay, standard)
    assert 0 <= check.certain_gap <= check.local_gap
    assert (check.verdict is Verdict.BELOW) == (check.certain_gap > 0)
    if standard.confirmed:
        assert check.verdict is not Verdict.UNSURE


@given(AMOUNTS, AMOUNTS)
def test_more_pay_never_widens_a_gap(pay: Decimal, more: Decimal) -> None:
    now, then = (check_minimum_wage(each, PROVINCE) for each in (pay, pay + more))
    assert then.certain_gap <= now.certain_gap
    assert then.local_gap <= now.local_gap


@pytest.mark.parametrize(
    ("day", "period", "lowest", "highest"),
    [
        (date(2024, 1, 1), Period.MONTHLY, 2490, 2490),
        (date(2025, 12, 31), Period.MONTHLY, 2490, 2490),
        (date(2025, 12, 31), Period.HOURLY, 24, 24),
        (date(2026, 1, 1), Period.MONTHLY, 2180, 2660),
        (date(2026, 1, 1), Period.HOURLY, 21, 25),
    ],
)
def test_the_standard_of_a_day(day: date, period: Period, lowest: int, highest: int) -> None:
    standard = minimum_wage_standard(period, day)
    assert standard.lowest == lowest
    assert standard.highest == highest
    assert standard.confirmed == (lowest == highest)


def test_there_is_no_standard_before_the_register() -> None:
    with pytest.raises(ParameterError):
        minimum_wage_standard(Period.MONTHLY, date(2023, 12, 31))


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (values(), "monthly_pay"),
        (values(monthly_pay=2300), "pay_kind"),
        (values(monthly_pay=2300, pay_kind="net"), "full_attendance"),
        (values(monthly_pay=2300, pay_kind="net", full_attendance="yes"), "gross_pay"),
        (
            values(monthly_pay=2300, pay_kind="net", full_attendance="yes", deducted=300),
            "includes_extras",
        ),
        (values(monthly_pay=1800, pay_kind="base", full_attendance="yes"), "gross_pay"),
        (values(monthly_pay=2300, pay_kind="gross", full_attendance="yes"), "includes_extras"),
        (values(gross_pay=2800), "full_attendance"),
        (values(gross_pay=2800, full_attendance="yes", includes_extras="yes"), "extras"),
        (values(gross_pay=2800, full_attendance="yes", extras=300), None),
        (values(gross_pay=2800, full_attendance="no"), None),
        (values(full_attendance="no"), None),
        (values(hourly_pay=18), "schedule"),
        (values(hourly_pay=18, schedule="part_time"), None),
        (values(hourly_pay=18, schedule="full_time"), "monthly_pay"),
        (values(monthly_pay=1300, schedule="part_time"), "hourly_pay"),
        (full_month(2300), None),
    ],
)
def test_it_asks_only_for_what_matters(told: Values, asked: str | None) -> None:
    assert CALCULATOR.missing(told) == asked


def test_below_the_lowest_tier_is_below_everywhere() -> None:
    computation = CALCULATOR.compute(full_month(2000), TODAY)
    assert "至少差 180 元" in computation.headline
    assert computation.confirmed
    assert any("差 660 元" in step and "没有核实" in step for step in computation.steps)
    assert any("90 到 180 元" in note for note in computation.notes)
    assert computation.articles == ("minimum-wage-below",)


def test_the_first_tier_is_enough_everywhere() -> None:
    computation = CALCULATOR.compute(full_month(2660), TODAY)
    assert "不低于最低工资" in computation.headline
    assert computation.confirmed
    assert not any("没有核实" in step for step in computation.steps)


def test_between_the_tiers_there_is_no_verdict() -> None:
    computation = CALCULATOR.compute(full_month(2300), TODAY)
    assert "不敢下定论" in computation.headline
    assert not computation.confirmed
    assert any("差 360 元" in step and "没有核实" in step for step in computation.steps)
    assert any("12333" in note and "12351" in note for note in computation.notes)


@pytest.mark.parametrize(
    ("pay", "said"), [(2489, "低于2025年杭州市区的最低工资 2490 元/月，差 1 元"), (2490, "不低于")]
)
def test_earlier_months_have_the_confirmed_figure(pay: int, said: str) -> None:
    computation = CALCULATOR.compute(full_month(pay, month=date(2025, 6, 1)), TODAY)
    assert said in computation.headline
    assert computation.confirmed


def test_months_before_the_register_and_after_today() -> None:
    early = CALCULATOR.compute(full_month(2000, month=date(2022, 6, 1)), TODAY)
    assert "2022年" in early.headline
    assert "没有核实" in early.headline
    late = CALCULATOR.compute(full_month(2000, month=date(2027, 6, 1)), TODAY)
    assert late.headline == CALCULATOR.compute(full_month(2000), TODAY).headline


def test_a_month_with_absence_has_no_verdict() -> None:
    told = values(monthly_pay=1000, pay_kind="net", full_attendance="no")
    computation = CALCULATOR.compute(told, TODAY)
    assert "下不了结论" in computation.headline
    assert not computation.steps


def test_extras_are_left_out_and_deductions_added() -> None:
    told = values(monthly_pay=2300, pay_kind="net", deducted=400, full_attendance="yes", extras=600)
    computation = CALCULATOR.compute(told, TODAY)
    assert "2100 元/月" in computation.headline
    assert any("2300 元 + 扣掉的 400 元 = 应发 2700 元" in step for step in computation.steps)
    assert any("2700 元 − 加班费和津贴 600 元 = 2100 元" in step for step in computation.steps)


def test_part_time_is_judged_by_the_hour() -> None:
    below = CALCULATOR.compute(values(hourly_pay=18, schedule="part_time"), TODAY)
    assert "至少差 3 元" in below.headline
    unsure = CALCULATOR.compute(values(hourly_pay=22, schedule="part_time"), TODAY)
    assert "不敢下定论" in unsure.headline
    assert any("25 元/小时" in step for step in unsure.steps)


@pytest.mark.parametrize(
    ("told", "contradicts"),
    [
        (values(monthly_pay=2300, pay_kind="net", gross_pay=2000), True),
        (values(monthly_pay=2300, pay_kind="net", gross_pay=2300), False),
        (values(monthly_pay=2300, pay_kind="base", gross_pay=2000), True),
        (values(monthly_pay=2300, pay_kind="gross", extras=2400), True),
        (values(monthly_pay=2300, pay_kind="gross", extras=2400, includes_extras="no"), False),
        (values(monthly_pay=2300), False),
    ],
)
def test_figures_that_cannot_all_be_true(told: Values, contradicts: bool) -> None:
    assert (CALCULATOR.contradiction(told) is not None) == contradicts


@pytest.mark.parametrize(
    ("message", "field", "codes"),
    [
        ("到手才2300 违法不", "pay_kind", ["net"]),
        ("我底薪1900 合不合规", "pay_kind", ["base"]),
        ("应发2800 实发2290", "pay_kind", ["gross", "net"]),
        ("全勤都上了", "full_attendance", ["yes"]),
        ("没有满勤", "full_attendance", ["no"]),
        ("没请假", "full_attendance", ["yes"]),
        ("请了3天假", "full_attendance", ["no"]),
        ("有没有全勤奖", "full_attendance", []),
        ("到手2100 算不算低于最低工资", "includes_extras", []),
        ("不含加班费", "includes_extras", ["no"]),
        ("没加班", "includes_extras", ["no"]),
        ("加上加班费才2600", "includes_extras", ["yes"]),
        ("高温费算进去才2660", "includes_extras", ["yes"]),
        ("我兼职时薪十九", "schedule", ["part_time"]),
        ("每天8小时", "schedule", ["full_time"]),
        ("每天12小时", "schedule", ["full_time"]),
    ],
)
def test_answers_are_recognised_in_messages(message: str, field: str, codes: list[str]) -> None:
    options = CALCULATOR.texts.fields[field].options
    assert [code for code, each in options.items() if each.says.search(message)] == codes
