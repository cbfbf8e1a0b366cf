from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.calculator import Computation
from actions.calculators.deadline import MATTERS, DeadlineCalculator, deadline
from actions.calculators.fields import Value, Values
from actions.calculators.periods import Period

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
PERIODS = st.sampled_from([matter.period for matter in MATTERS.values()])
CALCULATOR = DeadlineCalculator()
ON = date(2026, 11, 25)


def computed(matter: str, on: date = ON, **days: date) -> Computation:
    values: dict[str, Value] = {"matter": matter, **days}
    return CALCULATOR.compute(Values(values), on)


@pytest.mark.parametrize(
    ("start", "period", "last_day"),
    [
        (date(2025, 3, 5), Period(years=1), date(2026, 3, 5)),
        (date(2024, 2, 29), Period(years=1), date(2025, 2, 28)),
        (date(2023, 2, 28), Period(years=1), date(2024, 2, 28)),
        (date(2024, 2, 29), Period(years=4), date(2028, 2, 29)),
        (date(2026, 3, 5), Period(days=15), date(2026, 3, 20)),
        (date(2026, 2, 20), Period(days=15), date(2026, 3, 7)),
        (date(2026, 12, 20), Period(days=30), date(2027, 1, 19)),
        (date(2026, 3, 5), Period(years=2), date(2028, 3, 5)),
    ],
)
def test_the_day_of_the_start_does_not_count(start: date, period: Period, last_day: date) -> None:
    assert period.last_day(start) == last_day


@given(DAYS, PERIODS)
def test_a_later_start_never_ends_earlier(start: date, period: Period) -> None:
    assert period.last_day(start) <= period.last_day(start + timedelta(days=1))


@given(DAYS, PERIODS, DAYS)
def test_days_left_lead_to_the_last_day(start: date, period: Period, on: date) -> None:
    end = deadline(start, period, on)
    assert on + timedelta(days=end.days_left) == end.last_day
    assert end.is_urgent == (end.last_day - timedelta(days=7) <= on <= end.last_day)


@pytest.mark.parametrize(
    ("matter", "field"),
    [
        ("arbitration", "wronged_on"),
        ("injury", "injured_on"),
        ("court", "award_received_on"),
        ("enforcement", "performance_due_on"),
        ("reassessment", "assessment_received_on"),
        ("wages_while_employed", None),
    ],
)
def test_it_asks_for_the_matter_and_its_day(matter: str, field: str | None) -> None:
    assert CALCULATOR.missing(Values()) == "matter"
    assert CALCULATOR.missing(Values({"matter": matter})) == field
    if field:
        assert CALCULATOR.missing(Values({"matter": matter, field: ON})) is None


def test_an_arbitration_with_time_left() -> None:
    computation = computed("arbitration", wronged_on=date(2026, 3, 5))
    assert "2027年3月5日，还剩 100 天" in computation.headline
    assert computation.articles == ("arbitration-time-limit",)
    assert any("重新算" in note for note in computation.notes)
    assert not any("法律援助" in note for note in computation.notes)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (8, "还剩 8 天"),
        (7, "只剩 7 天了！"),
        (1, "只剩 1 天了！"),
        (0, "今天就是最后一天！"),
    ],
)
def test_the_nearer_the_louder(left: int, expected: str) -> None:
    computation = computed("arbitration", wronged_on=date(2025, 11, 25) + timedelta(days=left))
    assert expected in computation.headline
    urgent = left <= 7
    assert ("转人工" in computation.headline) == urgent
    assert ("arbitration-deadline-near" in computation.articles) == urgent
    assert any("法律援助" in note for note in computation.notes) == urgent
    assert CALCULATOR.texts.next[0].text == "转人工"


@given(st.sampled_from(sorted(MATTERS)), DAYS, DAYS)
def test_a_day_gone_by_never_means_the_right_is_lost(matter: str, start: date, on: date) -> None:
    computation = computed(matter, on, **{MATTERS[matter].start_field: start})
    if MATTERS[matter].period.last_day(start) < on:
        assert "先别急着放弃" in computation.headline
        assert "转人工" in computation.headline


def test_a_demand_in_the_year_starts_it_again_but_the_earlier_day_leads() -> None:
    computation = computed(
        "arbitration", wronged_on=date(2026, 3, 5), demanded_on=date(2026, 10, 8)
    )
    assert "2027年3月5日" in computation.headline
    assert any("2027年10月8日" in step for step in computation.steps)


@pytest.mark.parametrize("demanded", [date(2025, 3, 5), date(2026, 3, 6), date(2026, 12, 1)])
def test_a_demand_outside_the_running_year_changes_nothing(demanded: date) -> None:
    computation = computed("arbitration", wronged_on=date(2025, 3, 5), demanded_on=demanded)
    assert len(computation.steps) == 1


def test_back_pay_while_employed_has_no_last_day() -> None:
    computation = computed("wages_while_employed")
    assert "不受一年" in computation.headline
    assert any("一年内提" in note for note in computation.notes)


def test_an_injury_shows_the_employers_days_too() -> None:
    early = computed("injury", injured_on=date(2026, 11, 10))
    assert "2027年11月10日" in early.headline
    assert any("2026年12月10日" in step and "还剩 15 天" in step for step in early.steps)
    late = computed("injury", injured_on=date(2026, 10, 20))
    assert any("2026年11月19日 已经满了" in step for step in late.steps)
    assert any("基金" in note for note in early.notes)
    assert not any("基金" in note for note in late.notes)


def test_an_assessment_is_contested_within_fifteen_days() -> None:
    computation = computed(
        "reassessment", date(2026, 6, 28), assessment_received_on=date(2026, 6, 18)
    )
    assert "只剩 5 天了！" in computation.headline
    assert "2026年7月3日" in computation.headline


def test_only_in_court_a_rest_day_moves_the_end() -> None:
    court = computed("court", date(2026, 11, 20), award_received_on=date(2026, 11, 13))
    assert "2026年11月28日" in court.headline  # a Saturday
    assert any("法定休假日" in note for note in court.notes)
    arbitration = computed("arbitration", wronged_on=date(2025, 11, 28))
    assert any("没有核实" in note for note in arbitration.notes)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("去年3月5日离职，到什么时候还能仲裁", "arbitration"),
        ("我还没离职，欠了两年工资还能要吗", "wages_while_employed"),
        ("我还在厂里上班，讨工资有期限吗", "wages_while_employed"),
        ("10月8日受伤，公司不报工伤，还来得及吗", "injury"),
        ("仲裁裁决书昨天收到，多久内起诉", "court"),
        ("裁决书生效了单位不给钱，执行多久内申请", "enforcement"),
        ("10月8日摔的 单位30天到几号", "injury"),
        ("鉴定结论6月18号收到 再次鉴定最晚几号申请", "reassessment"),
        ("判决书去年5月6号生效的 执行申请还剩多久", "enforcement"),
        ("zc还剩几天", "arbitration"),
        ("收到不予受理通知 几号前起诉", None),
        ("裁决书写的是3月5日前付清", None),
        ("辞职报告4月6号交的 30天后几号能走", None),
        ("帮我算申请期限还剩几天", None),
    ],
)
def test_the_matter_is_read_from_the_words(words: str, code: str | None) -> None:
    options = CALCULATOR.texts.fields["matter"].options
    found = [name for name, option in options.items() if option.says.search(words)]
    assert found == ([code] if code else [])


def test_a_button_chooses_its_own_option() -> None:
    options = CALCULATOR.texts.fields["matter"].options
    for code, option in options.items():
        assert [n for n, other in options.items() if other.says.search(option.title)] == [code]
