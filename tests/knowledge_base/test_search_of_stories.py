from datetime import date
from pathlib import Path

import pytest

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.samples import engine_of

TODAY = date(2026, 11, 23)
STORY = (
    "你好，我是贵州来的，在仓前一个做包装的厂里干活，厂里三十来个人，老板是本地人，人倒是还可以，"
    "平时也请我们吃饭，上个礼拜吃饭的时候大家聊起来，谁也说不清楚，"
)


@pytest.fixture(scope="module")
def knowledge_base(small_index: Path, encoder: Encoder, analysers: list[Analyser]) -> KnowledgeBase:
    return KnowledgeBase.from_store(IndexStore(small_index), engine_of(encoder))


def test_what_is_asked_in_a_story_is_found(knowledge_base: KnowledgeBase) -> None:
    for message in (f"{STORY}医疗互助怎么申请", f"{STORY}医疗互助怎么申请，{STORY}谢谢"):
        result = knowledge_base.search(message, as_of=TODAY)
        assert result.hits[0].document.id == "mutual-aid"
        assert result.decision is Decision.ANSWER
        assert result.trace.query == message
        assert "医疗互助怎么申请" in result.trace.rewritten_query


def test_what_is_only_told_is_offered_not_answered(knowledge_base: KnowledgeBase) -> None:
    alone = knowledge_base.search("医疗互助", as_of=TODAY)
    assert alone.decision is Decision.ANSWER
    told = knowledge_base.search(f"医疗互助，{STORY}{STORY}", as_of=TODAY)
    assert told.decision is not Decision.ANSWER


def test_several_questions_in_a_story_are_answered_in_their_order(
    knowledge_base: KnowledgeBase,
) -> None:
    message = f"{STORY}工作满十年年假有多少天，{STORY}医疗互助怎么申请"
    result = knowledge_base.search(message, as_of=TODAY)
    first = [part.hits[0].document.id for part in result.parts]
    assert first == ["annual-leave-days", "mutual-aid"]
    assert [hit.document.id for hit in result.hits[:2]] == first


@pytest.mark.parametrize("question", ["工作满十年年假有多少天，", ""])
def test_the_decision_does_not_depend_on_how_many_hits_are_wanted(
    knowledge_base: KnowledgeBase, question: str
) -> None:
    message = f"{STORY}{question}{STORY}医疗互助怎么申请"
    results = [knowledge_base.search(message, as_of=TODAY, k=k) for k in (0, 1, 10)]
    assert {each.decision for each in results} == {Decision.ANSWER}
    assert results[0].hits == []
