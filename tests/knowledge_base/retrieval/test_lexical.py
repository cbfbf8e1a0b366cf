from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from knowledge_base.retrieval.lexical import LexicalIndex

DOCUMENTS = [["年假", "五天", "年假"], ["工资", "拖欠"], ["工资", "协商", "年假", "代表", "开会"]]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(DOCUMENTS)


def test_documents_with_the_words_score_and_others_do_not(index: LexicalIndex) -> None:
    scores = index.scores(["拖欠", "工资"])
    assert scores.shape == (3,)
    assert scores[1] > scores[2] > scores[0] == 0


def test_repeating_a_word_lifts_a_document(index: LexicalIndex) -> None:
    scores = index.scores(["年假"])
    assert scores[0] > scores[2] > 0


def test_unknown_words_score_nothing(index: LexicalIndex) -> None:
    assert index.scores(["股票"]).tolist() == [0, 0, 0]
    assert index.scores(["股票", "拖欠"])[1] == index.scores(["拖欠"])[1]


@pytest.mark.parametrize("words", [["年假"], ["工资", "拖欠"], ["协商", "开会", "五天"]])
def test_no_document_scores_above_the_ceiling(index: LexicalIndex, words: list[str]) -> None:
    assert 0 < index.scores(words).max() <= index.ceiling(words) + 1e-6


def test_the_best_document_of_one_word_reaches_the_ceiling(index: LexicalIndex) -> None:
    assert index.scores(["年假"]).max() == pytest.approx(index.ceiling(["年假"]))


def test_an_unknown_word_lowers_the_coverage(index: LexicalIndex) -> None:
    known, with_unknown = index.ceiling(["年假"]), index.ceiling(["年假", "股票"])
    assert with_unknown > known


def test_no_words_have_no_ceiling(index: LexicalIndex) -> None:
    assert index.ceiling([]) == 0


def positions(*documents: int) -> npt.NDArray[np.int64]:
    return np.array(documents, dtype=np.int64)


def test_which_documents_hold_which_words(index: LexicalIndex) -> None:
    present = index.present(["年假", "工资", "股票"], positions(2, 0, 1))
    assert present.tolist() == [
        [True, True, False],
        [True, False, False],
        [False, True, False],
    ]


@pytest.mark.parametrize(
    ("words", "documents", "shape"),
    [([], [0, 1], (2, 0)), (["年假"], [], (0, 1)), ([], [], (0, 0))],
)
def test_no_words_and_no_documents_hold_nothing(
    index: LexicalIndex, words: list[str], documents: list[int], shape: tuple[int, int]
) -> None:
    assert index.present(words, positions(*documents)).shape == shape


def test_every_document_holds_exactly_its_own_words(index: LexicalIndex) -> None:
    words = sorted({word for document in DOCUMENTS for word in document})
    present = index.present(words, positions(0, 1, 2))
    for row, document in zip(present, DOCUMENTS, strict=True):
        held = {word for word, there in zip(words, row, strict=True) if there}
        assert held == set(document)


def test_a_word_weighs_the_highest_score_it_reaches(index: LexicalIndex) -> None:
    words = ["年假", "拖欠", "工资"]
    best = [index.scores([word]).max() for word in words]
    assert index.weights(words).tolist() == pytest.approx(best)


def test_rare_words_are_more_telling_than_common_ones(index: LexicalIndex) -> None:
    rare, common = index.weights(["拖欠", "工资"])
    assert rare > common


def test_an_unknown_word_weighs_a_middling_one(index: LexicalIndex) -> None:
    known = index.weights(["年假", "五天", "工资", "拖欠", "协商", "代表", "开会"])
    (unknown,) = index.weights(["股票"])
    assert known.min() <= unknown <= known.max()


@pytest.mark.parametrize("words", [[], ["年假"], ["年假", "工资", "股票"]])
def test_the_ceiling_is_the_sum_of_the_weights(index: LexicalIndex, words: list[str]) -> None:
    assert index.weights(words).shape == (len(words),)
    assert index.ceiling(words) == pytest.approx(float(index.weights(words).sum()))


def test_it_survives_the_disk(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "bm25")
    loaded = LexicalIndex.load(tmp_path / "bm25")
    words = ["工资", "年假", "股票"]
    np.testing.assert_allclose(loaded.scores(words), index.scores(words))
    assert loaded.ceiling(words) == pytest.approx(index.ceiling(words))
    np.testing.assert_allclose(loaded.weights(words), index.weights(words))
    everything = positions(0, 1, 2)
    assert loaded.present(words, everything).tolist() == index.present(words, everything).tolist()


def test_documents_without_any_word_do_no_harm() -> None:
    index = LexicalIndex.build([[], ["工资"]])
    assert index.scores(["工资"])[1] > index.scores(["工资"])[0] == 0
