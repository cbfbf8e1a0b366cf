"""What one message tells about a case, in the worker's own words, and whether it tells at all."""

import re
from dataclasses import replace
from typing import Final

from actions.calculators.reading import decimal_of
from actions.texts import texts
from actions.turn import Turn, fold

_FACT_OF: Final = {"employer": "employer", "money": "amount", "date": "when", "count": "people"}
"""Facts that an entity tells."""
_MANY = 10
"""People from which on a dispute is one of many (《劳动争议调解仲裁法》第七条)."""
_CLAUSE = re.compile(r"[^\s,，。;；!！?？]+[?？]*")


def of_entities(turn: Turn) -> dict[str, str]:
    """Return the facts that the message's entities tell."""
    facts: dict[str, str] = {}
    for entity in turn.entities:
        fact = _FACT_OF.get(entity.entity)
        if fact == "people" and entity.get("unit") not in (None, "person"):
            continue
        if fact is not None:
            facts.setdefault(fact, turn.text[entity.start : entity.end])
    return facts


def by_the_way(turn: Turn) -> dict[str, str]:
    """Return the facts that words alone tell for certain: that the worker is the only one, and
    the evidence at hand."""
    words = texts().intake
    facts: dict[str, str] = {}
    clauses = list(_CLAUSE.finditer(turn.text))
    folded = [fold(each.group()) for each in clauses]
    alone = [each.group() for each, text in zip(clauses, folded, strict=True) if _is_alone(text)]
    if alone:
        facts["people"] = alone[0]
    naming = [at for at, text in enumerate(folded) if words.evidence.search(text)]
    if any(_is_at_hand(folded[at]) for at in naming):
        first = next(at for at in naming if _is_at_hand(folded[at]))
        # What is named after it belongs to it, also what is missing.
        facts["evidence"] = turn.text[clauses[first].start() : clauses[naming[-1]].end()]
    return facts


def beside_a_question(turn: Turn) -> dict[str, str]:
    """Return the facts that the message tells outside of what it asks: a sum that somebody asks
    about need not be the one at stake."""
    asked = [clause.span() for clause in _CLAUSE.finditer(turn.text) if _asks(fold(clause.group()))]
    outside = [
        entity
        for entity in turn.entities
        if not any(start <= entity.start < end for start, end in asked)
    ]
    return {**by_the_way(turn), **of_entities(replace(turn, entities=tuple(outside)))}


def asks_something(turn: Turn) -> bool:
    """Tell whether a message clearly ends as a question. "Still at work 呢" ends so and is none."""
    return _asks(turn.folded)


def asks_for_the_question(turn: Turn) -> bool:
    """Tell whether the worker wants to hear the open question again."""
    return texts().intake.lost.search(turn.folded) is not None


def says_only_yes(turn: Turn) -> bool:
    """Tell whether a message is made of words that agree or bid to go on, and tells nothing."""
    return texts().intake.only_yes.search(turn.folded) is not None


def is_of_many(turn: Turn) -> bool:
    """Tell whether a message tells of ten people or more."""
    people = [
        decimal_of(entity.get("count"))
        for entity in turn.entities
        if entity.entity == "count" and entity.get("unit") == "person"
    ]
    return any(count is not None and count >= _MANY for count in people)


def _asks(folded: str) -> bool:
    words = texts().intake
    return words.question.search(folded) is not None and not words.unknown.search(folded)


def _is_alone(folded: str) -> bool:
    return texts().intake.alone.search(folded) is not None


def _is_at_hand(folded: str) -> bool:
    words = texts().intake
    if _asks(folded) or words.not_at_hand.search(folded):
        return False
    return words.at_hand.search(folded) is not None
