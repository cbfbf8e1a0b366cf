"""What an evaluation asks: queries with judgements, from wherever they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.corpus import load_corpus
from knowledge_base.evaluation.development import labelled, load_development_questions
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.questions import (
    LabelledQuestion,
    load_questions,
    qrels_of,
    split,
)
from knowledge_base.evaluation.trec import Qrels, read_qrels, read_queries


@dataclass(frozen=True)
class QuerySet:
    """``questions`` are the labelled questions, unanswerable ones included; a foreign collection
    has none. ``queries`` and ``qrels`` are what a ranking is measured with."""

    title: str
    queries: dict[str, str]
    qrels: Qrels
    questions: list[LabelledQuestion]


def own_test_questions(directory: Path) -> QuerySet:
    """Return the test side of the labelled questions.

    Raises:
        EvaluationDataError: they are not sound.
    """
    return _of_questions("Labelled questions, test side", split(load_questions(directory)).test)


def development_questions(path: Path) -> QuerySet:
    """Return the development questions, labelled by the facts that the shipped articles state.

    Raises:
        EvaluationDataError: the table is not sound.
        OSError: the file cannot be read.
    """
    stated = {article.id: article.front_matter.facts for article in load_corpus().articles.values()}
    return _of_questions(
        "Development questions", labelled(load_development_questions(path), stated)
    )


def foreign_queries(queries_file: Path, qrels_file: Path) -> QuerySet:
    """Return the queries of a foreign collection; judgements of other queries are not used.

    Raises:
        EvaluationDataError: a file is not sound, or no query is judged.
        OSError: a file cannot be read.
    """
    queries, qrels = read_queries(queries_file), read_qrels(qrels_file)
    asked = {query: judged for query, judged in qrels.items() if query in queries}
    if not asked:
        raise EvaluationDataError(f"{qrels_file}: judges no query of {queries_file}")
    return QuerySet(queries_file.stem, queries, asked, [])


def judgements_only(qrels_file: Path) -> QuerySet:
    """Return judgements for a run that exists already.

    Raises:
        EvaluationDataError: the file is not sound.
        OSError: the file cannot be read.
    """
    return QuerySet(qrels_file.stem, {}, read_qrels(qrels_file), [])


def _of_questions(title: str, questions: Sequence[LabelledQuestion]) -> QuerySet:
    return QuerySet(
        title,
        {each.id: each.question for each in questions if each.answerable},
        qrels_of(questions),
        list(questions),
    )
