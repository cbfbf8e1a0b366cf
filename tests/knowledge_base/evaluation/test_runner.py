from datetime import date
from pathlib import Path

import pytest

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.evaluation.decisions import DecisionRecord
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.evaluation.runner import ask_questions, run_queries, search_function
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.evaluation.fakes import FakeKnowledgeBase, fake_knowledge_base
from tests.knowledge_base.samples import engine_of

DAY = date(2026, 11, 25)
FOUND = {"年假": [("leave", 0.9), ("days", 0.5)], "体检": [("leave", 0.7)], "股票": [("aid", 0.4)]}


def test_every_query_is_searched() -> None:
    search = search_function(fake_knowledge_base(FOUND))
    run = run_queries({"1": "年假", "2": "没有"}, search, k=1)
    assert run == {"1": [("leave", 0.9)], "2": []}


def test_an_id_that_trec_cannot_hold_is_refused_at_once() -> None:
    searched = []

    def search(question: str, k: int) -> list[tuple[str, float]]:
        searched.append(question)
        return [("a b", 1.0)]

    with pytest.raises(EvaluationDataError, match="'a b'"):
        run_queries({"1": "x", "2": "y"}, search, k=1)
    assert searched == ["x"]


def test_rankings_are_kept_of_answerable_questions_and_decisions_of_all() -> None:
    questions = [
        LabelledQuestion(id="1", question="年假", answers=("days", "leave")),
        LabelledQuestion(id="2", question="体检", answers=("check",)),
        LabelledQuestion(id="3", question="股票", answers=(), kind="far"),
        LabelledQuestion(id="4", question="没有", answers=("check",)),
    ]
    knowledge_base = fake_knowledge_base(FOUND)
    asked = ask_questions(knowledge_base, questions, 10, as_of=DAY)
    assert list(asked.run) == ["1", "2", "4"]
    assert asked.records == [
        DecisionRecord(0.9, True, True, Decision.ANSWER),
        DecisionRecord(0.7, False, True, Decision.ANSWER),
        DecisionRecord(0.4, False, False, Decision.ANSWER, "far"),
        DecisionRecord(0.0, False, True, Decision.DECLINE),
    ]
    assert (asked.index, asked.encoder, asked.settings) == ("index-1", "encoder-1", "all")
    assert isinstance(knowledge_base, FakeKnowledgeBase)
    assert {as_of for _, as_of in knowledge_base.asked} == {DAY}


def test_the_real_search_can_be_asked(small_index: Path, encoder: Encoder) -> None:
    knowledge_base = KnowledgeBase.from_store(IndexStore(small_index), engine_of(encoder))
    questions = [
        LabelledQuestion(id="1", question="生病住院了 工会给补助不", answers=("mutual-aid",)),
        LabelledQuestion(id="2", question="今天股票涨了没有", answers=()),
    ]
    asked = ask_questions(knowledge_base, questions, 10, as_of=DAY)
    assert [ranking[0][0] for ranking in asked.run.values()] == ["mutual-aid"]
    assert [record.right for record in asked.records] == [True, False]
    assert asked.encoder == encoder.fingerprint
