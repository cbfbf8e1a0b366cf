from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.annual_leave import (
    AnnualLeaveCalculator,
    days_after_joining,
    days_of_year,
    passed_calendar_days,
    remaining_calendar_days,
    unused_leave_pay,
    unused_on_leaving,
)
from actions.calculators.calculator import Computation
from actions.calculators.fields import Span, Value, Values

TODAY = date(2026, 11, 25)
PAID_DAYS = Decimal("21.75")
CALCULATOR = AnnualLeaveCalculator()
WAGES = st.decimals(min_value=1, max_value=100_000, places=2)
FULL_YEARS = st.sampled_from([5, 10, 15])


def compute(**figures: Value) -> Computation:
    values = Values(figures)
    assert CALCULATOR.missing(values) is None
    assert CALCULATOR.contradiction(values) is None
    return CALCULATOR.compute(values, TODAY)


def text_of(computation: Computation) -> str:
    return "\n".join([computation.headline, *computation.steps, *computation.notes])


@pytest.mark.parametrize(
    ("service", "days"),
    [
        (Span(), 0),
        (Span(months=11, days=29), 0),
        (Span(days=400), 5),
        (Span(years=1), 5),
        (Span(years=9, months=11), 5),
        (Span(years=10), 10),
        (Span(years=19, months=11), 10),
        (Span(years=20), 15),
        (Span(years=40), 15),
    ],
)
def test_days_by_total_service(service: Span, days: int) -> None:
    assert days_of_year(service) == days


@pytest.mark.parametrize(
    ("joined", "remaining", "days"),
    [
        (date(2026, 1, 1), 365, 5),
        (date(2026, 1, 2), 364, 4),
        (date(2026, 7, 1), 184, 2),
        (date(2026, 10, 20), 73, 1),
        (date(2026, 10, 21), 72, 0),
        (date(2024, 1, 1), 366, 5),
        (date(2026, 12, 31), 1, 0),
    ],
)
def test_the_year_of_joining(joined: date, remaining: int, days: int) -> None:
    assert remaining_calendar_days(joined) == remaining
    assert days_after_joining(5, remaining) == days


@pytest.mark.parametrize(
    ("left", "joined", "passed"),
    [
        (date(2026, 6, 30), None, 181),
        (date(2026, 6, 30), date(2019, 5, 1), 181),
        (date(2026, 6, 30), date(2026, 6, 1), 30),
        (date(2026, 1, 1), None, 1),
        (date(2024, 12, 31), None, 366),
    ],
)
def test_days_passed_in_the_year_of_leaving(left: date, joined: date | None, passed: int) -> None:
    assert passed_calendar_days(left, joined) == passed


@pytest.mark.parametrize(
    ("passed", "taken", "unused"),
    [
        (181, "0", 4),  # 181 / 365 x 10 = 4.96
        (181, "1", 3),
        (181, "1.5", 3),  # 3.46
        (181, "6", 0),
        (365, "0", 10),
        (36, "0", 0),
        (73, "2", 0),
    ],
)
def test_a_part_of_a_day_is_dropped_on_leaving(passed: int, taken: str, unused: int) -> None:
    assert unused_on_leaving(10, passed, Decimal(taken)) == unused


@given(FULL_YEARS, st.integers(1, 366))
def test_a_part_of_a_year_never_gives_more_than_the_whole(days: int, part: int) -> None:
    assert 0 <= days_after_joining(days, part) <= days
    assert days_after_joining(days, part) == unused_on_leaving(days, part, Decimal(0))


@given(FULL_YEARS, st.integers(1, 365), st.decimals(0, 30, places=1))
def test_what_was_taken_only_lowers_what_is_unused(days: int, part: int, taken: Decimal) -> None:
    unused = unused_on_leaving(days, part, taken)
    assert 0 <= unused <= unused_on_leaving(days, part + 1, taken)
    assert unused <= unused_on_leaving(days, part, Decimal(0))


@given(WAGES, st.integers(0, 30))
def test_each_day_is_worth_two_daily_wages(wage: Decimal, days: int) -> None:
    pay = unused_leave_pay(Decimal(days), wage, PAID_DAYS)
    assert abs(pay - 2 * days * wage / PAID_DAYS) < Decimal("0.0001")
    assert 0 <= pay <= unused_leave_pay(Decimal(days + 1), wage, PAID_DAYS)


def test_it_asks_for_the_service_or_for_the_wage_of_days_told() -> None:
    assert CALCULATOR.missing(Values()) == "total_service"
    assert CALCULATOR.missing(Values({"total_service": Span(years=2)})) is None
    assert CALCULATOR.missing(Values({"unused_days": Decimal(5)})) == "monthly_wage"


def test_days_told_and_a_wage_need_no_service() -> None:
    computation = compute(unused_days=Decimal(5), monthly_wage=Decimal(6000))
    assert "2758.62 元" in computation.headline
    assert "6000 元 ÷ 21.75 × 2 × 5 天 = 2758.62 元" in computation.steps[0]
    assert "书面提出不休" in text_of(computation)
    assert computation.articles == ("annual-leave-unused-pay",)


def test_days_of_a_year_with_a_hint_at_the_pay() -> None:
    computation = compute(total_service=Span(years=2))
    assert "5 天年假" in computation.headline
    assert "我帮您算成钱" in computation.notes[0]
    assert "寒暑假" in text_of(computation)
    assert "连续工作满12个月" in text_of(computation)


def test_with_a_wage_alone_the_days_not_taken_are_asked_for() -> None:
    computation = compute(total_service=Span(years=12), monthly_wage=Decimal(6000))
    assert "10 天年假" in computation.headline
    assert "您有几天没休？" in computation.headline
    assert computation.wants == "unused_days"
    assert "÷ 21.75" not in text_of(computation)


def test_no_leave_in_the_first_year() -> None:
    assert compute(total_service=Span(months=11)).headline == CALCULATOR.texts.line("none_yet")


def test_joining_this_year_gives_a_part_and_joining_earlier_the_whole() -> None:
    this_year = compute(total_service=Span(years=8), joined=date(2026, 7, 1))
    assert "2026年在新单位有 2 天" in this_year.headline
    assert "184 ÷ 365 × 5" in text_of(this_year)
    assert this_year.articles == ("annual-leave-new-job",)
    assert "5 天" in compute(total_service=Span(years=8), joined=date(2025, 7, 1)).headline
    late = compute(total_service=Span(years=8), joined=date(2026, 11, 1))
    assert "2026年剩下的天数折不满1整天" in late.headline


def test_days_taken_come_off() -> None:
    computation = compute(
        total_service=Span(years=12), taken_days=Decimal(4), monthly_wage=Decimal(6000)
    )
    assert "没休的 6 天" in computation.headline
    assert "3310.34 元" in computation.headline
    all_taken = compute(total_service=Span(years=12), taken_days=Decimal(11))
    assert all_taken.headline == CALCULATOR.texts.line("none_unused")


def test_leaving_pays_for_the_days_passed() -> None:
    computation = compute(
        total_service=Span(years=12), left=date(2026, 6, 30), monthly_wage=Decimal(6000)
    )
    assert "没休的 4 天" in computation.headline
    assert "2206.9 元" in computation.headline
    assert "先按一天没休算的" in text_of(computation)
    assert "不能说过期作废" not in text_of(computation)
    assert computation.articles == ("annual-leave-unused-pay", "annual-leave-on-leaving")
    in_days = compute(total_service=Span(years=12), left=date(2026, 6, 30), taken_days=Decimal(1))
    assert "还有 3 天年假没休" in in_days.headline
    too_many = compute(total_service=Span(years=12), left=date(2026, 6, 30), taken_days=Decimal(8))
    assert "不能扣回" in too_many.headline


def test_leaving_before_joining_contradicts() -> None:
    values = Values({"joined": date(2026, 7, 1), "left": date(2026, 6, 30)})
    assert CALCULATOR.contradiction(values) == CALCULATOR.texts.line("left_before_joining")
    assert set(CALCULATOR.texts.contradicting) == {"joined", "left"}
