"""Reads messages as of one day."""

from collections.abc import Callable
from datetime import date

import pytest

from components.quantities.mention import Json
from components.quantities.quantities import find_quantities

Read = Callable[[str, str], list[tuple[str, Json]]]


@pytest.fixture
def today() -> date:
    """A Wednesday."""
    return date(2026, 11, 25)


@pytest.fixture
def read(today: date) -> Read:
    """The words of one kind of entity in a message, and what they stand for."""

    def read_words(text: str, entity: str) -> list[tuple[str, Json]]:
        return [
            (text[mention.start : mention.end], mention.value)
            for mention in find_quantities(text, today)
            if mention.entity == entity
        ]

    return read_words
