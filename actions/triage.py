"""How urgent a concrete case is, by its own words."""

import re
from functools import cache
from pathlib import Path

import yaml

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


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data: dict[str, list[str]] = yaml.safe_load(TRIAGE_FILE.read_text(encoding="utf-8"))
    return {name: re.compile("|".join(patterns)) for name, patterns in data.items()}


def case_reason(text: str) -> HandoffReason:
    """Tell whether a concrete case has a deadline about to lapse."""
    if _patterns()["deadline"].search(text):
        return HandoffReason.URGENT_DEADLINE
    return HandoffReason.LEGAL_CASE


def priority(reason: HandoffReason, text: str) -> int:
    """Return 1 (crisis) to 4 (the rest); see design §6."""
    if reason in _FIXED_PRIORITY:
        return _FIXED_PRIORITY[reason]
    urgent = any(_patterns()[name].search(text) for name in ("deadline", "group", "injury"))
    return 2 if urgent else 3
