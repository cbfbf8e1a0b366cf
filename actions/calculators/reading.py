"""Which figures of a message belong to which fields of a calculator."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from actions.calculators.calculator import Calculator, OwnReading, Particular
from actions.calculators.fields import Field, Kind, Span, Value
from actions.calculators.texts import FieldTexts
from actions.entities import Entity

BEFORE = 12
BEHIND = 6
"""Characters around a figure in which its cue is looked for."""

_NOT_THIS = re.compile(r"不是(?![吗么])[^ ,，。是]{1,8}")
"""What the worker says it is not: "也不是周六 是国庆当天"."""

_DENIED = re.compile(r"不是$")

_NUMERIC = {Kind.MONEY, Kind.HOURS, Kind.DAYS, Kind.COUNT, Kind.GRADE}


@dataclass(frozen=True)
class Reading:
    """Values by the names of their fields, and the fields whose figure makes no sense."""

    values: Mapping[str, Value]
    implausible: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    kind: Kind
    value: Value | None
    """None: a figure that cannot be, such as the 40th of a month."""
    entity: Entity


def read(
    calculator: Calculator,
    text: str,
    entities: Sequence[Entity],
    *,
    asked: str | None = None,
    said_yes: bool | None = None,
    only_cued: bool = False,
) -> Reading:
    """Read a message.

    Args:
        calculator: whose fields are filled.
        text: the message, folded (``actions.turn.fold``).
        entities: what the dialogue server found in it.
        asked: the field of the question in hand; a bare figure belongs to it.
        said_yes: whether the message agrees or disagrees, for choices of yes and no.
        only_cued: leave out figures that nothing in the message ties to a field.
    """
    values: dict[str, Value] = {}
    implausible: list[str] = []
    meant = _NOT_THIS.sub(lambda denied: " " * len(denied[0]), text)
    entities = [entity for entity in entities if not _DENIED.search(text[: entity.start])]
    own = OwnReading()
    if isinstance(calculator, Particular):
        own = calculator.read_own(meant, entities, asked)
    fields = [field for field in calculator.fields if field.name not in own.settled]
    texts = calculator.texts.fields
    for field in calculator.fields:
        if field.name in own.values:
            if field.accepts(own.values[field.name]):
                values[field.name] = own.values[field.name]
            else:
                implausible.append(field.name)
    for field in fields:
        if field.name in values:
            continue
        if field.kind is Kind.CHOICE:
            code = _chosen(texts[field.name], meant)
            if code is None and field.name == asked and said_yes is not None:
                code = _yes_or_no(texts[field.name], said_yes)
            if code is not None:
                values[field.name] = code
    taken: set[int] = set()
    for _, field, candidate in _ranked(fields, texts, text, entities, asked, only_cued):
        if field.name in values or field.name in implausible or candidate.entity.start in taken:
            continue
        taken.add(candidate.entity.start)
        if candidate.value is not None and field.accepts(candidate.value):
            values[field.name] = candidate.value
        else:
            implausible.append(field.name)
    return Reading(values, tuple(implausible))


def _ranked(
    fields: Sequence[Field],
    texts: Mapping[str, FieldTexts],
    text: str,
    entities: Sequence[Entity],
    asked: str | None,
    only_cued: bool,
) -> list[tuple[float, Field, _Candidate]]:
    """Return pairs of field and figure that fit, the closest ones first."""
    fields = [field for field in fields if not field.apart or field.name == asked]
    kinds = [field.kind for field in fields if not field.apart]
    pairs = []
    for field in fields:
        for entity in entities:
            tie = _tie(texts[field.name], text, entity)
            takes_numbers = field.name == asked or (tie >= 1 and field.kind is Kind.MONEY)
            for candidate in _candidates(entity, field, takes_numbers=takes_numbers):
                if field.name == asked:
                    told_otherwise = tie < 0 or (tie == 0 and _is_for_another(entity, field, texts))
                    tie += 0 if told_otherwise else 1.5
                elif tie == 0 and not only_cued and entity.entity != "number":
                    # Nothing says whose figure it is: it can only belong to the one field.
                    tie = 0.5 if kinds.count(field.kind) == 1 else 0
                if tie > 0:
                    pairs.append((tie, field, candidate))
    return sorted(pairs, key=lambda pair: (-pair[0], pair[2].entity.start))


def _tie(texts: FieldTexts, text: str, entity: Entity) -> float:
    """Return how strongly the words around a figure tie it to a field; 0: not at all."""
    tie = 0.0
    per = entity.get("per")
    if per == "year" and "year" not in texts.per:
        return -1.0  # the wage of a year is nobody's month
    if texts.per and per is not None:
        if per not in texts.per:
            return -1.0
        tie += 1
    if texts.cue:
        start = max(entity.start - BEFORE, 0)
        around = text[start : entity.end + BEHIND]
        place = entity.start - start
        distances = [
            max(place - match.end(), match.start() - (entity.end - start), 0)
            for match in texts.cue.finditer(around)
        ]
        if distances:
            tie += 1 + 1 / (1 + min(distances))
    return tie


def _is_for_another(entity: Entity, field: Field, texts: Mapping[str, FieldTexts]) -> bool:
    """Tell whether an amount is for a period that another field stands for."""
    per = entity.get("per")
    return any(per in other.per for name, other in texts.items() if name != field.name)


def _candidates(entity: Entity, field: Field, *, takes_numbers: bool) -> Iterator[_Candidate]:
    """Yield what an entity means to a field, if anything."""
    kind = field.kind
    match entity.entity:
        case "money" if kind is Kind.MONEY:
            yield _Candidate(kind, decimal_of(entity.get("amount")), entity)
        case "duration":
            value = _length(kind, entity)
            if value is not None:
                yield _Candidate(kind, value, entity)
        case "count" if kind is Kind.COUNT:
            yield _Candidate(kind, decimal_of(entity.get("count")), entity)
        case "grade" if kind is Kind.GRADE:
            yield _Candidate(kind, decimal_of(entity.get("grade")), entity)
        case "date" if kind is Kind.DATE and entity.get("grain") not in ("week", "year"):
            yield _Candidate(kind, _day(entity.get("date")), entity)
        case "number" | "money" if takes_numbers and kind in _NUMERIC:
            key = "number" if entity.entity == "number" else "amount"
            yield _Candidate(kind, decimal_of(entity.get(key)), entity)


def _length(kind: Kind, entity: Entity) -> Value | None:
    parts = {key: decimal_of(entity.get(key)) or Decimal(0) for key in ("years", "months", "days")}
    hours = decimal_of(entity.get("hours")) or Decimal(0)
    longer_than_days = parts["years"] or parts["months"]
    match kind:
        case Kind.HOURS if not longer_than_days and not parts["days"]:
            return hours
        case Kind.DAYS if not longer_than_days and not hours:
            return parts["days"]
        case Kind.SPAN if not hours:
            months = 12 * parts["years"] + parts["months"]
            whole = int(months)
            return Span(whole // 12, whole % 12, int(parts["days"] + (months - whole) * 30))
    return None


def _chosen(texts: FieldTexts, text: str) -> str | None:
    """Return the option the message speaks of; None: none, or more than one."""
    found = [code for code, option in texts.options.items() if option.says.search(text)]
    return found[0] if len(found) == 1 else None


def _yes_or_no(texts: FieldTexts, said_yes: bool) -> str | None:
    code = "yes" if said_yes else "no"
    return code if code in texts.options else None


def decimal_of(value: object) -> Decimal | None:
    """Return a number of an entity's value; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
