"""A value found in a text, and the choice among those that overlap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Json: TypeAlias = "str | int | bool | dict[str, Json] | None"
T = TypeVar("T")


@dataclass(frozen=True)
class Mention:
    """``text[start:end]`` stands for ``value``, which can be stored as JSON."""

    entity: str
    start: int
    end: int
    value: Json


def span(mention: Mention) -> tuple[int, int]:
    """Return where a mention starts and ends."""
    return mention.start, mention.end


def without_overlaps(items: Iterable[T], span_of: Callable[[T], tuple[int, int]]) -> list[T]:
    """Keep the longest of items on the same characters; of equally long ones, the first given.

    The result is in the order of the text.
    """
    taken: set[int] = set()
    kept = []
    for item in sorted(items, key=lambda item: -_length(span_of(item))):
        places = range(*span_of(item))
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(item)
    return sorted(kept, key=span_of)


def _length(place: tuple[int, int]) -> int:
    return place[1] - place[0]
