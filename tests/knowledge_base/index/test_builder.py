from pathlib import Path

import faiss
import pytest

from knowledge_base.index.builder import build_index
from knowledge_base.index.layout import DENSE_FILE, DOCUMENTS_FILE
from knowledge_base.index.lines import read_lines
from knowledge_base.index.loader import load_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.units import all_units, units_of
from tests.knowledge_base.samples import FakeEncoder, Letters, document, fake_encoder

DOCUMENTS = [
    document(
        id="leave",
        questions=["几天", "怎么算"],
        sections={"一句话回答": "看工龄", "正文": "满一年的有五天"},
    ),
    document(id="wage", title="欠薪", sections={"一句话回答": "有办法", "正文": "先投诉"}),
]


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path)


def test_it_says_what_it_built(store: IndexStore, tokenizer: Tokenizer) -> None:
    result = build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    assert (result.built, result.documents, result.units) == (True, 2, 6)
    manifest = store.read_manifest(store.current_version())
    assert manifest.fingerprint == result.fingerprint
    assert (manifest.documents, manifest.units) == (2, 6)
    assert manifest.encoder == "fake:1"
    assert manifest.analysers == {"words": tokenizer.fingerprint}


def test_units_and_vectors_stand_in_the_same_order(store: IndexStore, tokenizer: Tokenizer) -> None:
    encoder = FakeEncoder()
    build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    units = all_units(DOCUMENTS)
    dense = faiss.read_index(str(store.current_version() / DENSE_FILE))
    assert dense.ntotal == len(units) == 6
    for position, unit in enumerate(units):
        expected = encoder.encode_queries([unit.text])[0]
        assert dense.reconstruct(position).tolist() == pytest.approx(expected.tolist())


def test_documents_are_kept_whole(store: IndexStore, tokenizer: Tokenizer) -> None:
    odd = document(id="odd", sections={"正文": "上\u2028下\n\x85"})
    build_index([odd], store, fake_encoder(), [tokenizer])
    (line,) = read_lines(store.current_version() / DOCUMENTS_FILE)
    assert type(odd).model_validate_json(line) == odd


def test_the_same_again_is_not_built(store: IndexStore, tokenizer: Tokenizer) -> None:
    first = build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    version = store.current_version()
    again = build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    assert not again.built
    assert again.fingerprint == first.fingerprint
    assert store.current_version() == version


def test_a_change_is_built(store: IndexStore, tokenizer: Tokenizer, tmp_path: Path) -> None:
    dictionary = tmp_path / "other.txt"
    dictionary.write_text("欠薪 100\n", encoding="utf-8")
    build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    assert build_index(DOCUMENTS[:1], store, fake_encoder(), [tokenizer]).built
    changed = [DOCUMENTS[0].model_copy(update={"revision": "2"})]
    assert build_index(changed, store, fake_encoder(), [tokenizer]).built
    assert build_index(changed, store, fake_encoder(name="other"), [tokenizer]).built
    assert build_index(changed, store, fake_encoder(name="other"), [Tokenizer(dictionary)]).built


def test_a_damaged_index_is_built_anew(store: IndexStore, tokenizer: Tokenizer) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    (store.current_version() / DENSE_FILE).unlink()
    assert build_index(DOCUMENTS, store, fake_encoder(), [tokenizer]).built
    assert store.read_manifest(store.current_version()).units == 6


def test_an_encoder_that_fails_leaves_the_index_in_use(
    store: IndexStore, tokenizer: Tokenizer
) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [tokenizer])
    version = store.current_version()

    class Broken(FakeEncoder):
        def encode_passages(self, texts: list[str], *, progress: bool = False) -> None:  # type: ignore[override]
            raise MemoryError

    with pytest.raises(MemoryError):
        build_index([document(id="new", title="新")], store, Broken(), [tokenizer])  # type: ignore[arg-type]
    assert store.current_version() == version


def test_nothing_to_index_is_refused(store: IndexStore, tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="nothing to index"):
        build_index([], store, fake_encoder(), [tokenizer])


def test_a_document_without_words_does_no_harm(store: IndexStore, tokenizer: Tokenizer) -> None:
    empty = document(id="empty", title="？", sections={"正文": "……"})
    assert build_index([empty, *DOCUMENTS], store, fake_encoder(), [tokenizer]).documents == 3


def test_only_what_changed_is_encoded_and_analysed(store: IndexStore) -> None:
    first = build_index(DOCUMENTS, store, fake_encoder(), [Letters()])
    assert (first.encoded, first.reused) == (6, 0)
    leave, wage = DOCUMENTS
    changed = wage.model_copy(update={"revision": "2", "questions": ["欠薪找谁"]})
    encoder, analyser = FakeEncoder(), Letters()
    result = build_index([leave, changed], store, encoder, [analyser])  # type: ignore[arg-type]
    assert encoder.encoded == ["欠薪找谁"]
    assert (result.encoded, result.reused) == (1, 6)
    assert analyser.analysed == [unit.text for unit in units_of(changed)]


def test_an_incremental_build_gives_the_same_index_as_a_full_one(
    store: IndexStore, tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer
) -> None:
    analysers = [tokenizer, Letters()]
    leave, wage = DOCUMENTS
    changed = wage.model_copy(update={"questions": ["欠薪找谁"], "revision": "2"})
    new = document(id="new", title="体检", questions=["体检要钱吗"])
    build_index(DOCUMENTS, store, fake_encoder(), analysers)
    build_index([new, changed, leave], store, fake_encoder(), analysers)
    full = IndexStore(tmp_path_factory.mktemp("full"))
    build_index([new, changed, leave], full, fake_encoder(), analysers)
    ours, theirs = (load_index(each, fake_encoder(), analysers) for each in (store, full))
    assert ours.manifest.fingerprint == theirs.manifest.fingerprint
    assert ours.units == theirs.units
    everything = list(range(len(ours.units)))
    assert (ours.dense.vectors_of(everything) == theirs.dense.vectors_of(everything)).all()
    for name, terms in (("words", ["欠薪", "体检"]), ("letters", ["欠", "检"])):
        assert ours.lexical[name].scores(terms).tolist() == pytest.approx(
            theirs.lexical[name].scores(terms).tolist()
        )


def test_a_text_that_moved_to_another_document_is_not_encoded_again(store: IndexStore) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [])
    renamed = DOCUMENTS[0].model_copy(update={"id": "renamed"})
    assert build_index([renamed, DOCUMENTS[1]], store, fake_encoder(), []).encoded == 0


def test_with_another_encoder_everything_is_encoded(store: IndexStore) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [])
    result = build_index(DOCUMENTS, store, fake_encoder(name="other"), [])
    assert (result.encoded, result.reused) == (6, 0)


def test_an_encoder_of_the_same_name_that_does_otherwise_takes_nothing_over(
    store: IndexStore,
) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [])
    impostor = FakeEncoder(name="other")
    impostor.fingerprint = FakeEncoder().fingerprint
    result = build_index(DOCUMENTS[:1], store, impostor, [])  # type: ignore[arg-type]
    assert (result.encoded, result.reused) == (4, 0)


def test_another_analyser_analyses_everything_but_encodes_nothing(store: IndexStore) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [Letters()])
    analyser = Letters(fingerprint="letters:2")
    result = build_index(DOCUMENTS, store, fake_encoder(), [analyser])
    assert (result.built, result.encoded, result.reused) == (True, 0, 6)
    assert len(analyser.analysed) == 6


def test_from_a_damaged_index_nothing_is_taken_over(store: IndexStore) -> None:
    build_index(DOCUMENTS, store, fake_encoder(), [])
    with (store.current_version() / DENSE_FILE).open("ab") as file:
        file.write(b"x")
    assert build_index(DOCUMENTS, store, fake_encoder(), []).encoded == 6


def test_a_change_of_content_is_built_even_with_the_same_revision(store: IndexStore) -> None:
    build_index([document()], store, fake_encoder(), [])
    same_revision = document(source="新条例")
    assert build_index([same_revision], store, fake_encoder(), []).built


def test_building_what_a_roll_back_went_to_ends_the_roll_back(store: IndexStore) -> None:
    build_index(DOCUMENTS[:1], store, fake_encoder(), [])
    build_index(DOCUMENTS, store, fake_encoder(), [])
    store.roll_back()
    assert not build_index(DOCUMENTS[:1], store, fake_encoder(), []).built
    assert store.pointer().rolled_back_from is None


def test_a_build_after_a_roll_back_serves_the_documents_again(store: IndexStore) -> None:
    build_index(DOCUMENTS[:1], store, fake_encoder(), [])
    bad = build_index(DOCUMENTS, store, fake_encoder(), [])
    store.roll_back()
    again = build_index(DOCUMENTS, store, fake_encoder(), [])
    assert again.built
    assert again.fingerprint == bad.fingerprint
    assert store.read_manifest(store.current_version()).documents == 2
