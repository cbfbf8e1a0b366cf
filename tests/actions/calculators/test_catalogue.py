"""What holds for every calculator, whatever a worker tells it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.calculators.calculator import Calculator
from actions.calculators.catalogue import BY_INTENT, CALCULATORS
from actions.calculators.fields import Field, Kind, Span, Value, Values

TODAY = date(2026, 11, 25)
RULES = Path(__file__).parents[3] / "bot" / "data" / "rules.yml"
EVERY = pytest.mark.parametrize("calculator", CALCULATORS.values(), ids=CALCULATORS)


def values_of(calculator: Calculator, field: Field) -> st.SearchStrategy[Value]:
    """Return values that make sense for a field."""
    least, most = field.at_least, field.at_most
    match field.kind:
        case Kind.CHOICE:
            return st.sampled_from(sorted(calculator.texts.fields[field.name].options))
        case Kind.DATE:
            return st.dates(date(1990, 1, 1), date(2035, 12, 31))
        case Kind.SPAN:
            days = st.integers(0, 29)
            return st.builds(
                lambda months, days: Span(months // 12, months % 12, days),
                st.integers(int(least), int(most)),
                days,
            )
        case Kind.COUNT | Kind.GRADE:
            return st.integers(int(least), int(most)).map(Decimal)
    return st.decimals(min_value=least, max_value=most, places=2)


def figures_of(calculator: Calculator) -> st.SearchStrategy[dict[str, Value]]:
    """Return what a worker may have told: any of the figures."""
    optional = {field.name: values_of(calculator, field) for field in calculator.fields}
    return st.fixed_dictionaries({}, optional=optional)


def filled(calculator: Calculator, told: dict[str, Value], data: st.DataObject) -> Values:
    """Answer every question of the calculator."""
    fields = {field.name: field for field in calculator.fields}
    values = dict(told)
    while (name := calculator.missing(Values(values))) is not None:
        assert name not in values
        values[name] = data.draw(values_of(calculator, fields[name]), name)
    return Values(values)


def test_names_are_unique() -> None:
    assert len(CALCULATORS) == len(BY_INTENT)
    assert all(name == calculator.name for name, calculator in CALCULATORS.items())


def test_every_intent_leads_to_the_form() -> None:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    intents = {
        rule["steps"][0]["intent"]
        for rule in rules
        if len(rule["steps"]) > 1 and rule["steps"][1].get("action") == "calculator_form"
    }
    assert intents == set(BY_INTENT)


@EVERY
def test_something_is_asked_first(calculator: Calculator) -> None:
    names = [field.name for field in calculator.fields]
    assert calculator.missing(Values()) in names
    assert calculator.contradiction(Values()) is None
    assert len(set(names)) == len(names)


@EVERY
@given(data=st.data())
@settings(max_examples=150)
def test_whatever_is_told_leads_to_a_result(calculator: Calculator, data: st.DataObject) -> None:
    values = filled(calculator, data.draw(figures_of(calculator)), data)
    if calculator.contradiction(values) is None:
        computation = calculator.compute(values, TODAY)
        lines = [computation.headline, *computation.steps, *computation.notes]
        assert all(line == line.strip() != "" for line in lines)
        assert len(set(lines)) == len(lines)


@EVERY
@given(data=st.data())
@settings(max_examples=100)
def test_what_contradicts_can_be_told_anew(calculator: Calculator, data: st.DataObject) -> None:
    values = filled(calculator, data.draw(figures_of(calculator)), data)
    if calculator.contradiction(values) is not None:
        again = calculator.texts.contradicting
        assert any(name in values for name in again)
        kept = Values({name: value for name, value in values.items() if name not in again})
        assert calculator.contradiction(kept) is None


def test_figures_of_the_same_name_are_of_the_same_kind() -> None:
    kinds: dict[str, Kind] = {}
    for calculator in CALCULATORS.values():
        for field in calculator.fields:
            if field.lasting:
                assert kinds.setdefault(field.name, field.kind) is field.kind
