from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.calculator import Computation
from actions.calculators.fields import Span, Value, Values
from actions.calculators.severance import (
    SeveranceCalculator,
    SeveranceKind,
    service_between,
    service_months,
    severance,
)

TODAY = date(2026, 11, 25)
CALCULATOR = SeveranceCalculator()
WAGES = st.decimals(min_value=1, max_value=100_000, places=2)
SERVICES = st.builds(Span, st.integers(0, 45), st.integers(0, 11), st.integers(0, 29))
DAYS = st.dates(date(1980, 1, 1), date(2027, 12, 31))


def compute(**figures: Value) -> Computation:
    values = Values(figures)
    assert CALCULATOR.missing(values) is None
    assert CALCULATOR.contradiction(values) is None
    return CALCULATOR.compute(values, TODAY)


def text_of(computation: Computation) -> str:
    return "\n".join([computation.headline, *computation.steps, *computation.notes])


@pytest.mark.parametrize(
    ("service", "months"),
    [
        (Span(), "0"),
        (Span(days=1), "0.5"),
        (Span(months=5, days=29), "0.5"),
        (Span(days=180), "0.5"),
        (Span(months=6), "1"),
        (Span(days=200), "1"),
        (Span(months=11, days=29), "1"),
        (Span(years=1), "1"),
        (Span(years=1, days=1), "1.5"),
        (Span(years=3, months=5), "3.5"),
        (Span(years=3, months=7), "4"),
        (Span(months=43), "4"),
        (Span(years=20), "20"),
    ],
)
def test_months_of_wage_by_service(service: Span, months: str) -> None:
    assert service_months(service).total == Decimal(months)


@pytest.mark.parametrize(
    ("first", "last", "service"),
    [
        (date(2023, 3, 1), date(2023, 3, 1), Span(days=1)),
        (date(2020, 3, 1), date(2023, 9, 30), Span(years=3, months=7)),
        (date(2020, 3, 1), date(2023, 9, 29), Span(years=3, months=6, days=29)),
        (date(2023, 1, 31), date(2023, 2, 27), Span(days=28)),
        (date(2023, 1, 31), date(2023, 2, 28), Span(months=1)),
        (date(2024, 2, 29), date(2025, 2, 28), Span(years=1)),
        (date(2023, 1, 31), date(2023, 3, 29), Span(months=1, days=29)),
        (date(2024, 12, 15), date(2025, 1, 14), Span(months=1)),
    ],
)
def test_service_counts_the_first_and_the_last_day(first: date, last: date, service: Span) -> None:
    assert service_between(first, last) == service


@given(DAYS, st.integers(0, 20_000))
def test_service_grows_by_the_day_and_its_parts_stay_small(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    service = service_between(first, last)
    assert 0 <= service.months < 12
    assert 0 <= service.days <= 31
    assert service < service_between(first, last + timedelta(days=1))


@given(SERVICES, WAGES)
def test_pay_never_falls_with_service_and_never_exceeds_a_wage_a_year(
    service: Span, wage: Decimal
) -> None:
    now, later = (
        severance(each, wage, wage)
        for each in (service, Span(service.years, service.months + 1, service.days))
    )
    for kind in SeveranceKind:
        assert 0 <= now.pay(kind) <= later.pay(kind)
    assert now.pay(SeveranceKind.N) <= (service.years + 1) * wage


@given(SERVICES, WAGES, WAGES)
def test_kinds_build_on_n(service: Span, wage: Decimal, last: Decimal) -> None:
    owed = severance(service, wage, last)
    assert owed.pay(SeveranceKind.N_PLUS_1) - owed.pay(SeveranceKind.N) == last
    assert owed.pay(SeveranceKind.DOUBLE) == 2 * owed.pay(SeveranceKind.N)


@given(SERVICES, WAGES, WAGES)
def test_cap_ends_at_twelve_months_of_three_averages(
    service: Span, wage: Decimal, average: Decimal
) -> None:
    capped, free = severance(service, wage, wage, average), severance(service, wage, wage)
    assert capped.pay(SeveranceKind.N) <= free.pay(SeveranceKind.N)
    assert capped.capped == (wage > 3 * average)
    if capped.capped:
        assert capped.pay(SeveranceKind.N) <= 36 * average
    else:
        assert capped == free


def test_a_wage_of_three_averages_is_not_capped_in_years() -> None:
    at_the_line = severance(Span(years=15), Decimal(24_000), Decimal(24_000), Decimal(8000))
    assert (at_the_line.months, at_the_line.capped) == (Decimal(15), False)
    above = severance(Span(years=15), Decimal(24_001), Decimal(24_001), Decimal(8000))
    assert (above.months, above.wage) == (Decimal(12), Decimal(24_000))


def test_only_the_service_is_asked_for() -> None:
    assert CALCULATOR.missing(Values()) == "service"
    assert CALCULATOR.missing(Values({"monthly_wage": Decimal(8000)})) == "service"
    assert CALCULATOR.missing(Values({"started": date(2020, 3, 1)})) is None


def test_the_kinds_are_shown_beside_each_other_without_a_verdict() -> None:
    computation = compute(service=Span(years=3, months=7), monthly_wage=Decimal(8000))
    assert "4 个月工资，合 32000 元" in computation.headline
    assert "最终以核算为准" in computation.headline
    assert "4 个月 × 8000 元 = 32000 元。" in computation.steps
    steps = "\n".join(computation.steps)
    assert "5 个月工资，合 40000 元" in steps
    assert "8 个月工资，合 64000 元" in steps
    assert "先按同一个数" in text_of(computation)
    assert "转人工" in text_of(computation)
    assert "自己主动辞职" in text_of(computation)


def test_without_a_wage_the_result_is_in_months() -> None:
    computation = compute(service=Span(years=3, months=7))
    assert "4 个月工资" in computation.headline
    assert "元" not in computation.headline
    assert "月工资" in computation.notes[0]


@pytest.mark.parametrize(
    ("kind", "total"), [("n", "32000"), ("n_plus_1", "41000"), ("double", "64000")]
)
def test_a_kind_that_was_named_stands_alone(kind: str, total: str) -> None:
    computation = compute(
        service=Span(years=3, months=7),
        monthly_wage=Decimal(8000),
        last_month_wage=Decimal(9000),
        kind=kind,
    )
    assert f"合 {total} 元" in computation.headline
    assert len(computation.steps) == 3
    assert "先按同一个数" not in text_of(computation)
    assert computation.articles == (("dismissal-unlawful",) if kind == "double" else ())


def test_the_cap_is_applied_only_with_a_known_average() -> None:
    wage = Decimal(30_000)
    told = compute(service=Span(years=15), monthly_wage=wage, average_wage=Decimal(8000))
    assert "12 个月工资，合 288000 元" in told.headline
    assert "按3倍 24000 元算" in text_of(told)
    unknown = compute(service=Span(years=15), monthly_wage=wage)
    assert "合 450000 元" in unknown.headline
    assert "我没有核实" in text_of(unknown)


def test_two_dates_decide_over_a_length_and_one_counts_until_today() -> None:
    dates: dict[str, Value] = {"started": date(2020, 3, 1), "ended": date(2023, 9, 30)}
    assert "4 个月工资" in compute(**dates).headline
    assert "离职证明上的日期" in text_of(compute(**dates))
    assert "4 个月工资" in compute(**dates, service=Span(years=9)).headline
    until_today = compute(started=date(2022, 11, 26))
    assert "4 个月工资" in until_today.headline
    assert "先算到今天" in text_of(until_today)
    assert "9 个月工资" in compute(started=date(2020, 3, 1), service=Span(years=9)).headline


@pytest.mark.parametrize(
    "first", [date(2024, 6, 2), date(1920, 1, 1)], ids=["after the end", "a lifetime before"]
)
def test_dates_in_disorder_are_asked_again(first: date) -> None:
    values = Values({"started": first, "ended": date(2024, 6, 1)})
    assert CALCULATOR.contradiction(values) == CALCULATOR.texts.line("dates_wrong")
    assert set(CALCULATOR.texts.contradicting) == {"started", "ended"}


def test_a_start_in_the_future_gives_no_figure() -> None:
    computation = compute(started=TODAY + timedelta(days=1))
    assert computation.headline == CALCULATOR.texts.line("dates_wrong")


def test_a_wage_below_the_minimum_and_service_before_the_law_are_pointed_out() -> None:
    old = text_of(compute(service=Span(years=20), monthly_wage=Decimal(2000)))
    assert "最低工资" in old
    assert "2008年以前" in old
    new = text_of(compute(service=Span(years=18, months=10), monthly_wage=Decimal(8000)))
    assert "最低工资" not in new
    assert "2008年以前" not in new


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("公司给N+1合理吗", "n_plus_1"),
        ("n 加 1 是多少", "n_plus_1"),
        ("2N是多少", "double"),
        ("公司要赔双倍赔偿", "double"),
        ("我想算 N", "n"),
        ("干了3年7个月 月薪8千 公司提出协商走 赔几个月", None),
    ],
)
def test_a_kind_is_found_in_the_message(message: str, kind: str | None) -> None:
    options = CALCULATOR.texts.fields["kind"].options
    found = [code for code, option in options.items() if option.says.search(message)]
    assert found == ([kind] if kind else [])


def test_every_button_says_its_own_kind_only() -> None:
    options = CALCULATOR.texts.fields["kind"].options
    assert set(options) == set(SeveranceKind)
    for button in options.values():
        says = [option for option in options.values() if option.says.search(button.title)]
        assert says == [button]
