"""The 150 development questions with the behaviour that is expected of each."""

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "data" / "development_questions.md"
_FACT_ID = re.compile(r"[A-Z]{1,2}\d{2}")


@dataclass(frozen=True)
class DevelopmentQuestion:
    """One row: ``behaviour`` is answer, ask back, hand off, decline or chat."""

    text: str
    area: str
    behaviour: str
    facts: frozenset[str]


def development_questions(behaviour: str | None = None) -> list[DevelopmentQuestion]:
    """Return the rows, all or those of one behaviour."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in FILE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| question")
    ]
    questions = [
        DevelopmentQuestion(text, area, expected, frozenset(_FACT_ID.findall(facts)))
        for text, area, expected, facts in rows
    ]
    return [q for q in questions if behaviour is None or q.behaviour == behaviour]
