from pathlib import Path

import pytest

from knowledge_base.index.builder import UNITS_FILE, build_index
from knowledge_base.index.loader import load_index
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.units import all_units
from tests.knowledge_base.samples import document, fake_encoder

DOCUMENTS = [
    document(id="leave", questions=["几天", "怎么算"]),
    document(id="wage", title="欠薪", sections={"正文": "先投诉\u2028再仲裁"}),
]
REBUILD = "rebuild it with `python -m knowledge_base build`"


@pytest.fixture
def store(tmp_path: Path, tokenizer: Tokenizer) -> IndexStore:
    made = IndexStore(tmp_path)
    build_index(DOCUMENTS, made, fake_encoder(), tokenizer)
    return made


def test_what_was_built_is_loaded(store: IndexStore, tokenizer: Tokenizer) -> None:
    index = load_index(store, fake_encoder(), tokenizer)
    assert index.documents == DOCUMENTS
    assert index.positions == {"leave": 0, "wage": 1}
    assert index.units == all_units(DOCUMENTS)
    assert index.unit_documents.tolist() == [0, 0, 0, 0, 1, 1]
    assert [units.tolist() for units in index.document_units] == [[0, 1, 2, 3], [4, 5]]
    assert len(index.dense) == 6
    assert index.lexical.scores(["投诉"]).argmax() == 1


def test_nothing_built_yet(tmp_path: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(IndexUnavailableError):
        load_index(IndexStore(tmp_path / "none"), fake_encoder(), tokenizer)


def test_an_encoder_of_another_size_is_refused(store: IndexStore, tokenizer: Tokenizer) -> None:
    with pytest.raises(CorruptIndexError) as caught:
        load_index(store, fake_encoder(dimension=9), tokenizer)
    assert "8 dimensions" in str(caught.value)
    assert REBUILD in str(caught.value)


def test_an_encoder_that_behaves_otherwise_is_refused(
    store: IndexStore, tokenizer: Tokenizer
) -> None:
    with pytest.raises(CorruptIndexError) as caught:
        load_index(store, fake_encoder(name="other"), tokenizer)
    assert "fake:1" in str(caught.value)
    assert "other" in str(caught.value)
    assert REBUILD in str(caught.value)


def test_another_dictionary_is_refused(store: IndexStore, tmp_path: Path) -> None:
    dictionary = tmp_path / "other.txt"
    dictionary.write_text("欠薪 100\n", encoding="utf-8")
    with pytest.raises(CorruptIndexError, match="tokenizer") as caught:
        load_index(store, fake_encoder(), Tokenizer(dictionary))
    assert REBUILD in str(caught.value)


def test_a_damaged_index_is_refused(store: IndexStore, tokenizer: Tokenizer) -> None:
    (store.current_version() / UNITS_FILE).write_bytes(b"")
    with pytest.raises(CorruptIndexError, match=UNITS_FILE):
        load_index(store, fake_encoder(), tokenizer)
