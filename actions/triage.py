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


MANY_PRIORITY = 2
"""Priority of a dispute of many; see design §6."""

_WARNED_OF = ("harassment", "death", "injury", "group", "wages", "dismissal")


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


def priority(reason: HandoffReason, text: str, intent: str | None = None) -> int:
    """Return 1 (crisis) to 4 (the rest); see design §6."""
    if reason in _FIXED_PRIORITY:
        return _FIXED_PRIORITY[reason]
    urgent = intent == "group_dispute" or any(
        _patterns()[name].search(fold(text)) for name in ("deadline", "group", "injury")
    )
    return 2 if urgent else 3
