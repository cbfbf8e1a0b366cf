import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.fusion import FusionSettings, dense_score, fuse
from knowledge_base.retrieval.sources import DenseScores, nothing_dense

NAN = float("nan")
EVEN = FusionSettings(question=1, summary=1, section=1, words=0.1, pinyin=0.05)
SHARES = st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3)


def vector(*values: float) -> npt.NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def dense(*rows: tuple[float, float, float]) -> DenseScores:
    """Best cosines of questions, summary, sections."""
    return DenseScores(
        np.array(rows, dtype=np.float32),
        np.full(len(rows), np.nan, dtype=np.float32),
        np.zeros(len(rows), dtype=np.int64),
    )


def test_the_dense_score_is_the_mean_over_the_kinds() -> None:
    scores = dense_score(dense((0.9, 0.7, 0.2), (0.3, 0.3, 0.3)), EVEN)
    assert scores.tolist() == pytest.approx([0.6, 0.3])


def test_kinds_that_a_document_lacks_do_not_pull_it_down() -> None:
    scores = dense_score(dense((NAN, NAN, 0.8), (NAN, 0.6, 0.8), (NAN, NAN, NAN)), EVEN)
    assert scores.tolist() == pytest.approx([0.8, 0.7, 0.0])


def test_the_weights_of_the_kinds_count() -> None:
    settings = FusionSettings(question=3, summary=1, section=0)
    assert dense_score(dense((1.0, 0.0, 0.9)), settings).tolist() == pytest.approx([0.75])


def test_a_kind_without_a_weight_is_as_if_it_were_not_there() -> None:
    settings = FusionSettings(question=1, summary=1, section=0)
    assert dense_score(dense((NAN, NAN, 0.9)), settings).tolist() == [0.0]


def test_negative_cosines_are_kept() -> None:
    assert dense_score(dense((NAN, -0.5, NAN)), EVEN).tolist() == pytest.approx([-0.5])


def test_nothing_dense_scores_nothing() -> None:
    assert dense_score(nothing_dense(2), EVEN).tolist() == [0.0, 0.0]
    assert dense_score(nothing_dense(0), EVEN).shape == (0,)


def test_words_and_sound_add_their_shares() -> None:
    fused = fuse(vector(0.5, 0.5), vector(1.0, 0.0), vector(0.0, 0.5), EVEN)
    assert fused.tolist() == pytest.approx([0.6, 0.525])


@pytest.mark.parametrize(
    ("sources", "taken"),
    [
        ((vector(0.1, 0.2), vector(0.9, 0.8), vector(0.3, 0.4)), [0.1, 0.2]),
        ((vector(0, 0), vector(0.9, 0), vector(0.3, 0.4)), [0.9, 0]),
        ((vector(0, 0), vector(0, 0), vector(0.3, 0.4)), [0.3, 0.4]),
        ((vector(0, 0), vector(0, 0), vector(0, 0)), [0, 0]),
        ((vector(), vector(), vector()), []),
    ],
)
def test_switched_off_the_first_source_that_has_something_counts(
    sources: tuple[npt.NDArray[np.float32], ...], taken: list[float]
) -> None:
    meaning, words, sound = sources
    assert fuse(meaning, words, sound, EVEN.off()).tolist() == pytest.approx(taken)


@given(SHARES, SHARES, SHARES, SHARES)
def test_more_words_never_lower_a_document(
    meaning: list[float], words: list[float], sound: list[float], more: list[float]
) -> None:
    before = fuse(vector(*meaning), vector(*words), vector(*sound), FusionSettings())
    higher = np.maximum(vector(*words), vector(*more))
    after = fuse(vector(*meaning), higher, vector(*sound), FusionSettings())
    assert (after >= before - 1e-6).all()
