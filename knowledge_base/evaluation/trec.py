"""The file formats of TREC: runs and relevance judgements (qrels), and queries as JSONL.

Formats as `trec_eval` reads them (https://github.com/usnistgov/trec_eval):
a run line is ``qid Q0 docid rank score tag``, a qrels line ``qid 0 docid rel``.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge_base.evaluation.jsonl import EvaluationDataError, read_jsonl, read_text_lines

Ranking = list[tuple[str, float]]
"""Document ids with scores, best first."""

Run = dict[str, Ranking]
"""The ranking of each query, by the query's id."""

Qrels = dict[str, dict[str, int]]
"""The relevance of each judged document, by query id and document id; 0 is not relevant."""

_QRELS_COLUMNS = 4
_RUN_COLUMNS = 6


class Query(BaseModel):
    """One line of a file of queries; the question stands under ``text`` or ``question``.

    Other keys are allowed: a file of labelled questions is one of queries too.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    id: str = Field(pattern=r"^\S+$")
    text: str = Field(default="")
    question: str = Field(default="")

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if bool(self.text.strip()) == bool(self.question.strip()):
            raise ValueError("needs either a text or a question")
        return self


def read_queries(path: Path) -> dict[str, str]:
    """Return the text of each query, by its id, in the file's order.

    Raises:
        EvaluationDataError: a line is not a query, or an id stands twice.
        OSError: the file cannot be read.
    """
    queries: dict[str, str] = {}
    for number, query in read_jsonl(path, Query):
        if query.id in queries:
            raise EvaluationDataError(f"{path}:{number}: query {query.id!r} stands twice")
        queries[query.id] = query.text if query.text.strip() else query.question
    if not queries:
        raise EvaluationDataError(f"{path}: no query in it")
    return queries


def read_qrels(path: Path) -> Qrels:
    """Read judgements; the second column is not looked at.

    Raises:
        EvaluationDataError: a line does not have four columns, a relevance is no whole number,
            or a document is judged twice for one query.
        OSError: the file cannot be read.
    """
    qrels: Qrels = {}
    for number, line in read_text_lines(path):
        where = f"{path}:{number}"
        fields = _fields(line, _QRELS_COLUMNS, "qid 0 docid rel", where)
        query, _, document, relevance = fields
        judged = qrels.setdefault(query, {})
        if document in judged:
            raise EvaluationDataError(f"{where}: {document!r} is judged twice for {query!r}")
        try:
            judged[document] = int(relevance)
        except ValueError as error:
            raise EvaluationDataError(
                f"{where}: the relevance {relevance!r} is no whole number"
            ) from error
    if not qrels:
        raise EvaluationDataError(f"{path}: no judgement in it")
    return qrels


def write_qrels(qrels: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """Write judgements in the mapping's order; the folder is made if need be.

    Raises:
        EvaluationDataError: an id holds white space or is empty.
        OSError: the file cannot be written.
    """
    lines = [
        f"{checked_id(query)} 0 {checked_id(document)} {relevance}\n"
        for query, judged in qrels.items()
        for document, relevance in judged.items()
    ]
    _write(path, lines)


def read_run(path: Path) -> Run:
    """Read a run and order it as `trec_eval` does.

    `trec_eval` ignores the rank column: it orders by falling score in single precision, and
    equal scores by falling document id.

    Raises:
        EvaluationDataError: a line does not have six columns, a score is no finite number, or a
            document stands twice for one query.
        OSError: the file cannot be read.
    """
    scores: dict[str, dict[str, float]] = {}
    for number, line in read_text_lines(path):
        where = f"{path}:{number}"
        fields = _fields(line, _RUN_COLUMNS, "qid Q0 docid rank score tag", where)
        query, _, document, _, score, _ = fields
        found = scores.setdefault(query, {})
        if document in found:
            raise EvaluationDataError(f"{where}: {document!r} stands twice for {query!r}")
        found[document] = _finite(score, where)
    if not scores:
        raise EvaluationDataError(f"{path}: no result in it")
    return {
        query: sorted(found.items(), key=lambda item: (np.float32(item[1]), item[0]), reverse=True)
        for query, found in scores.items()
    }


def write_run(run: Mapping[str, Sequence[tuple[str, float]]], path: Path, tag: str) -> None:
    """Write a run so that every reader sees the order it has here.

    Scores that are equal in single precision, or do not fall, are lowered by the smallest step:
    readers order by the score alone. The folder is made if need be.

    Raises:
        EvaluationDataError: an id or the tag holds white space or is empty, a score is not
            finite, or a document stands twice for one query.
        OSError: the file cannot be written.
    """
    lines = []
    for query, ranking in run.items():
        documents = [checked_id(document) for document, _ in ranking]
        if len(set(documents)) < len(documents):
            raise EvaluationDataError(f"query {query!r}: a document stands twice in its results")
        scores = _falling([score for _, score in ranking])
        lines += [
            f"{checked_id(query)} Q0 {document} {rank} {score!r} {checked_id(tag)}\n"
            for rank, (document, score) in enumerate(zip(documents, scores, strict=True), start=1)
        ]
    _write(path, lines)


def checked_id(name: str) -> str:
    """Return an id that can be a column of a TREC file.

    Raises:
        EvaluationDataError: it holds white space or is empty.
    """
    if name.split() != [name]:
        raise EvaluationDataError(f"the id {name!r} is empty or holds white space")
    return name


def _fields(line: str, columns: int, form: str, where: str) -> list[str]:
    fields = line.split()
    if len(fields) != columns:
        raise EvaluationDataError(f"{where}: {len(fields)} columns, not `{form}`")
    return fields


def _finite(score: str, where: str) -> float:
    try:
        value = float(score)
    except ValueError as error:
        raise EvaluationDataError(f"{where}: the score {score!r} is no number") from error
    if not math.isfinite(value):
        raise EvaluationDataError(f"{where}: the score {score!r} is not finite")
    return value


def _falling(scores: Sequence[float]) -> list[float]:
    falling: list[float] = []
    ceiling = np.float32(np.inf)
    for score in scores:
        single = np.float32(score)
        if not np.isfinite(single):
            raise EvaluationDataError(f"the score {score!r} is not finite")
        ceiling = min(single, np.nextafter(ceiling, np.float32(-np.inf)))
        falling.append(float(ceiling))
    return falling


def _write(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")
