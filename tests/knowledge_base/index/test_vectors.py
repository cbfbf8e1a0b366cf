from pathlib import Path

import numpy as np

from knowledge_base.index.layout import DENSE_FILE
from knowledge_base.index.vectors import KnownVectors, load_keys, save_keys, unit_key, vectors_of
from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.units import Unit, UnitKind
from tests.knowledge_base.samples import FakeEncoder


def unit(text: str, kind: UnitKind = UnitKind.QUESTION, document: str = "a") -> Unit:
    return Unit(document, kind, "", text)


def known(tmp_path: Path, units: list[Unit]) -> KnownVectors:
    keys = [unit_key(each) for each in units]
    save_keys(keys, tmp_path)
    DenseIndex.build(vectors_of(units, keys, FakeEncoder(), None).rows).save(tmp_path / DENSE_FILE)  # type: ignore[arg-type]
    return KnownVectors.of_version(tmp_path)


def test_a_key_tells_texts_and_kinds_apart_but_not_documents() -> None:
    assert unit_key(unit("几天")) == unit_key(unit("几天", document="b"))
    others = [unit("几天？"), unit("几天", UnitKind.SUMMARY), unit("几天", UnitKind.SECTION)]
    assert len({unit_key(each) for each in [unit("几天"), *others]}) == 4


def test_keys_survive_the_disk(tmp_path: Path) -> None:
    keys = [unit_key(unit(text)) for text in ("a", "b", "")]
    save_keys(keys, tmp_path)
    assert load_keys(tmp_path) == keys


def test_only_unknown_texts_are_encoded_and_each_once(tmp_path: Path) -> None:
    old = [unit("旧"), unit("旧", UnitKind.SECTION), unit("别的")]
    units = [unit("新"), unit("旧"), unit("新"), unit("新", UnitKind.SECTION), unit("别的")]
    encoder = FakeEncoder()
    keys = [unit_key(each) for each in units]
    vectors = vectors_of(units, keys, encoder, known(tmp_path, old))  # type: ignore[arg-type]
    assert encoder.encoded == ["新", "新"]
    assert (vectors.encoded, vectors.reused) == (2, 2)
    expected = FakeEncoder().encode_queries([each.text for each in units])
    np.testing.assert_allclose(vectors.rows, expected, rtol=1e-6)


def test_questions_and_the_rest_get_their_own_prompts() -> None:
    class Prompts(FakeEncoder):
        def encode_passages(self, texts: list[str], *, progress: bool = False) -> np.ndarray:  # type: ignore[type-arg]
            return self.encode_queries([f"passage: {text}" for text in texts])

    encoder = Prompts()
    units = [unit("问"), unit("文", UnitKind.SECTION), unit("题", UnitKind.SUMMARY)]
    keys = [unit_key(each) for each in units]
    rows = vectors_of(units, keys, encoder, None).rows  # type: ignore[arg-type]
    assert encoder.encoded == ["问", "passage: 文", "passage: 题"]
    np.testing.assert_allclose(rows, FakeEncoder().encode_queries(encoder.encoded), rtol=1e-6)
