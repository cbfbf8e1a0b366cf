import json
from pathlib import Path

import faiss
import pytest

from knowledge_base.index.builder import DENSE_FILE, DOCUMENTS_FILE, UNITS_FILE, build_index
from knowledge_base.index.lines import read_lines
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.tokenizer import Tokenizer
from tests.knowledge_base.samples import FakeEncoder, document, fake_encoder

DOCUMENTS = [
    document(id="leave", questions=["几天", "怎么算"]),
    document(id="wage", title="欠薪", sections={"正文": "先投诉"}),
]


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path)


def test_it_says_what_it_built(store: IndexStore, tokenizer: Tokenizer) -> None:
    result = build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    assert (result.built, result.documents, result.units) == (True, 2, 6)
    manifest = store.read_manifest(store.current_version())
    assert manifest.fingerprint == result.fingerprint
    assert (manifest.documents, manifest.units) == (2, 6)
    assert manifest.encoder == "fake:1"
    assert manifest.tokenizer == tokenizer.fingerprint


def test_units_and_vectors_stand_in_the_same_order(store: IndexStore, tokenizer: Tokenizer) -> None:
    encoder = FakeEncoder()
    build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    folder = store.current_version()
    units = [json.loads(line) for line in read_lines(folder / UNITS_FILE)]
    dense = faiss.read_index(str(folder / DENSE_FILE))
    assert dense.ntotal == len(units) == 6
    for position, unit in enumerate(units):
        expected = encoder.encode_queries([unit["text"]])[0]
        assert dense.reconstruct(position).tolist() == pytest.approx(expected.tolist())


def test_documents_are_kept_whole(store: IndexStore, tokenizer: Tokenizer) -> None:
    odd = document(id="odd", sections={"正文": "上\u2028下\n\x85"})
    build_index([odd], store, fake_encoder(), tokenizer)
    (line,) = read_lines(store.current_version() / DOCUMENTS_FILE)
    assert type(odd).model_validate_json(line) == odd


def test_the_same_again_is_not_built(store: IndexStore, tokenizer: Tokenizer) -> None:
    first = build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    version = store.current_version()
    again = build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    assert not again.built
    assert again.fingerprint == first.fingerprint
    assert store.current_version() == version


def test_a_change_is_built(store: IndexStore, tokenizer: Tokenizer, tmp_path: Path) -> None:
    dictionary = tmp_path / "other.txt"
    dictionary.write_text("欠薪 100\n", encoding="utf-8")
    build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    assert build_index(DOCUMENTS[:1], store, fake_encoder(), tokenizer).built
    changed = [DOCUMENTS[0].model_copy(update={"revision": "2"})]
    assert build_index(changed, store, fake_encoder(), tokenizer).built
    assert build_index(changed, store, fake_encoder(name="other"), tokenizer).built
    assert build_index(changed, store, fake_encoder(name="other"), Tokenizer(dictionary)).built


def test_a_damaged_index_is_built_anew(store: IndexStore, tokenizer: Tokenizer) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    (store.current_version() / UNITS_FILE).unlink()
    assert build_index(DOCUMENTS, store, fake_encoder(), tokenizer).built
    assert store.read_manifest(store.current_version()).units == 6


def test_an_encoder_that_fails_leaves_the_index_in_use(
    store: IndexStore, tokenizer: Tokenizer
) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), tokenizer)
    version = store.current_version()

    class Broken(FakeEncoder):
        def encode_passages(self, texts: list[str], *, progress: bool = False) -> None:  # type: ignore[override]
            raise MemoryError

    with pytest.raises(MemoryError):
        build_index(DOCUMENTS[:1], store, Broken(), tokenizer)  # type: ignore[arg-type]
    assert store.current_version() == version


def test_nothing_to_index_is_refused(store: IndexStore, tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="nothing to index"):
        build_index([], store, fake_encoder(), tokenizer)


def test_a_document_without_words_does_no_harm(store: IndexStore, tokenizer: Tokenizer) -> None:
    empty = document(id="empty", title="？", sections={"正文": "……"})
    assert build_index([empty, *DOCUMENTS], store, fake_encoder(), tokenizer).documents == 3
