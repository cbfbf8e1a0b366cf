import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError

REBUILD = re.escape("python -m knowledge_base build")


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path / "index")


def add_version(store: IndexStore, name: str, content: str = "data") -> Path:
    with store.new_version(name) as folder:
        (folder / "bm25").mkdir()
        (folder / "data").write_text(content, encoding="utf-8")
        (folder / "bm25" / "words").write_text("w", encoding="utf-8")
        manifest = Manifest(
            created_at=datetime.now(UTC),
            fingerprint=name,
            encoder="e",
            probe=[1.0],
            tokenizer="t",
            documents=1,
            units=1,
            files=file_digests(folder),
        )
        (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(), encoding="utf-8")
    return store.directory / name


def names(store: IndexStore) -> list[str]:
    return sorted(path.name for path in store.directory.iterdir())


def test_without_an_index_the_way_to_build_is_told(store: IndexStore) -> None:
    with pytest.raises(IndexUnavailableError, match=REBUILD):
        store.current_version()


def test_a_new_version_is_the_one_in_use(store: IndexStore) -> None:
    version = add_version(store, "1")
    assert store.current_version() == version
    assert store.read_manifest(version).fingerprint == "1"
    assert add_version(store, "2") == store.current_version()


def test_a_version_is_not_in_use_before_it_is_whole(store: IndexStore) -> None:
    first = add_version(store, "1")
    with store.new_version("2") as folder:
        assert folder.is_dir()
        assert store.current_version() == first
    assert store.current_version().name == "2"


def test_a_failing_build_leaves_everything_as_it_was(store: IndexStore) -> None:
    first = add_version(store, "1")
    before = names(store)

    def fail() -> None:
        with store.new_version("2") as folder:
            (folder / "data").write_text("half", encoding="utf-8")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        fail()
    assert store.current_version() == first
    assert store.read_manifest(first).fingerprint == "1"
    assert names(store) == before


def test_a_failing_first_build_leaves_no_index(store: IndexStore) -> None:
    def fail() -> None:
        with store.new_version("1"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(store) == []
    with pytest.raises(IndexUnavailableError):
        store.current_version()


def test_old_versions_are_removed(store: IndexStore) -> None:
    for name in "12345":
        add_version(store, name)
    assert names(store) == ["3", "4", "5", "CURRENT"]


def test_the_version_in_use_stays_even_when_the_clock_went_back(store: IndexStore) -> None:
    for name in ("7", "8", "9", "1"):
        add_version(store, name)
    assert store.current_version().name == "1"
    assert names(store) == ["1", "8", "9", "CURRENT"]


def test_other_folders_are_left_alone(store: IndexStore) -> None:
    (store.directory / "0-notes").mkdir(parents=True)
    for name in "12345":
        add_version(store, name)
    assert "0-notes" in names(store)


@pytest.mark.parametrize(
    "pointer", [b"", b"\n", b"2\n", b"..", b".", b"../1", b"1/bm25", b"/tmp", b"\xff", b"\x00"]
)
def test_a_current_that_names_no_version_here_is_refused(store: IndexStore, pointer: bytes) -> None:
    add_version(store, "1")
    (store.directory / "CURRENT").write_bytes(pointer)
    with pytest.raises(CorruptIndexError, match=REBUILD):
        store.current_version()


def _truncate(version: Path) -> None:
    (version / "data").write_bytes(b"da")


def _change(version: Path) -> None:
    (version / "data").write_bytes(b"dat4")


def _remove(version: Path) -> None:
    (version / "bm25" / "words").unlink()


def _add(version: Path) -> None:
    (version / "bm25" / "extra").write_bytes(b"")


def _add_second_manifest(version: Path) -> None:
    (version / "bm25" / MANIFEST_FILE).write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_truncate, "(data)"),
        (_change, "(data)"),
        (_remove, "(bm25/words)"),
        (_add, "(bm25/extra)"),
        (_add_second_manifest, f"(bm25/{MANIFEST_FILE})"),
    ],
)
def test_damage_is_refused_with_the_files_name(
    store: IndexStore, damage: Callable[[Path], None], named: str
) -> None:
    version = add_version(store, "1")
    damage(version)
    with pytest.raises(CorruptIndexError, match=REBUILD) as caught:
        store.read_manifest(version)
    assert named in str(caught.value)


@pytest.mark.parametrize("manifest", [None, b"", b"{}", b"\xff"])
def test_a_missing_or_damaged_manifest_is_refused(
    store: IndexStore, manifest: bytes | None
) -> None:
    version = add_version(store, "1")
    (version / MANIFEST_FILE).unlink()
    if manifest is not None:
        (version / MANIFEST_FILE).write_bytes(manifest)
    with pytest.raises(CorruptIndexError, match=REBUILD):
        store.read_manifest(version)
