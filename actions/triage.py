"""How urgent a concrete case is, by its own words."""

import re
from functools import cache
from pathlib import Path

import yaml

from actions.turn import fold
from contract import HandoffReason

TRIAGE_FILE = Path(__file__).with_name("triage.yml")

_FIXED_PRIORITY = {
    HandoffReason.CRISIS: 1,
    HandoffReason.URGENT_DEADLINE: 2,
    HandoffReason.REQUESTED: 4,
    HandoffReason.REPEATED_FAILURE: 4,
    HandoffReason.NEGATIVE_FEEDBACK: 4,
    HandoffReason.BOT_UNAVAILABLE: 4,
}


URGENT_PRIORITY = 2
"""Priority of a dispute of many, and of a case that also reads like a crisis; see design §6."""

_FROM_OUTSIDE = ("rescue", "attacked")
_LIMITS = ("award", "judgment", "hearing", "injury", "arbitration", "signing")
_WARNED_OF = ("harassment", "violence", "death", "rescue", "injury", "group", "wages", "dismissal")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data: dict[str, list[str]] = yaml.safe_load(TRIAGE_FILE.read_text(encoding="utf-8"))
    return {name: re.compile("|".join(patterns)) for name, patterns in data.items()}


def case_reason(text: str) -> HandoffReason:
    """Tell whether a concrete case has a deadline about to lapse."""
    if _patterns()["deadline"].search(fold(text)):
        return HandoffReason.URGENT_DEADLINE
    return HandoffReason.LEGAL_CASE


def warnings_for(text: str) -> list[str]:
    """Return which kinds of case a story tells of, the most pressing first; the names are
    those of the warnings in ``texts.yml``."""
    return [name for name in _WARNED_OF if _patterns()[name].search(fold(text))]


def tells_of_a_death(text: str) -> bool:
    """Tell whether somebody has died at work and it is asked whether it counts, or who pays."""
    folded, patterns = fold(text), _patterns()
    told = all(patterns[name].search(folded) for name in ("bereaved", "bereaved_asks"))
    return told and patterns["bereaved_unless"].search(folded) is None


def crisis_of(text: str) -> str:
    """Tell which words help in a crisis: ``rescue``, ``attacked``, ``other_in_crisis``, or
    ``despair``, which is also for all that is not plain."""
    folded = fold(text)
    if _patterns()["other_in_crisis"].search(folded):
        return "other_in_crisis"
    if _patterns()["despair"].search(folded):
        return "despair"
    return next((name for name in _FROM_OUTSIDE if _patterns()[name].search(folded)), "despair")


def limit_of(text: str) -> str:
    """Tell what lapses; the names are those of the limits in ``texts.yml``."""
    folded = fold(text)
    found = (name for name in _LIMITS if _patterns()[f"limit_{name}"].search(folded))
    limit = next(found, "other")
    names = set(warnings_for(text))
    # To heal first is no advice after a death.
    if limit == "signing" and names & {"injury", "rescue"} and "death" not in names:
        return "signing_after_injury"
    return limit


def priority(reason: HandoffReason, text: str, intent: str | None = None) -> int:
    """Return 1 (crisis) to 4 (the rest); see design §6."""
    if reason in _FIXED_PRIORITY:
        return _FIXED_PRIORITY[reason]
    urgent = intent == "group_dispute" or any(
        _patterns()[name].search(fold(text)) for name in ("deadline", "group", "rescue", "injury")
    )
    return 2 if urgent else 3
