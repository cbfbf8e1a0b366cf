from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.article_checks import contradictions
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.facts import load_facts
from knowledge_base.parameters import (
    Parameter,
    ParameterError,
    Parameters,
    ParameterValue,
    load_parameters,
    parameters,
    plain,
)
from tests.knowledge_base.samples import PARAMETERS

TODAY = date(2026, 11, 1)


def load(directory: Path, text: str = PARAMETERS) -> Parameters:
    path = directory / "parameters.yml"
    path.write_text(text, encoding="utf-8")
    return load_parameters(path)


def changed(old: str, new: str) -> str:
    assert old in PARAMETERS, old
    return PARAMETERS.replace(old, new, 1)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2024, 1, 1), 2490),
        (date(2025, 12, 31), 2490),
        (date(2026, 1, 1), 2660),
        (date(2100, 1, 1), 2660),
    ],
)
def test_a_figure_has_the_value_of_the_day(tmp_path: Path, day: date, value: int) -> None:
    assert load(tmp_path).value("wage.monthly", on=day) == Decimal(value)


def test_money_is_exact_and_printed_without_needless_digits(tmp_path: Path) -> None:
    value = load(tmp_path).on("allowance.days", TODAY)
    assert value.value == Decimal("21.75")
    assert value.text == "21.75"
    assert value.unit == "天"


def test_a_parameter_may_have_a_format_of_its_own(tmp_path: Path) -> None:
    assert load(tmp_path).on("allowance.heat", TODAY).text == "300元/月"


def test_a_derived_figure_follows_its_base(tmp_path: Path) -> None:
    register = load(tmp_path)
    assert register.value("wage.yearly", on=date(2025, 6, 1)) == 29880
    now = register.on("wage.yearly", TODAY)
    assert (now.value, now.text) == (31920, "31920元")
    assert (now.effective_from, now.effective_to) == (date(2026, 1, 1), None)
    assert register.on("wage.yearly", date(2025, 6, 1)).effective_to == date(2025, 12, 31)
    assert [source.title for source in now.sources] == ["《调解仲裁法》", "报道"]
    assert now.facts == ("NX02", "NX01")
    assert now.confirmed


def test_a_derived_figure_is_as_sure_as_its_base(tmp_path: Path) -> None:
    register = load(tmp_path, PARAMETERS.replace("confirmed: true", "confirmed: false", 2))
    assert not register.on("wage.yearly", TODAY).confirmed


def test_several_figures_can_be_added_up(tmp_path: Path) -> None:
    text = changed("of: [wage.monthly]\n      times: 12", "of: [wage.monthly, allowance.heat]")
    assert load(tmp_path, text).value("wage.yearly", on=TODAY) == 2960


@pytest.mark.parametrize(
    ("key", "day", "message"),
    [
        ("wage.weekly", TODAY, "wage.weekly: no such parameter"),
        ("wage.monthly", date(2023, 12, 31), r"wage.monthly: no value on 2023-12-31$"),
        (
            "allowance.heat",
            date(2027, 1, 1),
            "allowance.heat: no value on 2027-01-01; the last one ended on 2026-12-31",
        ),
        ("wage.yearly", date(2023, 12, 31), "wage.monthly: no value on 2023-12-31"),
    ],
)
def test_no_value_is_ever_guessed(tmp_path: Path, key: str, day: date, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        load(tmp_path).value(key, on=day)


BROKEN = {
    "not YAML": (changed("name: 月最低工资", "name: ["), "yaml"),
    "not a mapping": ("- a\n", "dictionary"),
    "key twice": (changed("wage.yearly:", "wage.monthly:"), "'wage.monthly' stands twice"),
    "key without a group": (changed("allowance.heat:", "heat:"), "heat"),
    "unknown field": (changed("unit: 元", "unit: 元\n  note: x"), "wage.monthly.note: Extra"),
    "unknown region": (changed("region: 杭州市", "region: 上海市"), "wage.monthly.region"),
    "no version": (changed("effective_from: 2026-06-01", "effective_from: 6月"), "date"),
    "value is no number": (changed("value: 2490", "value: 很多"), "wage.monthly.versions.0.value"),
    "value is not finite": (changed("value: 2490", "value: NaN"), "wage.monthly.versions.0.value"),
    "value below zero": (changed("value: 2490", "value: -1"), "greater than or equal to 0"),
    "no value": (changed("value: 2490", "times: 1"), "needs either value or of"),
    "value and derivation": (
        changed("of: [wage.monthly]", "of: [wage.monthly]\n      value: 1"),
        "needs either value or of",
    ),
    "times without derivation": (changed("value: 2490", "value: 2490\n      times: 2"), "times"),
    "no source": (
        changed("sources: [{title: 网页, checked_on: 2026-11-01}]", "sources: []"),
        "allowance.heat.versions.0.sources",
    ),
    "no fact": (changed("facts: [NX02]", "facts: []"), "wage.yearly.versions.0.facts"),
    "end before the start": (
        changed("effective_to: 2025-12-31", "effective_to: 2023-12-31"),
        "effective_to lies before",
    ),
    "windows overlap": (
        changed("effective_to: 2025-12-31", "effective_to: 2026-01-01"),
        "wage.monthly: Value error, windows overlap from 2026-01-01",
    ),
    "open window before another": (
        changed("      effective_to: 2025-12-31\n", ""),
        "windows overlap from 2026-01-01",
    ),
    "format without the value": (
        changed('"{value}元/月"', '"三百元"'),
        "allowance.heat.format: Value error, must hold {value} once",
    ),
    "format with another field": (changed('"{value}元/月"', '"{value}{unit}"'), "no other field"),
    "derived from nothing known": (
        changed("of: [wage.monthly]", "of: [wage.weekly]"),
        "wage.yearly: of: no such parameter wage.weekly",
    ),
    "derived from itself": (
        changed("of: [wage.monthly]", "of: [wage.yearly]"),
        "wage.yearly: of: derived from itself",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_register_is_refused_by_key_and_rule(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/parameters.yml: ")
    assert message in str(caught.value)


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_two_windows_may_touch_but_never_overlap(a: date, b: date, c: date, d: date) -> None:
    def version(first: date, last: date) -> dict[str, object]:
        source = {"title": "甲", "checked_on": TODAY}
        return {
            "value": 1,
            "effective_from": first,
            "effective_to": last,
            "confirmed": True,
            "sources": [source],
            "facts": ["NX01"],
        }

    one, other = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    data = {
        "name": "甲",
        "unit": "元",
        "region": "全国",
        "versions": [version(*one), version(*other)],
    }
    if one[0] <= other[1] and other[0] <= one[1]:
        with pytest.raises(ValueError, match="windows overlap"):
            Parameter.model_validate(data)
    else:
        assert len(Parameter.model_validate(data).versions) == 2


@pytest.mark.parametrize(
    ("key", "day", "value"),
    [
        ("minimum_wage.zhejiang.monthly.tier1", date(2026, 1, 1), "2660"),
        ("minimum_wage.hangzhou.monthly", date(2025, 12, 31), "2490"),
        ("final_award.limit.hangzhou", date(2025, 1, 1), "29880"),
        ("final_award.limit.zhejiang.tier1", TODAY, "31920"),
        ("working_time.paid_days_per_month", TODAY, "21.75"),
        ("working_time.working_days_per_month", TODAY, "20.67"),
        ("public_holidays.total", TODAY, "13"),
        ("maternity_leave.zhejiang.first_child", TODAY, "158"),
        ("maternity_leave.zhejiang.later_child", TODAY, "188"),
    ],
)
def test_the_register_of_the_package(key: str, day: date, value: str) -> None:
    assert parameters().value(key, on=day) == Decimal(value)


def test_what_no_city_document_confirms_is_marked() -> None:
    assert not parameters().on("minimum_wage.hangzhou.monthly", TODAY).confirmed
    assert not parameters().on("heat_allowance.zhejiang.outdoor", TODAY).confirmed


def every_value() -> list[ParameterValue]:
    """Return each figure as it is today and in each of its windows, where it can be known."""
    values = []
    for key in parameters():
        windows = parameters()[key].versions
        for day in {
            TODAY,
            *(each.effective_from or each.effective_to or TODAY for each in windows),
        }:
            try:
                values.append(parameters().on(key, day))
            except ParameterError:
                # A derived figure may be older than the oldest known base.
                assert any(each.of for each in windows) or day == TODAY
    return values


def test_every_figure_of_the_register_stands_in_its_facts() -> None:
    facts = load_facts()
    assert [
        each for value in every_value() for each in contradictions(value.text, value, facts)
    ] == []


def test_no_article_types_a_dated_figure_by_hand() -> None:
    values = {each.value for each in every_value()}
    # Small and round numbers stand for many things.
    telling = {plain(value) for value in values if (value > 90 and value % 100) or value % 1}
    typed = [
        (path.name, value)
        for path in ARTICLES_DIR.rglob("*.md")
        for value in telling
        if value in path.read_text(encoding="utf-8").split("\n---\n")[1]
    ]
    assert {"2660", "2490", "21.75", "20.67", "31920", "158", "98"} <= telling
    assert typed == []
