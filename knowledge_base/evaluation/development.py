"""The 150 development questions, a Markdown table: question, area, behaviour, facts.

They name facts, not articles; an article that states one of a question's facts answers it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.evaluation.jsonl import EvaluationDataError, read_text_lines
from knowledge_base.evaluation.questions import LabelledQuestion

_FACT_ID = re.compile(r"[A-Z]{1,2}\d{2}")
_COLUMNS = 4
_NOT_FOR_THE_KNOWLEDGE_BASE = {"decline", "chat"}


@dataclass(frozen=True)
class DevelopmentQuestion:
    """One row: ``behaviour`` is answer, ask back, hand off, decline or chat."""

    text: str
    area: str
    behaviour: str
    facts: frozenset[str]


def load_development_questions(path: Path) -> list[DevelopmentQuestion]:
    """Read the rows of the table.

    Raises:
        EvaluationDataError: a row does not have four cells.
        OSError: the file cannot be read.
    """
    questions = []
    for number, line in read_text_lines(path):
        if not line.startswith("| ") or line.startswith("| question"):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != _COLUMNS:
            raise EvaluationDataError(f"{path}:{number}: {len(cells)} cells, not {_COLUMNS}")
        text, area, behaviour, facts = cells
        questions.append(
            DevelopmentQuestion(text, area, behaviour, frozenset(_FACT_ID.findall(facts)))
        )
    return questions


def labelled(
    questions: Collection[DevelopmentQuestion], stated: Mapping[str, Collection[str]]
) -> list[LabelledQuestion]:
    """Label the questions that are to be answered, and as unanswerable those that are not the
    knowledge base's matter; the others depend on a conversation and are left out.

    Args:
        questions: the rows; their positions from 1 on make the ids.
        stated: the facts that each article states, by the article's id. The article that states
            the most of a question's facts is its best answer.
    """
    rows = []
    for number, question in enumerate(questions, start=1):
        if question.behaviour == "answer":
            shared = {
                article: len(question.facts.intersection(facts))
                for article, facts in stated.items()
                if question.facts.intersection(facts)
            }
            answers = sorted(shared, key=lambda article: (-shared[article], article))
            if not answers:
                raise EvaluationDataError(f"no article states a fact of {question.text!r}")
        elif question.behaviour in _NOT_FOR_THE_KNOWLEDGE_BASE:
            answers = []
        else:
            continue
        rows.append(
            LabelledQuestion(
                id=f"development-{number:03}",
                question=question.text,
                answers=tuple(answers),
                kind=question.behaviour,
            )
        )
    return rows
