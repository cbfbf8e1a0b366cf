import shutil
from pathlib import Path

import pytest

from knowledge_base.index import loader
from knowledge_base.index.builder import build_index
from knowledge_base.index.layout import DENSE_FILE
from knowledge_base.index.loader import load_index
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.retrieval.lexical import LexicalIndex
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.units import all_units
from tests.knowledge_base.samples import document, fake_encoder

DOCUMENTS = [
    document(
        id="leave",
        questions=["几天", "怎么算"],
        sections={"一句话回答": "看工龄", "正文": "满一年的有五天"},
    ),
    document(
        id="wage", title="欠薪", sections={"一句话回答": "有办法", "正文": "先投诉\u2028再仲裁"}
    ),
]
REBUILD = "rebuild it with `python -m knowledge_base build`"


@pytest.fixture
def store(tmp_path: Path, tokenizer: Tokenizer) -> IndexStore:
    made = IndexStore(tmp_path)
    build_index(DOCUMENTS, made, fake_encoder(), [tokenizer])
    return made


def test_what_was_built_is_loaded(store: IndexStore, tokenizer: Tokenizer) -> None:
    index = load_index(store, fake_encoder(), [tokenizer])
    assert index.documents == DOCUMENTS
    assert index.positions == {"leave": 0, "wage": 1}
    assert index.units == all_units(DOCUMENTS)
    assert index.unit_documents.tolist() == [0, 0, 0, 0, 1, 1]
    assert [units.tolist() for units in index.document_units] == [[0, 1, 2, 3], [4, 5]]
    assert len(index.dense) == 6
    assert index.lexical["words"].scores(["投诉"]).argmax() == 1


def test_nothing_built_yet(tmp_path: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(IndexUnavailableError):
        load_index(IndexStore(tmp_path / "none"), fake_encoder(), [tokenizer])


def test_an_encoder_of_another_size_is_refused(store: IndexStore, tokenizer: Tokenizer) -> None:
    with pytest.raises(CorruptIndexError) as caught:
        load_index(store, fake_encoder(dimension=9), [tokenizer])
    assert "8 dimensions" in str(caught.value)
    assert REBUILD in str(caught.value)


def test_an_encoder_that_behaves_otherwise_is_refused(
    store: IndexStore, tokenizer: Tokenizer
) -> None:
    with pytest.raises(CorruptIndexError) as caught:
        load_index(store, fake_encoder(name="other"), [tokenizer])
    assert "fake:1" in str(caught.value)
    assert "other" in str(caught.value)
    assert REBUILD in str(caught.value)


def test_another_dictionary_is_refused(store: IndexStore, tmp_path: Path) -> None:
    dictionary = tmp_path / "other.txt"
    dictionary.write_text("欠薪 100\n", encoding="utf-8")
    with pytest.raises(CorruptIndexError, match="analyser words") as caught:
        load_index(store, fake_encoder(), [Tokenizer(dictionary)])
    assert REBUILD in str(caught.value)


def test_a_damaged_index_is_refused(store: IndexStore, tokenizer: Tokenizer) -> None:
    (store.current_version() / DENSE_FILE).write_bytes(b"")
    with pytest.raises(CorruptIndexError, match=DENSE_FILE):
        load_index(store, fake_encoder(), [tokenizer])


def test_questions_are_not_held_twice(store: IndexStore, tokenizer: Tokenizer) -> None:
    index = load_index(store, fake_encoder(), [tokenizer])
    assert index.units[0].text is index.documents[0].questions[0]


def test_units_that_this_program_would_cut_otherwise_are_refused(
    store: IndexStore, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "all_units", lambda documents: all_units(documents)[:-1])
    with pytest.raises(CorruptIndexError, match="another version of this program"):
        load_index(store, fake_encoder(), [tokenizer])


def test_a_version_that_is_replaced_and_removed_while_it_is_read_does_no_harm(
    store: IndexStore, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = store.current_version()
    read = LexicalIndex.load

    def interrupted(directory: Path) -> LexicalIndex:
        if directory.is_relative_to(old):
            build_index(DOCUMENTS[:1], store, fake_encoder(), [tokenizer])
            shutil.rmtree(old)
        return read(directory)

    monkeypatch.setattr(LexicalIndex, "load", interrupted)
    index = load_index(store, fake_encoder(), [tokenizer])
    assert index.documents == DOCUMENTS[:1]
    assert index.version == store.current_version().name != old.name


def test_what_is_loaded_outlives_its_files(store: IndexStore, tokenizer: Tokenizer) -> None:
    index = load_index(store, fake_encoder(), [tokenizer])
    shutil.rmtree(store.directory)
    vector = fake_encoder().encode_queries([index.units[3].text])[0]
    assert index.dense.nearest(vector, 1).tolist() == [3]
    assert index.lexical["words"].scores(["投诉"]).argmax() == 1
