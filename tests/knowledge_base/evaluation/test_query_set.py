from pathlib import Path

import pytest

from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.query_set import (
    foreign_queries,
    judgements_only,
    own_test_questions,
)
from knowledge_base.evaluation.questions import QUESTIONS_DIR, load_questions, split


def test_own_questions_are_those_of_the_test_side() -> None:
    asked = own_test_questions(QUESTIONS_DIR)
    test = split(load_questions()).test
    assert asked.questions == test
    assert set(asked.queries) == set(asked.qrels) == {each.id for each in test if each.answerable}


def test_only_judgements_of_the_queries_asked_are_used(tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.trec"
    queries.write_text('{"id": "1", "text": "x"}\n{"id": "2", "text": "y"}\n', encoding="utf-8")
    qrels.write_text("1 0 a 1\n3 0 a 1\n", encoding="utf-8")
    asked = foreign_queries(queries, qrels)
    assert asked.queries == {"1": "x", "2": "y"}
    assert asked.qrels == {"1": {"a": 1}}
    assert asked.questions == []
    assert judgements_only(qrels).qrels == {"1": {"a": 1}, "3": {"a": 1}}


def test_judgements_of_other_queries_only_are_refused(tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.trec"
    queries.write_text('{"id": "1", "text": "x"}\n', encoding="utf-8")
    qrels.write_text("3 0 a 1\n", encoding="utf-8")
    with pytest.raises(EvaluationDataError, match="judges no query"):
        foreign_queries(queries, qrels)
