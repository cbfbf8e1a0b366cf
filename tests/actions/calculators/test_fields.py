from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.fields import Field, Kind, Span, Value, Values, from_json, to_json

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2)
VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    **dict.fromkeys(
        (Kind.MONEY, Kind.HOURS, Kind.DAYS, Kind.COUNT, Kind.GRADE),
        AMOUNTS,
    ),
    Kind.SPAN: st.builds(Span, st.integers(0, 60), st.integers(0, 11), st.integers(0, 30)),
    Kind.DATE: st.dates(),
    Kind.CHOICE: st.sampled_from(["yes", "no", "6-9"]),
}
WAGE = Field("wage", Kind.MONEY, at_least=Decimal(100), at_most=Decimal(1000))
PEOPLE = Field("people", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(50))
GRADE = Field("grade", Kind.GRADE, at_least=Decimal(1), at_most=Decimal(10))
SERVICE = Field("service", Kind.SPAN, at_least=Decimal(1), at_most=Decimal(12))
DAY = Field("day", Kind.DATE)
CHOICE = Field("choice", Kind.CHOICE)


def test_every_kind_is_tried() -> None:
    assert set(VALUES) == set(Kind)


@given(st.data(), st.sampled_from(Kind))
def test_a_value_survives_being_kept(data: st.DataObject, kind: Kind) -> None:
    value = data.draw(VALUES[kind])
    assert from_json(kind, to_json(value)) == value


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (Kind.MONEY, "many"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "yesterday"),
        (Kind.SPAN, {"weeks": 3}),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused(kind: Kind, stored: str | dict[str, int]) -> None:
    with pytest.raises((ValueError, ArithmeticError, TypeError)):
        from_json(kind, stored)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (WAGE, Decimal(100)),
        (WAGE, Decimal("999.99")),
        (WAGE, Decimal(1000)),
        (PEOPLE, Decimal(3)),
        (PEOPLE, Decimal("3.0")),
        (GRADE, Decimal(10)),
        (SERVICE, Span(months=1)),
        (SERVICE, Span(years=1, days=20)),
        (DAY, date(2026, 2, 28)),
        (CHOICE, "yes"),
    ],
)
def test_a_plausible_value_is_accepted(field: Field, value: Value) -> None:
    assert field.accepts(value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (WAGE, Decimal("99.99")),
        (WAGE, Decimal(1001)),
        (WAGE, Decimal(-500)),
        (WAGE, "500"),
        (WAGE, Span(years=1)),
        (PEOPLE, Decimal("2.5")),
        (PEOPLE, Decimal(0)),
        (GRADE, Decimal(11)),
        (GRADE, Decimal("1.5")),
        (SERVICE, Span(days=29)),
        (SERVICE, Span(years=1, months=1)),
        (SERVICE, Decimal(3)),
        (DAY, "2026-02-28"),
        (DAY, Decimal(3)),
        (CHOICE, Decimal(1)),
    ],
)
def test_a_value_that_makes_no_sense_is_not_accepted(field: Field, value: Value) -> None:
    assert not field.accepts(value)


def test_without_bounds_anything_from_zero_on_makes_sense() -> None:
    anything = Field("paid", Kind.MONEY)
    assert anything.accepts(Decimal(0))
    assert anything.accepts(Decimal(10) ** 12)
    assert not anything.accepts(Decimal("-0.01"))


def test_values_are_read_by_their_type() -> None:
    values = Values(
        {"wage": Decimal(8000), "service": Span(years=3), "day": date(2026, 5, 1), "kind": "n"}
    )
    assert values.decimal("wage") == 8000
    assert values.span("service") == Span(years=3)
    assert values.day("day") == date(2026, 5, 1)
    assert values.choice("kind") == "n"
    assert len(values) == 4


def test_a_value_of_another_kind_is_an_error() -> None:
    with pytest.raises(TypeError, match="wage"):
        Values({"wage": "8000"}).decimal("wage")


def test_an_unknown_figure_is_an_error() -> None:
    with pytest.raises(KeyError):
        Values().decimal("wage")


def test_later_changes_do_not_reach_the_values() -> None:
    figures: dict[str, Value] = {"wage": Decimal(8000)}
    values = Values(figures)
    figures["wage"] = Decimal(1)
    assert values.decimal("wage") == 8000


@pytest.mark.parametrize(
    ("span", "months"),
    [(Span(), 0), (Span(years=3, months=7), 43), (Span(months=5, days=29), 5), (Span(days=90), 0)],
)
def test_days_beyond_completed_months_are_left_out(span: Span, months: int) -> None:
    assert span.whole_months == months
