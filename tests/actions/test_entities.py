from typing import Any

import pytest

from actions.entities import Entity, entities_of

WAGE = {"entity": "money", "start": 2, "end": 6, "value": {"amount": "8000", "per": "month"}}


def test_entities_come_in_order_of_their_place() -> None:
    name = {"entity": "service", "start": 0, "end": 2, "value": "年假"}
    assert [each.entity for each in entities_of({"entities": [WAGE, name]})] == [
        "service",
        "money",
    ]


def test_what_the_extractors_add_is_left_out() -> None:
    (entity,) = entities_of({"entities": [{**WAGE, "extractor": "Quantity", "group": None}]})
    assert entity == Entity.model_validate(WAGE)


@pytest.mark.parametrize(
    "other",
    [
        {},
        "money",
        None,
        {"entity": "money", "start": 2, "end": 6},
        {"entity": "money", "start": None, "end": 6, "value": "8000"},
        {"entity": None, "start": 2, "end": 6, "value": "8000"},
    ],
)
def test_what_is_no_entity_is_left_out(other: Any) -> None:
    assert entities_of({"entities": [other, WAGE]}) == (Entity.model_validate(WAGE),)


@pytest.mark.parametrize("message", [{}, {"entities": None}, {"entities": []}])
def test_a_message_without_entities_has_none(message: dict[str, Any]) -> None:
    assert entities_of(message) == ()


def test_parts_of_a_value_are_read_by_name() -> None:
    wage = Entity.model_validate(WAGE)
    assert (wage.get("amount"), wage.get("per"), wage.get("low")) == ("8000", "month", None)


def test_a_value_without_parts_has_none() -> None:
    assert Entity(entity="service", start=0, end=2, value="年假").get("amount") is None
