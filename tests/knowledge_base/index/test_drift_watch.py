import os
from pathlib import Path

import pytest

from knowledge_base.collection import load_collection
from knowledge_base.index import drift_watch
from knowledge_base.index.drift_watch import DriftWatch
from tests.knowledge_base.samples import document


def write(path: Path, *titles: str) -> None:
    """Write a collection with one document per title, as of another time than before."""
    lines = [
        f'{{"id": "{title}", "title": "{title}", "text": "", "source": ""}}' for title in titles
    ]
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text("\n".join(lines), encoding="utf-8")
    os.utime(path, ns=(before + 1, before + 1))


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    path = tmp_path / "documents.jsonl"
    write(path, "leave", "wage")
    return path


def test_nothing_is_said_without_a_difference(
    collection: Path, caplog: pytest.LogCaptureFixture
) -> None:
    DriftWatch(collection).look("v1", load_collection(collection).documents)
    assert caplog.text == ""


def test_each_difference_is_said_once(collection: Path, caplog: pytest.LogCaptureFixture) -> None:
    indexed = load_collection(collection).documents
    watch = DriftWatch(collection, interval=0)
    write(collection, "leave", "wage", "care")
    watch.look("v1", indexed)
    assert "v1 differs" in caplog.text
    assert "1 added (care)" in caplog.text
    assert "python -m knowledge_base build" in caplog.text
    watch.look("v1", indexed)
    assert len(caplog.records) == 1
    write(collection, "leave")
    watch.look("v1", indexed)
    assert "1 removed (wage)" in caplog.records[1].message
    watch.look("v2", load_collection(collection).documents)
    assert len(caplog.records) == 2


def test_documents_are_read_only_when_something_may_have_changed(
    collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed = load_collection(collection).documents
    reads: list[Path] = []

    def counted(path: Path) -> object:
        reads.append(path)
        return load_collection(path)

    monkeypatch.setattr(drift_watch, "load_collection", counted)
    watch = DriftWatch(collection, interval=0)
    for _ in range(3):
        watch.look("v1", indexed)
    assert len(reads) == 1
    write(collection, "leave", "wage")
    watch.look("v1", indexed)
    watch.look("v2", indexed)
    assert len(reads) == 3


def test_it_looks_seldom(collection: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = DriftWatch(collection)
    watch.look("v1", load_collection(collection).documents)
    watch.look("v1", [document()])
    assert caplog.text == ""


def test_unreadable_documents_are_said_once(
    collection: Path, caplog: pytest.LogCaptureFixture
) -> None:
    collection.write_text("{", encoding="utf-8")
    watch = DriftWatch(collection, interval=0)
    for _ in range(2):
        watch.look("v1", [])
    assert [record.message for record in caplog.records] == [
        f"the documents cannot be compared with the index: {collection}:1: [json] "
        "Invalid JSON: EOF while parsing an object at line 1 column 1"
    ]


def test_no_failure_of_reading_gets_out(
    collection: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(path: Path) -> object:
        raise KeyError("half-written register")

    monkeypatch.setattr(drift_watch, "load_collection", fail)
    DriftWatch(collection).look("v1", [])
    assert "half-written register" in caplog.text
