from pathlib import Path

import numpy as np
import pytest

from knowledge_base.retrieval.lexical import GroupedLexicalIndex, LexicalIndex

OWN = [["年假", "几天"], ["工资", "拖欠", "工资"], ["工伤"]]
LAWS = [["工资", "支付"], ["工资", "工伤"], ["工资"], ["年假"]]
MIXED = [LAWS[0], OWN[0], LAWS[1], OWN[1], OWN[2], LAWS[2], LAWS[3]]
IS_OWN = [False, True, False, True, True, False, False]
WORDS = ["工资", "工伤", "别的"]


@pytest.fixture(scope="module")
def grouped() -> GroupedLexicalIndex:
    return GroupedLexicalIndex.build(MIXED, IS_OWN)


def test_other_documents_change_nothing_for_the_unions_own(grouped: GroupedLexicalIndex) -> None:
    alone = LexicalIndex.build(OWN)
    own = np.flatnonzero(IS_OWN)
    np.testing.assert_array_equal(grouped.scores(WORDS)[own], alone.scores(WORDS))
    np.testing.assert_array_equal(grouped.weights(WORDS), alone.weights(WORDS))
    assert set(grouped.ceilings(WORDS)[own]) == {np.float32(alone.ceiling(WORDS))}


def test_the_others_are_scored_among_themselves(grouped: GroupedLexicalIndex) -> None:
    others = np.flatnonzero(~np.array(IS_OWN))
    np.testing.assert_array_equal(
        grouped.scores(WORDS)[others], LexicalIndex.build(LAWS).scores(WORDS)
    )


def test_which_documents_hold_which_words(grouped: GroupedLexicalIndex) -> None:
    documents = np.array([6, 3, 0, 4])
    expected = [[word in MIXED[document] for word in WORDS] for document in documents]
    assert grouped.present(WORDS, documents).tolist() == expected


@pytest.mark.parametrize("own", [IS_OWN, [True] * 7, [False] * 7])
def test_it_survives_the_disk(tmp_path: Path, own: list[bool]) -> None:
    built = GroupedLexicalIndex.build(MIXED, own)
    built.save(tmp_path / "words")
    loaded = GroupedLexicalIndex.load(tmp_path / "words", own)
    np.testing.assert_array_equal(loaded.scores(WORDS), built.scores(WORDS))
    np.testing.assert_array_equal(loaded.ceilings(WORDS), built.ceilings(WORDS))
