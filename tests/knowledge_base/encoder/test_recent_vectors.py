import numpy as np

from knowledge_base.encoder.recent_vectors import RecentVectors

FIRST, SECOND, THIRD = (np.full(2, value, dtype=np.float32) for value in (1, 2, 3))


def test_a_vector_is_found_by_its_text() -> None:
    vectors = RecentVectors()
    vectors.put("年假几天", FIRST)
    assert vectors.get("年假几天") is FIRST
    assert vectors.get("病假几天") is None


def test_the_oldest_one_too_many_is_let_go() -> None:
    vectors = RecentVectors(kept=2)
    vectors.put("a", FIRST)
    vectors.put("b", SECOND)
    vectors.put("a", FIRST)
    vectors.put("c", THIRD)
    assert [vectors.get(text) for text in "abc"] == [FIRST, None, THIRD]
