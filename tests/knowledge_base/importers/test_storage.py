from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.document import Document, DocumentKind
from knowledge_base.importers.refusal import ImportRefusedError
from knowledge_base.importers.storage import (
    ImportedSource,
    ImportedStore,
    StoredImportError,
    load_imported,
)

FILE = Path("收件/甲.docx")


def document(identifier: str = "jia", **changes: Any) -> Document:
    return Document(
        id=identifier,
        kind=DocumentKind.DRAFT,
        title="题",
        revision="0" * 12,
        verified=False,
        source="甲",
        sections={"正文": "文\u2028字"},
    ).model_copy(update=changes)


@pytest.fixture
def store(tmp_path: Path) -> ImportedStore:
    return ImportedStore(tmp_path / "imported")


def test_what_is_saved_is_loaded(store: ImportedStore) -> None:
    documents = [document("a"), document("b", chapter="第一章", effective_from=date(2020, 1, 1))]
    store.save(FILE, documents, {})
    assert load_imported(store.directory) == documents
    assert store.sources() == [ImportedSource("甲.docx", 2)]
    assert [path.name for path in store.directory.iterdir()] == ["甲.docx.jsonl"]


def test_nothing_is_imported_where_there_is_no_folder(store: ImportedStore) -> None:
    assert load_imported(store.directory) == []
    assert store.sources() == []


def test_importing_again_replaces(store: ImportedStore) -> None:
    store.save(FILE, [document("a"), document("b")], {})
    store.save(FILE, [document("b"), document("c")], {})
    assert [each.id for each in store.load()] == ["b", "c"]


def test_removing(store: ImportedStore) -> None:
    store.save(FILE, [document()], {})
    assert store.remove("甲.docx")
    assert not store.remove("甲.docx")
    assert not store.remove("../甲.docx")
    assert store.load() == []


@pytest.mark.parametrize(
    ("documents", "taken", "message"),
    [
        ([document("a"), document("a")], {}, "used by this file itself"),
        ([document("a")], {"a": "articles/a.md"}, "used by articles/a.md"),
        ([document("other")], {}, "used by 乙.docx; remove or rename"),
        (
            [document(effective_from=date(2024, 2, 1), effective_to=date(2024, 1, 1))],
            {},
            "contradict each other: 2024-02-01 to 2024-01-01",
        ),
    ],
)
def test_a_refusal_leaves_what_is_there(
    store: ImportedStore, documents: list[Document], taken: dict[str, str], message: str
) -> None:
    store.save(Path("乙.docx"), [document("other")], {})
    store.save(FILE, [document("old")], {})
    with pytest.raises(ImportRefusedError, match=message):
        store.save(FILE, documents, taken)
    assert {each.id for each in ImportedStore(store.directory).load()} == {"other", "old"}


def test_a_failure_while_writing_leaves_what_is_there(
    store: ImportedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(FILE, [document("old")], {})

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("knowledge_base.importers.storage.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        store.save(FILE, [document("new")], {})
    assert [each.id for each in store.load()] == ["old"]
    assert len(list(store.directory.iterdir())) == 1


@pytest.mark.parametrize("content", [b"{}\n", b"x\n", b"\xff\n"])
def test_a_damaged_file_is_named(store: ImportedStore, content: bytes) -> None:
    store.save(FILE, [document()], {})
    (path,) = store.directory.iterdir()
    path.write_bytes(content)
    with pytest.raises(StoredImportError, match=r"甲\.docx\.jsonl is damaged"):
        store.load()


def test_an_id_in_two_files_is_named(store: ImportedStore) -> None:
    store.save(FILE, [document()], {})
    (path,) = store.directory.iterdir()
    path.with_name("乙.md.jsonl").write_bytes(path.read_bytes())
    with pytest.raises(StoredImportError, match=r"乙.*'jia' is also in .*甲|甲.*'jia' .*乙"):
        store.load()


def test_long_and_decomposed_names(store: ImportedStore) -> None:
    long = Path("长" * 82 + ".md")
    store.save(long, [document("a")], {})
    store.save(Path("cafe\u0301.md"), [document("b")], {})
    assert all(len(path.name.encode()) < 256 for path in store.directory.iterdir())
    assert store.remove(long.name)
    assert store.remove("caf\u00e9.md")
