from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.paths import default_model_directory
from knowledge_base.retrieval.decision import Decision, DecisionModel, Logistic
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.samples import DECISION_MODEL, document, fake_encoder

IN_2020 = date(2020, 6, 1)
TODAY = date(2026, 11, 23)
EVEN = Logistic(0.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def knowledge_base(small_index: Path, encoder: Encoder, tokenizer: Tokenizer) -> KnowledgeBase:
    return KnowledgeBase.from_store(IndexStore(small_index), encoder, tokenizer, DECISION_MODEL)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("医疗互助怎么申请", "mutual-aid"),
        ("生病住院了 工会给补助不", "mutual-aid"),
        ("今年体检在哪个医院做", "health-check"),
        ("老板两个月没给工钱了", "wage-arrears"),
        ("工作满十年年假有多少天", "annual-leave-days"),
    ],
)
def test_the_right_document_comes_first(
    knowledge_base: KnowledgeBase, question: str, expected: str
) -> None:
    result = knowledge_base.search(question, as_of=TODAY)
    assert result.hits[0].document.id == expected
    assert result.decision is not Decision.DECLINE
    assert result.probability == result.hits[0].probability


@pytest.mark.parametrize("question", ["今天股票涨了没有", "帮我写首诗", "hello"])
def test_foreign_matters_are_declined(knowledge_base: KnowledgeBase, question: str) -> None:
    assert knowledge_base.search(question, as_of=TODAY).decision is Decision.DECLINE


@pytest.mark.parametrize("question", ["", "  \n", "\u200b\x00"])
def test_an_empty_question_finds_nothing(knowledge_base: KnowledgeBase, question: str) -> None:
    result = knowledge_base.search(question)
    assert (result.hits, result.decision, result.probability) == ([], Decision.DECLINE, 0.0)
    assert result.trace.query == question
    assert result.trace.rewritten_query == ""


def test_hits_are_ordered_and_carry_their_scores(knowledge_base: KnowledgeBase) -> None:
    hits = knowledge_base.search("医疗互助怎么申请", as_of=TODAY).hits
    assert len(hits) == 4
    assert [hit.fused for hit in hits] == sorted((hit.fused for hit in hits), reverse=True)
    assert all(0 <= hit.probability <= 1 for hit in hits)
    assert hits[0].bm25 > 0
    assert hits[0].section == ""


def test_the_section_that_matched_best_is_named(knowledge_base: KnowledgeBase) -> None:
    hits = knowledge_base.search("需要材料 身份证 医保结算票据", as_of=TODAY).hits
    assert (hits[0].document.id, hits[0].section) == ("mutual-aid", "需要材料")


def test_a_document_outside_its_window_is_never_a_hit(knowledge_base: KnowledgeBase) -> None:
    question = "技能提升补贴多少钱"
    then = knowledge_base.search(question, as_of=IN_2020)
    assert then.hits[0].document.id == "old-programme"
    for day in (date(2019, 12, 31), date(2021, 1, 1), TODAY):
        hits = knowledge_base.search(question, as_of=day).hits
        assert "old-programme" not in [hit.document.id for hit in hits]


def test_without_a_day_it_is_today(knowledge_base: KnowledgeBase) -> None:
    ids = [hit.document.id for hit in knowledge_base.search("补贴").hits]
    assert "old-programme" not in ids
    assert "mutual-aid" in ids


def test_areas_narrow_the_search(knowledge_base: KnowledgeBase) -> None:
    result = knowledge_base.search("怎么申请", as_of=TODAY, areas=["wage-arrears", "training"])
    assert [hit.document.id for hit in result.hits] == ["wage-arrears"]
    nothing = knowledge_base.search("怎么申请", as_of=TODAY, areas=[])
    assert nothing.decision is Decision.DECLINE


def test_the_decision_does_not_depend_on_how_many_hits_are_wanted(
    knowledge_base: KnowledgeBase,
) -> None:
    results = [knowledge_base.search("医疗互助怎么申请", as_of=TODAY, k=k) for k in (0, 1, 10)]
    assert [len(result.hits) for result in results] == [0, 1, 4]
    assert len({(result.decision, result.probability) for result in results}) == 1


def test_the_trace_repeats_the_search(knowledge_base: KnowledgeBase, encoder: Encoder) -> None:
    first = knowledge_base.search(" ＡＰＰ里 医疗互助\u200b怎么报", as_of=TODAY)
    assert first.trace.query == " ＡＰＰ里 医疗互助\u200b怎么报"
    assert first.trace.rewritten_query == "app里 医疗互助怎么报"
    assert first.trace.encoder == encoder.fingerprint
    again = knowledge_base.search(first.trace.rewritten_query, as_of=TODAY)
    assert again.hits == first.hits


def test_words_deep_in_a_long_text_are_found(tmp_path: Path, tokenizer: Tokenizer) -> None:
    documents = [
        document(id="long", title="办法", sections={"正文": "办理流程说明。" * 100 + "疗休养"}),
        document(id="other", title="别的", sections={"正文": "别的事情"}),
    ]
    store = IndexStore(tmp_path)
    build_index(documents, store, fake_encoder(), tokenizer)
    knowledge_base = KnowledgeBase.from_store(
        store, fake_encoder(), tokenizer, DecisionModel(EVEN, EVEN, 0.0, 0.0)
    )
    by_id = {hit.document.id: hit for hit in knowledge_base.search("疗休养").hits}
    assert by_id["long"].bm25 > by_id["other"].bm25 == 0


def test_documents_are_reached_by_id(
    knowledge_base: KnowledgeBase, small_documents: list[Document]
) -> None:
    assert knowledge_base.documents == small_documents
    found = knowledge_base.document("wage-arrears")
    assert found is not None
    assert found.title == "被拖欠工资怎么办"
    assert knowledge_base.document("none") is None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(codec=None), max_size=60))
def test_no_text_makes_it_fail(knowledge_base: KnowledgeBase, text: str) -> None:
    assert 0 <= knowledge_base.search(text).probability <= 1


def test_open_refuses_a_place_without_an_index(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(IndexUnavailableError, match="python -m knowledge_base build"):
        KnowledgeBase.open(tmp_path, model=default_model_directory())


def test_open_refuses_an_index_of_another_encoder(
    tmp_path: Path, encoder: Encoder, tokenizer: Tokenizer
) -> None:
    store = IndexStore(tmp_path)
    build_index([document()], store, fake_encoder(dimension=384), tokenizer)
    with pytest.raises(CorruptIndexError, match="fake:1"):
        KnowledgeBase.from_store(store, encoder, tokenizer, DECISION_MODEL)
