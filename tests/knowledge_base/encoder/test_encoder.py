from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from knowledge_base.encoder.encoder import Encoder


def test_rows_are_normalised_float32(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(["年休假", "", "工资" * 1000])
    assert vectors.shape == (3, encoder.dimension)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_row(encoder: Encoder) -> None:
    assert len(encoder.encode_queries([])) == 0


def test_queries_and_passages_have_prompts_of_their_own(encoder: Encoder) -> None:
    query, passage = encoder.encode_queries(["年休假"])[0], encoder.encode_passages(["年休假"])[0]
    assert 0.5 < query @ passage < 0.9999


def test_a_text_is_encoded_alike_alone_and_in_a_batch(encoder: Encoder) -> None:
    alone = encoder.encode_queries(["年休假几天"])[0]
    together = encoder.encode_queries(["年休假几天", "拖欠工资去哪里投诉比较好" * 5])[0]
    assert alone @ together == pytest.approx(1, abs=1e-5)


def test_meaning_decides_the_nearness(encoder: Encoder) -> None:
    wages, unpaid, menu = encoder.encode_queries(["老板不发工资", "被拖欠工钱", "今天食堂吃什么"])
    assert wages @ unpaid > wages @ menu


def test_the_fingerprint_names_model_and_content(encoder: Encoder) -> None:
    name, digest = encoder.fingerprint.split(":")
    assert name == encoder.name == "union-e5-small"
    assert len(digest) == 8


def test_the_probe_is_one_query(encoder: Encoder) -> None:
    assert encoder.probe.shape == (encoder.dimension,)
    assert float(encoder.probe @ encoder.probe) == pytest.approx(1, abs=1e-5)


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        Encoder(tmp_path / "none")


@pytest.fixture
def given(encoder: Encoder) -> npt.NDArray[np.float32]:
    """A vector that the encoder would never give."""
    vector = np.zeros(encoder.dimension, dtype=np.float32)
    vector[0] = 1
    return vector


def test_a_query_that_was_encoded_elsewhere_is_not_encoded_again(
    encoder: Encoder, given: npt.NDArray[np.float32]
) -> None:
    before = encoder.encode_queries(["调休怎么休", "婚假几天"])
    encoder.give_query("婚假有几天呀", given, encoder.weights or "")
    vectors = encoder.encode_queries(["调休怎么休", "婚假有几天呀", "婚假几天"])
    np.testing.assert_array_equal(vectors[1], given)
    np.testing.assert_allclose(vectors[[0, 2]], before, atol=1e-5)
    np.testing.assert_array_equal(encoder.encode_queries(["婚假有几天呀"]), given[np.newaxis])


def test_a_vector_of_other_weights_or_another_length_is_left_alone(
    encoder: Encoder, given: npt.NDArray[np.float32]
) -> None:
    expected = encoder.encode_queries(["丧假有几天呀"])
    encoder.give_query("丧假有几天呀", given, "other")
    encoder.give_query("丧假有几天呀", given[:5], encoder.weights or "")
    np.testing.assert_array_equal(encoder.encode_queries(["丧假有几天呀"]), expected)
