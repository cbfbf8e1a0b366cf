"""Asking many questions: rankings for the measures, and the decisions made on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tqdm import tqdm

from knowledge_base.evaluation.decisions import DecisionRecord
from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.evaluation.trec import Ranking, Run, checked_id

if TYPE_CHECKING:
    from knowledge_base.search import KnowledgeBase, SearchResult

SearchFunction = Callable[[str, int], Ranking]
"""Takes a question and k; returns at most k document ids with scores, best first."""


@dataclass(frozen=True)
class Asked:
    """What came of asking labelled questions: the rankings of the answerable ones, the decisions
    about all of them, and which index, encoder and settings of the stages it was."""

    run: Run
    records: list[DecisionRecord]
    index: str
    encoder: str
    settings: str


def search_function(knowledge_base: "KnowledgeBase", as_of: date | None = None) -> SearchFunction:
    """Return the search of a knowledge base, as of a day (today by default)."""
    return lambda question, k: ranking_of(knowledge_base.search(question, as_of=as_of, k=k))


def ranking_of(result: "SearchResult") -> Ranking:
    """Return the hits as the measures want them."""
    return [(hit.document.id, hit.score) for hit in result.hits]


def run_queries(
    queries: Mapping[str, str],
    search: SearchFunction,
    k: int,
    *,
    progress: bool = False,
    name: str = "search",
) -> Run:
    """Search with every query.

    Raises:
        EvaluationDataError: a document's id cannot stand in a TREC file. Said at the first such
            document, not after hours of searching.
    """
    return {
        query: [(checked_id(document), score) for document, score in search(text, k)]
        for query, text in tqdm(queries.items(), desc=name, unit="query", disable=not progress)
    }


def ask_questions(
    knowledge_base: "KnowledgeBase",
    questions: Sequence[LabelledQuestion],
    k: int,
    *,
    as_of: date,
    progress: bool = False,
) -> Asked:
    """Ask each question once.

    The first document is right when it is one of the question's answers; of a question with
    several parts, when it answers one of them.
    """
    run: Run = {}
    records = []
    index = encoder = settings = ""
    for question in tqdm(questions, desc="questions", unit="question", disable=not progress):
        result = knowledge_base.search(question.question, as_of=as_of, k=k)
        ranking = ranking_of(result)
        if question.answerable:
            run[question.id] = ranking
        records.append(
            DecisionRecord(
                probability=result.probability,
                right=bool(ranking) and ranking[0][0] in question.answers,
                answerable=question.answerable,
                decision=result.decision,
                kind=question.kind,
            )
        )
        trace = result.trace
        index, encoder, settings = trace.index_fingerprint, trace.encoder, trace.settings
    return Asked(run, records, index, encoder, settings)
