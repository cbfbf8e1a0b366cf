"""Figures of messages in the form in which the dialogue server gives them (``bot/components``)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from actions.entities import Entity, entities_of


@dataclass(frozen=True)
class Said:
    """Words of a message, and what the dialogue server takes them for."""

    words: str
    entity: str
    value: Any


def entities(text: str, *said: Said) -> tuple[Entity, ...]:
    """Find the words in a message; the same words said twice are found one after the other."""
    seen: Counter[str] = Counter()
    found = []
    for each in said:
        start = text.index(each.words, seen[each.words])
        seen[each.words] = end = start + len(each.words)
        found.append({"entity": each.entity, "start": start, "end": end, "value": each.value})
    return entities_of({"entities": found})


def money(words: str, amount: str | int, per: str | None = None) -> Said:
    return Said(words, "money", {"amount": str(amount), "per": per})


def duration(
    words: str,
    *,
    years: int = 0,
    months: int = 0,
    days: float = 0,
    hours: float = 0,
) -> Said:
    parts = {"years": years, "months": months, "days": days, "hours": hours}
    value: dict[str, Any] = {name: str(figure) for name, figure in parts.items()}
    return Said(words, "duration", {**value, "approximate": False})


def day(words: str, iso: str | None, grain: str = "day") -> Said:
    """``iso`` None: a day that no calendar has."""
    return Said(words, "date", {"date": iso, "grain": grain})


def count(words: str, number: int, unit: str = "person") -> Said:
    return Said(words, "count", {"count": number, "unit": unit, "approximate": False})


def grade(words: str, number: int) -> Said:
    return Said(words, "grade", {"grade": number})


def number(words: str, value: str | int | None = None) -> Said:
    return Said(words, "number", {"number": str(words if value is None else value)})


def employer(words: str) -> Said:
    return Said(words, "employer", words)


def service(words: str) -> Said:
    return Said(words, "service", words)
