"""Which figures of a message belong to which fields; one small calculator for the rules of
reading, the real ones for what workers write."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actions.calculators.calculator import Calculator, Computation
from actions.calculators.catalogue import CALCULATORS
from actions.calculators.fields import Field, Kind, Span, Value, Values
from actions.calculators.reading import Reading, read
from actions.calculators.texts import CalculatorTexts, FieldTexts, OptionTexts
from contract import QuickReply
from tests.actions.calculators.figures import (
    Said,
    count,
    day,
    duration,
    entities,
    grade,
    money,
    number,
)


@dataclass(frozen=True)
class Sample:
    """A calculator of which only the fields and their texts matter."""

    fields: tuple[Field, ...]
    field_texts: dict[str, FieldTexts]
    name: str = "sample"

    @property
    def texts(self) -> CalculatorTexts:
        return CalculatorTexts(
            title="样例",
            intro="好。",
            offer=QuickReply(title="算", text="算"),
            fields=self.field_texts,
            lines={},
            sources=("法",),
            articles=("a",),
        )

    def missing(self, values: Values) -> str | None:
        return None

    def contradiction(self, values: Values) -> str | None:
        return None

    def compute(self, values: Values, on: date) -> Computation:
        return Computation("")


def texts(cue: str | None = None, *, per: tuple[str, ...] = (), **options: str) -> FieldTexts:
    return FieldTexts(
        label="数",
        question="多少？",
        cue=re.compile(cue) if cue else None,
        per=per,
        options={
            code: OptionTexts(title=code, says=re.compile(says)) for code, says in options.items()
        },
    )


SAMPLE = Sample(
    (
        Field("wage", Kind.MONEY, at_least=Decimal(100), at_most=Decimal(100_000)),
        Field("hourly", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1000)),
        Field("paid", Kind.MONEY),
        Field("service", Kind.SPAN, at_most=Decimal(720)),
        Field("days", Kind.DAYS, at_most=Decimal(31)),
        Field("hours", Kind.HOURS),
        Field("people", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(99)),
        Field("grade", Kind.GRADE, at_least=Decimal(1), at_most=Decimal(10)),
        Field("joined", Kind.DATE),
        Field("left", Kind.DATE),
        Field("shift", Kind.CHOICE),
        Field("full", Kind.CHOICE),
    ),
    {
        "wage": texts("工资|月薪", per=("month",)),
        "hourly": texts("时薪", per=("hour",)),
        "paid": texts("只给|发了"),
        "service": texts("干了|工龄"),
        "days": texts("加班"),
        "hours": texts("每天"),
        "people": texts("一共"),
        "grade": texts("评了"),
        "joined": texts("入职"),
        "left": texts("离职"),
        "shift": texts(rest_day="周[六日]|周末", holiday="国庆|节", workday="平时"),
        "full": texts(yes="上满", no="请过假"),
    },
)


def read_sample(text: str, *said: Said, **how: Any) -> Reading:
    return read(SAMPLE, text, entities(text, *said), **how)


EACH_KIND: list[tuple[str, Said, str, Value]] = [
    ("工资8000", money("8000", 8000), "wage", Decimal(8000)),
    ("干了3年7个月", duration("3年7个月", years=3, months=7), "service", Span(3, 7)),
    ("工龄18个月", duration("18个月", months=18), "service", Span(1, 6)),
    ("工龄1.5年", duration("1.5年", years=1, months=6), "service", Span(1, 6)),
    ("加班3天", duration("3天", days=3), "days", Decimal(3)),
    ("加班半天", duration("半天", days=0.5), "days", Decimal("0.5")),
    ("每天2.5小时", duration("2.5小时", hours=2.5), "hours", Decimal("2.5")),
    ("一共28个人", count("28", 28), "people", Decimal(28)),
    ("评了九级", grade("九级", 9), "grade", Decimal(9)),
    ("去年3月5号入职", day("去年3月5号", "2025-03-05"), "joined", date(2025, 3, 5)),
]


@pytest.mark.parametrize(("text", "said", "name", "value"), EACH_KIND)
def test_a_figure_beside_its_cue_is_read(text: str, said: Said, name: str, value: Value) -> None:
    assert read_sample(text, said) == Reading({name: value})


@pytest.mark.parametrize("text", ["8000的工资", "我的月薪差不多是8000", "8000月薪"])
def test_the_cue_may_stand_before_or_behind(text: str) -> None:
    assert read_sample(text, money("8000", 8000)).values == {"wage": 8000}


@pytest.mark.parametrize(
    "text", ["工资的事说来话长真的说来话长8000", "8000这个数说来话长是我的工资"]
)
def test_a_cue_far_away_ties_nothing(text: str) -> None:
    assert read_sample(text, money("8000", 8000)).values == {}


def test_the_nearest_cue_wins() -> None:
    reading = read_sample("工资8000只给500", money("8000", 8000), money("500", 500))
    assert reading.values == {"wage": 8000, "paid": 500}


def test_the_order_of_the_figures_does_not_matter() -> None:
    reading = read_sample("只给500 工资8000", money("500", 500), money("8000", 8000))
    assert reading.values == {"wage": 8000, "paid": 500}


def test_two_dates_go_to_their_own_fields() -> None:
    reading = read_sample(
        "2023年5月1日入职 2026年3月1日离职",
        day("2023年5月1日", "2023-05-01"),
        day("2026年3月1日", "2026-03-01"),
    )
    assert reading.values == {"joined": date(2023, 5, 1), "left": date(2026, 3, 1)}


def test_two_figures_of_a_kind_fill_a_field_once() -> None:
    reading = read_sample("工资8000 工资9000", money("8000", 8000), money("9000", 9000))
    assert reading.values == {"wage": 8000}


@pytest.mark.parametrize(("per", "name"), [("month", "wage"), ("hour", "hourly")])
def test_an_amount_for_a_period_belongs_to_the_field_of_the_period(per: str, name: str) -> None:
    assert read_sample("拿200", money("200", 200, per)).values == {name: 200}


def test_an_amount_for_another_period_is_not_taken_by_a_cue() -> None:
    assert read_sample("工资200", money("200", 200, "day")).values == {}


@pytest.mark.parametrize("per", ["day", "hour", "year"])
def test_an_amount_for_another_period_does_not_answer_the_question(per: str) -> None:
    reading = read_sample("200", money("200", 200, per), asked="wage")
    assert "wage" not in reading.values


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("wage", Decimal(300)),
        ("paid", Decimal(300)),
        ("hours", Decimal(300)),
    ],
)
def test_a_bare_number_belongs_to_the_question(asked: str, value: Value) -> None:
    assert read_sample("300", number("300"), asked=asked).values == {asked: value}


def test_a_bare_number_without_question_belongs_to_nothing() -> None:
    assert read_sample("大概300", number("300")) == Reading({})


def test_a_bare_number_beside_the_name_of_an_amount_belongs_to_it() -> None:
    assert read_sample("工资300", number("300")).values == {"wage": Decimal(300)}


def test_the_wage_of_a_year_is_no_monthly_wage() -> None:
    assert read_sample("工资12万", money("12万", 120000, "year")) == Reading({})


@pytest.mark.parametrize("asked", ["service", "joined", "shift"])
def test_a_bare_number_is_no_length_date_or_choice(asked: str) -> None:
    assert read_sample("3", number("3"), asked=asked) == Reading({})


def test_the_question_outweighs_another_cue_but_a_second_figure_keeps_its_own() -> None:
    reading = read_sample("只给500 8000", money("500", 500), number("8000"), asked="wage")
    assert reading.values == {"paid": 500, "wage": 8000}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3天", duration("3天", days=3)),
        ("两个人", count("两", 2)),
        ("2小时", duration("2小时", hours=2)),
    ],
)
def test_the_only_field_of_a_kind_needs_no_cue(text: str, said: Said) -> None:
    assert len(read_sample(text, said).values) == 1


def test_of_several_fields_of_a_kind_none_takes_a_figure_without_cue() -> None:
    assert read_sample("8000", money("8000", 8000)) == Reading({})


def test_only_what_words_tie_to_a_field_is_read_on_wish() -> None:
    text, said = "3天 工资8000", (duration("3天", days=3), money("8000", 8000))
    assert read_sample(text, *said, only_cued=True).values == {"wage": 8000}


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("工资20", money("20", 20), "wage"),
        ("加班40天", duration("40天", days=40), "days"),
        ("一共0个人", count("0", 0), "people"),
        ("2月30号入职", day("2月30号", None), "joined"),
    ],
)
def test_a_figure_that_makes_no_sense_is_named(text: str, said: Said, name: str) -> None:
    assert read_sample(text, said) == Reading({}, (name,))


@pytest.mark.parametrize("grain", ["week", "year"])
def test_a_week_or_a_year_is_no_day(grain: str) -> None:
    assert read_sample("去年入职", day("去年", "2025-01-01", grain)) == Reading({})


@pytest.mark.parametrize("grain", ["day", "month"])
def test_a_month_stands_for_its_first_day(grain: str) -> None:
    reading = read_sample("去年3月入职", day("去年3月", "2025-03-01", grain))
    assert reading.values == {"joined": date(2025, 3, 1)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("周六", "rest_day"),
        ("国庆那几天", "holiday"),
        ("不是周六 是国庆", "holiday"),
        ("也不是周六，是国庆", "holiday"),
        ("不是国庆是周末", "rest_day"),
        ("不是平时", None),
        ("是不是周六", None),
        ("周六还是国庆", None),
        ("平时 国庆 都有", None),
        ("忘了", None),
    ],
)
def test_one_option_is_chosen_by_its_words(text: str, code: str | None) -> None:
    assert read_sample(text).values.get("shift") == code


@pytest.mark.parametrize("text", ["不是吗 周六加的班", "周六 不是么"])
def test_a_question_tag_denies_nothing(text: str) -> None:
    assert read_sample(text).values == {"shift": "rest_day"}


@pytest.mark.parametrize(("said_yes", "code"), [(True, "yes"), (False, "no")])
def test_yes_and_no_answer_a_question_of_yes_and_no(said_yes: bool, code: str) -> None:
    assert read_sample("嗯", asked="full", said_yes=said_yes).values == {"full": code}


def test_words_outweigh_a_yes() -> None:
    assert read_sample("对 请过假", asked="full", said_yes=True).values == {"full": "no"}


@pytest.mark.parametrize("asked", ["shift", "wage", None])
def test_yes_answers_no_other_question(asked: str | None) -> None:
    assert read_sample("是的", asked=asked, said_yes=True) == Reading({})


@pytest.mark.parametrize(
    "value",
    [
        None,
        "8000",
        {},
        {"amount": None},
        {"amount": True},
        {"amount": "many"},
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"amount": ["8000"]},
    ],
)
def test_values_of_another_form_are_no_figures(value: Any) -> None:
    assert read_sample("工资8000", Said("8000", "money", value)).values == {}


REAL: list[tuple[str, str, list[Said], dict[str, Value]]] = [
    (
        "overtime",
        "周末加班3天 每天5小时 月工资8000 只给了500",
        [
            duration("3天", days=3),
            duration("5小时", hours=5),
            money("8000", 8000, "month"),
            money("500", 500),
        ],
        {
            "day_type": "rest_day",
            "days": Decimal(3),
            "hours_per_day": Decimal(5),
            "monthly_wage": Decimal(8000),
            "paid": Decimal(500),
        },
    ),
    (
        "annual_leave",
        "2023年5月1日入职 昨天离职 工龄8年 还有3天没休 休了2天",
        [
            day("2023年5月1日", "2023-05-01"),
            day("昨天", "2026-11-24"),
            duration("8年", years=8),
            duration("3天", days=3),
            duration("2天", days=2),
        ],
        {
            "joined": date(2023, 5, 1),
            "left": date(2026, 11, 24),
            "total_service": Span(years=8),
            "unused_days": Decimal(3),
            "taken_days": Decimal(2),
        },
    ),
    (
        "severance",
        "干了3年7个月 月薪8000 想要2n",
        [duration("3年7个月", years=3, months=7), money("8000", 8000, "month")],
        {"service": Span(3, 7), "monthly_wage": Decimal(8000), "kind": "double"},
    ),
    (
        "disability",
        "评了九级 缴费工资6000",
        [grade("九级", 9), money("6000", 6000)],
        {"grade": Decimal(9), "own_wage": Decimal(6000)},
    ),
    (
        "heat",
        "工地上干了3个月",
        [duration("3个月", months=3)],
        {"place": "outdoor", "months": Span(months=3)},
    ),
    (
        "final_award",
        "加班费要3万",
        [money("3万", 30000)],
        {"claim": "pay", "amount": Decimal(30000)},
    ),
    (
        "minimum_wage",
        "兼职 一小时22块",
        [money("22块", 22, "hour")],
        {"schedule": "part_time", "hourly_pay": Decimal(22)},
    ),
    (
        "maternity",
        "二胎 剖腹产 预产期12月10号",
        [day("12月10号", "2026-12-10")],
        {
            "topic": "birth",
            "child": "later",
            "delivery": "caesarean",
            "due_on": date(2026, 12, 10),
        },
    ),
    (
        "deadline",
        "3月5号离职的 想去仲裁",
        [day("3月5号", "2026-03-05")],
        {"matter": "arbitration", "wronged_on": date(2026, 3, 5)},
    ),
    (
        "double_wage",
        "没签合同干了8个月 工资5000",
        [duration("8个月", months=8), money("5000", 5000)],
        {"without_contract": Span(months=8), "monthly_wage": Decimal(5000)},
    ),
]


@pytest.mark.parametrize(("name", "text", "said", "values"), REAL, ids=[name for name, *_ in REAL])
def test_all_at_once(name: str, text: str, said: list[Said], values: dict[str, Value]) -> None:
    calculator: Calculator = CALCULATORS[name]
    assert read(calculator, text, entities(text, *said)) == Reading(values)


def test_every_calculator_is_read() -> None:
    assert {name for name, *_ in REAL} == set(CALCULATORS)


@pytest.mark.parametrize(
    ("text", "said", "values"),
    [
        ("一天200块", money("200块", 200, "day"), {"daily_wage": Decimal(200)}),
        ("一小时25", money("25", 25, "hour"), {"hourly_wage": Decimal(25)}),
    ],
)
def test_who_is_paid_by_the_day_or_hour_may_say_so(
    text: str, said: Said, values: dict[str, Value]
) -> None:
    reading = read(CALCULATORS["overtime"], text, entities(text, said), asked="monthly_wage")
    assert reading == Reading(values)


@pytest.mark.parametrize(
    ("text", "said", "asked", "values"),
    [
        (
            "不是2天 是3天",
            [duration("2天", days=2), duration("3天", days=3)],
            None,
            {"days": Decimal(3)},
        ),
        (
            "不是8000 是9000",
            [number("8000"), number("9000")],
            "monthly_wage",
            {"monthly_wage": Decimal(9000)},
        ),
    ],
)
def test_the_figure_that_is_denied_is_not_read(
    text: str, said: list[Said], asked: str | None, values: dict[str, Value]
) -> None:
    reading = read(CALCULATORS["overtime"], text, entities(text, *said), asked=asked)
    assert reading == Reading(values)
