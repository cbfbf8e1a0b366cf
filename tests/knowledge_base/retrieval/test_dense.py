import tracemalloc
from pathlib import Path

import faiss
import numpy as np
import pytest

from knowledge_base.retrieval.dense import DenseIndex

VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
QUERY = np.array([0.8, 0.6], dtype=np.float32)


def test_nearest_first() -> None:
    assert DenseIndex.build(VECTORS).nearest(QUERY, 3).tolist() == [2, 0, 1]


def test_no_more_than_there_are() -> None:
    index = DenseIndex.build(VECTORS)
    assert len(index) == 3
    assert index.nearest(QUERY, 200).tolist() == [2, 0, 1]
    assert index.nearest(QUERY, 1).tolist() == [2]


def test_cosines_of_chosen_units() -> None:
    cosines = DenseIndex.build(VECTORS).cosines(QUERY, np.array([1, 2], dtype=np.int64))
    assert cosines.tolist() == pytest.approx([0.6, 0.96])


def test_cosines_of_no_units() -> None:
    assert len(DenseIndex.build(VECTORS).cosines(QUERY, np.array([], dtype=np.int64))) == 0


def test_a_query_of_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="2 dimensions"):
        DenseIndex.build(VECTORS).cosines(VECTORS[:2].ravel(), np.array([1], dtype=np.int64))


def test_it_survives_the_disk(tmp_path: Path) -> None:
    DenseIndex.build(VECTORS).save(tmp_path / "dense.faiss")
    assert DenseIndex.load(tmp_path / "dense.faiss").nearest(QUERY, 3).tolist() == [2, 0, 1]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dense.faiss").write_bytes(b"something else")
    with pytest.raises(RuntimeError):
        DenseIndex.load(tmp_path / "dense.faiss")


def test_an_index_of_another_kind_is_refused(tmp_path: Path) -> None:
    faiss.write_index(faiss.IndexHNSWFlat(2, 4), str(tmp_path / "dense.faiss"))
    with pytest.raises(RuntimeError, match="no flat index"):
        DenseIndex.load(tmp_path / "dense.faiss")


def test_rows_are_given_back_as_a_copy() -> None:
    index = DenseIndex.build(VECTORS)
    rows = index.vectors_of([2, 0])
    assert rows.tolist() == VECTORS[[2, 0]].tolist()
    rows[:] = 0
    assert index.vectors_of([2]).tolist() == VECTORS[[2]].tolist()


def test_the_rows_are_held_once(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(40_000, 64)).astype(np.float32)
    DenseIndex.build(rows).save(tmp_path / "dense.faiss")
    size = (tmp_path / "dense.faiss").stat().st_size
    # NumPy tells tracemalloc of its arrays, FAISS does not: what is counted would be a copy.
    tracemalloc.start()
    index = DenseIndex.load(tmp_path / "dense.faiss")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(index) == len(rows)
    assert held < size / 100
