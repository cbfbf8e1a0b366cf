"""The labelled questions: what workers ask, and which articles answer it."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge_base.evaluation.jsonl import EvaluationDataError, read_jsonl
from knowledge_base.evaluation.trec import Qrels

QUESTIONS_DIR = Path(__file__).parent / "questions"

LABELLED_ON = date(2026, 11, 25)
"""The day on which the labels were last reviewed. Searches of the evaluation ask as of this day,
so that an article that lapses does not change the figures overnight."""

_BEST, _GOOD = 2, 1


class LabelledQuestion(BaseModel):
    """One question.

    ``answers`` are ids of articles, best first; none means that no article answers it.
    ``parts`` says that the question asks that many things at once, and that the first ``parts``
    answers answer one each. ``kind`` is the writer's note on what sort of question it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"^\S+$")
    question: str = Field(pattern=r"\S")
    answers: tuple[str, ...]
    parts: int = Field(default=1, ge=1)
    kind: str | None = None

    @model_validator(mode="after")
    def _sound_answers(self) -> Self:
        if len(set(self.answers)) < len(self.answers):
            raise ValueError("an answer stands twice")
        if self.parts > max(1, len(self.answers)):
            raise ValueError("more parts than answers")
        return self

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


class Split(NamedTuple):
    """Two sides that share no article."""

    calibration: list[LabelledQuestion]
    test: list[LabelledQuestion]


def load_questions(directory: Path = QUESTIONS_DIR) -> list[LabelledQuestion]:
    """Read every ``*.jsonl`` of the folder, in the order of names and lines.

    Raises:
        EvaluationDataError: a line is not sound, an id or a question stands twice, or there is
            no question at all.
    """
    questions: dict[str, LabelledQuestion] = {}
    texts: set[str] = set()
    for path in sorted(directory.glob("*.jsonl")):
        for number, question in read_jsonl(path, LabelledQuestion):
            if question.id in questions:
                raise EvaluationDataError(f"{path}:{number}: id {question.id!r} stands twice")
            if question.question in texts:
                raise EvaluationDataError(
                    f"{path}:{number}: the question {question.question!r} stands twice"
                )
            questions[question.id] = question
            texts.add(question.question)
    if not questions:
        raise EvaluationDataError(f"{directory}: no labelled question in it")
    return list(questions.values())


def unknown_answers(
    questions: Iterable[LabelledQuestion], known: Collection[str]
) -> list[tuple[str, str]]:
    """Return (question id, article id) for every answer that is not among the known ids."""
    return [
        (question.id, answer)
        for question in questions
        for answer in question.answers
        if answer not in known
    ]


def qrels_of(questions: Iterable[LabelledQuestion]) -> Qrels:
    """Return the judgements of the answerable questions.

    The best answer (of each part) has relevance 2, the others 1; only nDCG looks at the grade.
    """
    return {
        question.id: {
            answer: _BEST if rank < question.parts else _GOOD
            for rank, answer in enumerate(question.answers)
        }
        for question in questions
        if question.answerable
    }


def digest(questions: Iterable[LabelledQuestion]) -> str:
    """Name a set of questions with its labels; the order does not matter."""
    lines = sorted(question.model_dump_json() for question in questions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def split(questions: Sequence[LabelledQuestion]) -> Split:
    """Divide the questions so that no article is an answer on both sides.

    Articles that answer one question together form a group, and so do groups that share an
    article. A group goes where the digest of its first article id points, an unanswerable
    question where that of its own id points. So the division does not depend on the order of the
    questions, and a new question moves others only where it joins two groups.
    """
    groups = _Groups()
    for question in questions:
        groups.join(question.answers)
    sides = Split([], [])
    for question in questions:
        key = groups.name(question.answers[0]) if question.answerable else question.id
        sides[hashlib.sha256(key.encode()).digest()[0] % 2].append(question)
    return sides


class _Groups:
    """Disjoint sets of articles, each named by its alphabetically first one."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def name(self, article: str) -> str:
        while (parent := self._parents.setdefault(article, article)) != article:
            article = parent
        return article

    def join(self, articles: Sequence[str]) -> None:
        names = {self.name(article) for article in articles}
        for name in names:
            self._parents[name] = min(names)
