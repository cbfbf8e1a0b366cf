from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from knowledge_base.document import Document, DocumentKind
from knowledge_base.engine import SearchEngine
from knowledge_base.finder import Finder
from knowledge_base.index.builder import build_index
from knowledge_base.index.loader import LoadedIndex, load_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.candidates import FEATURES, Candidates
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.retrieval.sources import DenseSettings, WordsSettings
from tests.knowledge_base.samples import document

FloatVector = npt.NDArray[np.float32]

DOCUMENTS = [
    document(
        id="leave",
        title="年休假有几天",
        questions=["年假几天", "带薪年休假怎么算"],
        sections={"一句话回答": "满一年的五天。", "怎么办理": "填请假单。"},
    ),
    document(
        id="maternity",
        title="产假怎么休",
        questions=["生孩子能休多久"],
        sections={"一句话回答": "按规定休产假。", "需要材料": "出生证明。"},
    ),
    document(
        id="wages-law",
        kind=DocumentKind.LAW,
        title="劳动法第五十条",
        sections={"正文": "工资应当按月支付，不得拖欠。"},
    ),
]


ALL = np.ones(len(DOCUMENTS), dtype=np.bool_)


def all_but(documents: list[Document], *left_out: str) -> npt.NDArray[np.bool_]:
    return np.array([each.id not in left_out for each in documents], dtype=np.bool_)


def _indexed(documents: list[Document], directory: Path, engine: SearchEngine) -> LoadedIndex:
    store, analysers = IndexStore(directory), list(engine.analysers.values())
    build_index(documents, store, engine.encoder, analysers)
    return load_index(store, engine.encoder, analysers)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, engine: SearchEngine) -> LoadedIndex:
    return _indexed(DOCUMENTS, tmp_path_factory.mktemp("index"), engine)


@pytest.fixture
def finder_with(index: LoadedIndex, engine: SearchEngine) -> Callable[[SearchSettings], Finder]:
    return lambda settings: Finder(index, engine.with_settings(settings))


@pytest.fixture
def vector_of(engine: SearchEngine) -> Callable[[str], FloatVector]:
    return lambda text: engine.encoder.encode_queries([text])[0]


FinderWith = Callable[[SearchSettings], Finder]
VectorOf = Callable[[str], FloatVector]
BY_WORDS = SearchSettings().without("dense").without("pinyin")
BY_SOUND = SearchSettings().without("dense").without("words").without("rerank")
BY_MEANING = SearchSettings().without("words").without("pinyin")
NO_VECTOR = np.zeros(1, dtype=np.float32)


def ids(found: Candidates) -> list[str]:
    return [DOCUMENTS[each].id for each in found.documents]


def test_words_find_the_documents_that_hold_them(finder_with: FinderWith) -> None:
    found = finder_with(BY_WORDS).find("拖欠工资", NO_VECTOR, ALL, ALL)
    assert ids(found) == ["wages-law"]
    assert found.bm25[0] > 0
    assert found.units.tolist() == [-1]
    assert found.dense.tolist() == [0]


@pytest.mark.parametrize("typed", ["chan假怎么休", "chanjia", "铲假"])
def test_sound_finds_what_was_typed_by_ear(finder_with: FinderWith, typed: str) -> None:
    found = finder_with(BY_SOUND).find(typed, NO_VECTOR, ALL, ALL)
    assert ids(found)[0] == "maternity"
    assert found.pinyin[0] > 0
    assert found.bm25[0] == 0


def test_meaning_finds_the_document_of_the_nearest_unit(
    finder_with: FinderWith, vector_of: VectorOf, index: LoadedIndex
) -> None:
    found = finder_with(BY_MEANING).find("", vector_of("生孩子能休多久"), ALL, ALL)
    best = ids(found).index("maternity")
    assert index.units[found.units[best]].text == "生孩子能休多久"
    column = found.features[best, FEATURES.index("question")]
    assert column == pytest.approx(1.0, abs=1e-5)


def test_only_the_nearest_units_bring_their_documents_in(
    finder_with: FinderWith, vector_of: VectorOf
) -> None:
    settings = BY_MEANING.model_copy(update={"dense": DenseSettings(units=1)})
    assert ids(finder_with(settings).find("", vector_of("年假几天"), ALL, ALL)) == ["leave"]


def test_only_the_best_by_words_are_brought_in(finder_with: FinderWith) -> None:
    query = "年假 产假 拖欠工资"
    assert len(finder_with(BY_WORDS).find(query, NO_VECTOR, ALL, ALL)) == 3
    settings = BY_WORDS.model_copy(update={"words": WordsSettings(documents=1)})
    assert len(finder_with(settings).find(query, NO_VECTOR, ALL, ALL)) == 1


def test_what_one_source_brings_in_is_scored_by_all(
    finder_with: FinderWith, vector_of: VectorOf
) -> None:
    settings = SearchSettings(dense=DenseSettings(units=1))
    found = finder_with(settings).find("拖欠工资", vector_of("年假几天"), ALL, ALL)
    law = ids(found).index("wages-law")
    assert found.bm25[law] > 0
    assert found.units[law] >= 0
    assert found.dense[law] != 0


def test_what_may_not_answer_is_left_out(finder_with: FinderWith, vector_of: VectorOf) -> None:
    finder, vector = finder_with(SearchSettings()), vector_of("年假几天")
    found = finder.find("年假几天", vector, all_but(DOCUMENTS, "leave"), ALL)
    assert set(ids(found)) == {"maternity", "wages-law"}
    assert len(finder.find("年假几天", vector, ~ALL, ALL)) == 0


def test_articles_are_told_from_laws(finder_with: FinderWith, vector_of: VectorOf) -> None:
    found = finder_with(SearchSettings()).find("年假几天", vector_of("年假几天"), ALL, ALL)
    articles = dict(zip(ids(found), found.articles.tolist(), strict=True))
    assert articles == {"leave": True, "maternity": True, "wages-law": False}


def test_a_document_without_questions_has_its_mean_in_their_place(
    finder_with: FinderWith, vector_of: VectorOf
) -> None:
    found = finder_with(SearchSettings()).find("年假几天", vector_of("年假几天"), ALL, ALL)
    law = ids(found).index("wages-law")
    features = dict(zip(FEATURES, found.features[law].tolist(), strict=True))
    assert features["question"] == pytest.approx(float(found.dense[law]))
    assert features["summary"] == pytest.approx(float(found.dense[law]))


def test_a_section_for_what_is_asked_counts(finder_with: FinderWith, vector_of: VectorOf) -> None:
    found = finder_with(SearchSettings()).find("要带什么材料", vector_of("材料"), ALL, ALL)
    asked = found.features[:, FEATURES.index("asked")].tolist()
    assert dict(zip(ids(found), asked, strict=True)) == {
        "leave": 0.0,
        "maternity": 1.0,
        "wages-law": 0.0,
    }


def test_what_resembles_a_matter_that_nothing_covers_is_beyond_no_document(
    tmp_path: Path, engine: SearchEngine, vector_of: VectorOf
) -> None:
    uncovered = document(
        id="loan",
        kind=DocumentKind.UNCOVERED,
        title="公积金贷款",
        questions=["公积金能贷多少", "公积金贷款利率"],
        sections={},
    )
    documents = [*DOCUMENTS, uncovered]
    finder = Finder(_indexed(documents, tmp_path, engine), engine)
    beyond = FEATURES.index("beyond")
    covered = all_but(documents, "loan")
    foreign = finder.find("公积金能贷多少", vector_of("公积金能贷多少"), covered, covered)
    own = finder.find("年假几天", vector_of("年假几天"), covered, covered)
    assert set(ids(foreign)) == set(ids(own)) == {each.id for each in DOCUMENTS}
    assert (foreign.features[:, beyond] < 0).all()
    assert own.features[ids(own).index("leave"), beyond] > 0
    assert foreign.foreign[0] > 0.5 > own.foreign[0]
    assert own.vote[ids(own).index("leave")] > 0.5 > foreign.vote.max()


def test_a_lapsed_copy_takes_no_vote_from_its_successor(
    tmp_path: Path, engine: SearchEngine, vector_of: VectorOf
) -> None:
    copy = document(
        id="leave-of-last-year", title="年休假有几天", questions=["年假几天", "带薪年休假怎么算"]
    )
    documents = [*DOCUMENTS, copy]
    finder = Finder(_indexed(documents, tmp_path, engine), engine)
    everything, new = all_but(documents), all_but(documents, copy.id)
    vector = vector_of("年假几天")
    both = finder.find("年假几天", vector, new, everything)
    alone = finder.find("年假几天", vector, new, new)
    votes = [found.vote[ids(found).index("leave")] for found in (both, alone)]
    assert votes[0] < 0.6 < votes[1]


def test_where_nobody_may_vote_there_are_no_votes(
    finder_with: FinderWith, vector_of: VectorOf
) -> None:
    finder = finder_with(SearchSettings())
    found = finder.find("年假几天", vector_of("年假几天"), ALL, ~ALL)
    assert found.vote.tolist() == [0, 0, 0]


SOURCES = ("words", "pinyin", "dense")


@pytest.mark.parametrize("query", ["年假几天", "chan假", "股票", "gjj", "？", ""])
@pytest.mark.parametrize("off", [*product([True, False], repeat=len(SOURCES))], ids=str)
def test_whatever_sources_there_are_the_candidates_are_sound(
    finder_with: FinderWith, vector_of: VectorOf, query: str, off: tuple[bool, ...]
) -> None:
    settings = SearchSettings()
    for source, is_off in zip(SOURCES, off, strict=True):
        settings = settings.without(source) if is_off else settings
    vector = vector_of(query) if settings.dense.enabled else NO_VECTOR
    found = finder_with(settings).find(query, vector, ALL, ALL)
    assert len(set(found.documents.tolist())) == len(found)
    assert found.features.shape == (len(found), len(FEATURES))
    assert np.isfinite(found.features).all()
    assert np.isfinite(found.score).all()
    assert found.score.tolist() == sorted(found.score.tolist(), reverse=True)
    if settings.dense.enabled:
        assert len(found) == len(DOCUMENTS)
    else:
        assert (found.bm25 + found.pinyin > 0).all()


def test_shares_lie_between_nothing_and_everything(
    finder_with: FinderWith, vector_of: VectorOf
) -> None:
    found = finder_with(SearchSettings()).find("年休假有几天 股票", vector_of("股票"), ALL, ALL)
    for name in {"words", "pinyin", "telling", "title", "asked"} & set(FEATURES):
        column = found.features[:, FEATURES.index(name)]
        assert (column >= 0).all(), name
        assert (column <= 1 + 1e-5).all(), name


def test_without_reranking_the_fused_score_orders(
    finder_with: FinderWith, vector_of: VectorOf
) -> None:
    settings = SearchSettings().without("rerank")
    found = finder_with(settings).find("年假几天", vector_of("年假几天"), ALL, ALL)
    assert found.score.tolist() == found.fused.tolist()
    assert found.fused.tolist() == sorted(found.fused.tolist(), reverse=True)


def test_asking_again_finds_the_same(finder_with: FinderWith, vector_of: VectorOf) -> None:
    finder, vector = finder_with(SearchSettings()), vector_of("年假几天")
    first, again = (finder.find("年假几天", vector, ALL, ALL) for _ in range(2))
    assert first.documents.tolist() == again.documents.tolist()
    assert first.score.tolist() == again.score.tolist()
