"""The 150 development questions with the behaviour that is expected of each."""

from pathlib import Path

from knowledge_base.evaluation.development import (
    DevelopmentQuestion,
    load_development_questions,
)

FILE = Path(__file__).parent / "data" / "development_questions.md"


def development_questions(behaviour: str | None = None) -> list[DevelopmentQuestion]:
    """Return the rows, all or those of one behaviour."""
    questions = load_development_questions(FILE)
    return [q for q in questions if behaviour is None or q.behaviour == behaviour]
