import gc
import math
import weakref
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.document import Document, DocumentKind
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.engine import SearchEngine
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.paths import default_model_directory
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.retrieval.decision import Decision, DecisionModel, Logistic
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.search import KnowledgeBase, SearchResult
from tests.knowledge_base.conftest import Serve
from tests.knowledge_base.samples import FakeEncoder, document, engine_of, fake_encoder

IN_2020 = date(2020, 6, 1)
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def knowledge_base(small_index: Path, encoder: Encoder, analysers: list[Analyser]) -> KnowledgeBase:
    return KnowledgeBase.from_store(IndexStore(small_index), engine_of(encoder))


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
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
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


def test_words_deep_in_a_long_text_are_found(tmp_path: Path, analysers: list[Analyser]) -> None:
    documents = [
        document(id="long", title="办法", sections={"正文": "办理流程说明。" * 100 + "疗休养"}),
        document(id="other", title="别的", sections={"正文": "别的事情"}),
    ]
    store = IndexStore(tmp_path)
    build_index(documents, store, fake_encoder(), analysers)
    knowledge_base = KnowledgeBase.from_store(store, engine_of(fake_encoder()))
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
    tmp_path: Path, encoder: Encoder, analysers: list[Analyser]
) -> None:
    store = IndexStore(tmp_path)
    build_index([document()], store, fake_encoder(dimension=384), analysers)
    with pytest.raises(CorruptIndexError, match="fake:1"):
        KnowledgeBase.from_store(store, engine_of(encoder))


# What follows does without the real encoder: words and sound are enough to tell these apart.

EVEN = Logistic(0.0, {})
ALWAYS = DecisionModel(EVEN, EVEN, answer_from=0.0, choices_from=0.0)
NEVER = DecisionModel(EVEN, EVEN, answer_from=1.0, choices_from=1.0)
BY_WORDS = SearchSettings().without("dense")

LEAVE = document(id="leave", title="年假有几天", questions=["年假几天", "带薪年假怎么算"])
OVERTIME = document(id="overtime", title="加班费怎么算", questions=["平时加班费几倍"])
APPLY = document(
    id="apply",
    title="医疗互助怎么申请",
    questions=["医疗互助申请要几步"],
    sections={"一句话回答": "可以申请。", "怎么办理": "填单子。", "需要材料": "身份证。"},
)
PAPERS = document(id="papers", title="医疗互助要什么材料", questions=["医疗互助准备什么材料"])
LAW = document(
    id="law",
    kind=DocumentKind.LAW,
    title="加班费怎么算 平时加班费几倍",
    sections={"正文": "平时加班费几倍，怎么算：加班费按规定算。"},
)


def by_words(engine: SearchEngine, decision: DecisionModel = ALWAYS) -> SearchEngine:
    return replace(engine.with_settings(BY_WORDS), decision=decision)


def ids(result: SearchResult) -> list[str]:
    return [hit.document.id for hit in result.hits]


def test_several_questions_are_answered_one_by_one(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(APPLY, OVERTIME, LEAVE, engine=by_words(engine))
    message = "年假几天？加班费怎么算？"
    result = knowledge_base.search(message, as_of=TODAY)
    assert [ids(part)[0] for part in result.parts] == ["leave", "overtime"]
    assert [part.trace.rewritten_query for part in result.parts] == ["年假几天", "加班费怎么算"]
    assert ids(result)[:2] == ["leave", "overtime"]
    assert len(set(ids(result))) == len(ids(result))
    assert result.decision is Decision.ANSWER
    assert result.probability == min(part.probability for part in result.parts)
    assert result.trace.query == message
    assert all(part.trace.query == message for part in result.parts)


def test_the_parts_come_in_the_order_they_were_asked(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(OVERTIME, LEAVE, engine=by_words(engine))
    result = knowledge_base.search("加班费怎么算？年假几天？", as_of=TODAY)
    assert [ids(part)[0] for part in result.parts] == ["overtime", "leave"]


@pytest.mark.parametrize("k", [1, 2, 10])
def test_parts_do_not_depend_on_how_many_hits_are_wanted(
    serve: Serve, engine: SearchEngine, k: int
) -> None:
    knowledge_base = serve(APPLY, OVERTIME, LEAVE, engine=by_words(engine))
    result = knowledge_base.search("年假几天？加班费怎么算？", as_of=TODAY, k=k)
    assert len(result.parts) == 2
    assert len(result.hits) <= k
    assert ids(result)[:2] == ["leave", "overtime"][:k]


def test_questions_that_one_document_answers_are_one(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(OVERTIME, LEAVE, engine=by_words(engine))
    result = knowledge_base.search("年假几天？带薪年假怎么算？", as_of=TODAY)
    assert result.parts == ()
    assert ids(result)[0] == "leave"


def test_a_part_without_an_answer_leaves_the_message_whole(
    serve: Serve, engine: SearchEngine
) -> None:
    knowledge_base = serve(OVERTIME, LEAVE, engine=by_words(engine))
    result = knowledge_base.search("年假几天？股票涨不涨呢？", as_of=TODAY)
    assert result.parts == ()
    assert ids(result)[0] == "leave"
    assert result.trace.rewritten_query == "年假几天?股票涨不涨呢?"
    unsure = serve(OVERTIME, LEAVE, engine=by_words(engine, NEVER))
    assert unsure.search("年假几天？加班费怎么算？", as_of=TODAY).parts == ()


def test_a_later_question_without_a_matter_is_about_the_first_ones(
    serve: Serve, engine: SearchEngine
) -> None:
    knowledge_base = serve(APPLY, PAPERS, engine=by_words(engine))
    result = knowledge_base.search("医疗互助怎么申请？要准备什么材料？", as_of=TODAY)
    assert [ids(part)[0] for part in result.parts] == ["apply", "papers"]
    assert "医疗互助" in result.parts[1].trace.rewritten_query
    assert "要准备什么材料" in result.parts[1].trace.rewritten_query


def test_without_splitting_a_message_is_one_question(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(OVERTIME, LEAVE, engine=by_words(engine))
    whole = knowledge_base.without("split").search("年假几天？加班费怎么算？", as_of=TODAY)
    assert whole.parts == ()
    assert set(ids(whole)) == {"leave", "overtime"}


def test_a_hit_names_the_sections_asked_for(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(APPLY, LEAVE, engine=by_words(engine))
    asked = {
        hit.document.id: hit.asked
        for hit in knowledge_base.search("医疗互助 年假 要带什么材料", as_of=TODAY).hits
    }
    assert asked == {"apply": ("需要材料", "怎么办理"), "leave": ()}
    nothing = knowledge_base.search("医疗互助", as_of=TODAY).hits[0]
    assert (nothing.document.id, nothing.asked) == ("apply", ())


def test_without_aspects_no_section_is_asked_for(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(APPLY, LEAVE, engine=by_words(engine)).without("aspects")
    assert knowledge_base.search("医疗互助要带什么材料", as_of=TODAY).hits[0].asked == ()


def test_rules_of_another_place_are_no_hit(serve: Serve, engine: SearchEngine) -> None:
    documents = [
        LEAVE.model_copy(update={"id": region, "region": region})
        for region in ("余杭区", "杭州市", "浙江省", "全国", "上海市", "临平区")
    ]
    knowledge_base = serve(*documents, engine=by_words(engine))
    found = ids(knowledge_base.search("年假几天", as_of=TODAY))
    assert set(found) == {"余杭区", "杭州市", "浙江省", "全国"}
    everywhere = knowledge_base.without("eligibility").search("年假几天", as_of=TODAY)
    assert set(ids(everywhere)) == {document.id for document in documents}


@pytest.mark.parametrize("stage", ["eligibility", "rerank", "precedence"])
def test_a_matter_that_nothing_covers_is_no_hit(
    serve: Serve, engine: SearchEngine, stage: str
) -> None:
    loan = document(
        id="loan",
        kind=DocumentKind.UNCOVERED,
        title="公积金贷款",
        questions=["公积金能贷多少", "公积金贷款利率几个点"],
        sections={},
    )
    knowledge_base = serve(loan, LEAVE, engine=replace(engine, decision=ALWAYS))
    for searched in (knowledge_base, knowledge_base.without(stage)):
        assert ids(searched.search("公积金能贷多少", as_of=TODAY)) == ["leave"]


def test_an_articles_answer_comes_before_a_law(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(LAW, OVERTIME, LEAVE, engine=by_words(engine))
    question = "平时加班费几倍 怎么算"
    equal = knowledge_base.without("precedence").search(question, as_of=TODAY)
    assert ids(equal)[0] == "law"
    assert ids(knowledge_base.search(question, as_of=TODAY))[0] == "overtime"
    assert "law" in ids(knowledge_base.search(question, as_of=TODAY))


def test_a_law_comes_first_where_no_article_answers(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(LAW, OVERTIME, LEAVE, engine=by_words(engine, NEVER))
    assert ids(knowledge_base.search("平时加班费几倍 怎么算", as_of=TODAY))[0] == "law"
    only_laws = serve(LAW, engine=by_words(engine))
    result = only_laws.search("加班费怎么算", as_of=TODAY)
    assert (ids(result), result.decision) == (["law"], Decision.ANSWER)


QUESTIONS = [
    "年假几天？加班费怎么算？",
    "医疗互助要带什么材料",
    "佘杭工匠 gjj",
    "chan假",
    "？",
    "",
]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("stage", SearchSettings.stages())
def test_a_search_without_one_stage_is_still_one(
    serve: Serve, engine: SearchEngine, stage: str, question: str
) -> None:
    knowledge_base = serve(LAW, APPLY, OVERTIME, LEAVE, engine=replace(engine, decision=ALWAYS))
    result = knowledge_base.without(stage).search(question, as_of=TODAY)
    full = knowledge_base.search(question, as_of=TODAY)
    assert len(set(ids(result))) == len(result.hits)
    assert (result.decision is Decision.DECLINE) == (not result.hits)
    assert all(0 <= hit.probability <= 1 for hit in result.hits)
    assert all(math.isfinite(hit.score) for hit in result.hits)
    assert set(ids(result)) <= set(ids(full))
    assert result.trace.settings == SearchSettings().without(stage).fingerprint
    assert result.trace.settings != full.trace.settings


def test_without_a_dense_stage_nothing_is_encoded(serve: Serve, engine: SearchEngine) -> None:
    knowledge_base = serve(LEAVE)
    encoded = cast(FakeEncoder, engine.encoder).encoded
    before = len(encoded)
    assert knowledge_base.without("dense").search("年假几天", as_of=TODAY).hits[0].section == ""
    assert len(encoded) == before
    knowledge_base.search("年假几天", as_of=TODAY)
    assert encoded[before:] == ["年假几天"]


def test_a_stage_that_does_not_exist_is_refused(serve: Serve) -> None:
    with pytest.raises(ValueError, match="no stage 'magic'"):
        serve(LEAVE).without("magic")


def test_other_settings_leave_the_knowledge_base_alone(serve: Serve) -> None:
    knowledge_base = serve(LEAVE)
    other = knowledge_base.with_settings(BY_WORDS)
    assert other.version == knowledge_base.version
    assert other.search("年假").trace.settings == BY_WORDS.fingerprint
    assert knowledge_base.search("年假").trace.settings == SearchSettings().fingerprint


def test_candidates_are_those_of_the_search(serve: Serve) -> None:
    knowledge_base = serve(APPLY, OVERTIME, LEAVE)
    candidates = knowledge_base.candidates("带薪年假怎么算", as_of=TODAY)
    result = knowledge_base.search("带薪年假怎么算", as_of=TODAY)
    assert [knowledge_base.documents[each].id for each in candidates.documents] == ids(result)
    assert candidates.score.tolist() == [hit.score for hit in result.hits]


def test_candidates_of_an_area_are_of_that_area(serve: Serve) -> None:
    knowledge_base = serve(LEAVE.model_copy(update={"area": "annual-leave"}), OVERTIME)
    assert len(knowledge_base.candidates("年假", as_of=TODAY, areas=["annual-leave"])) == 1
    assert len(knowledge_base.candidates("年假", as_of=TODAY, areas=[])) == 0


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.sampled_from(["年假", "加班费", "医疗互助", "怎么算", "几天", "？", " ", "gs", "材料"]),
        max_size=8,
    ).map("".join)
)
def test_any_message_of_questions_gives_a_sound_result(
    knowledge_base: KnowledgeBase, message: str
) -> None:
    result = knowledge_base.search(message, as_of=TODAY)
    assert (result.hits == []) <= (result.decision is Decision.DECLINE)
    assert len(result.parts) in {0, 2, 3}
    if result.parts:
        best = {part.hits[0].document.id for part in result.parts}
        assert set(ids(result)[: len(best)]) == best
        assert all(part.decision is Decision.ANSWER for part in result.parts)


def test_an_index_that_is_no_longer_used_leaves_memory_at_once(
    small_index: Path, encoder: Encoder
) -> None:
    gone = KnowledgeBase.from_store(IndexStore(small_index), engine_of(encoder))
    gone.search("医疗互助怎么申请", as_of=TODAY)
    seen = weakref.ref(gone)
    gc.disable()
    try:
        del gone
        assert seen() is None
    finally:
        gc.enable()
