import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests
from knowledge_base.index.pointer import Pointer
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError

REBUILD = re.escape("python -m knowledge_base build")


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path / "index")


def add_version(store: IndexStore, name: str, content: str = "data") -> Path:
    with store.writing() as writer, writer.new_version(name) as folder:
        (folder / "lexical").mkdir()
        (folder / "data").write_text(content, encoding="utf-8")
        (folder / "lexical" / "words").write_text("w", encoding="utf-8")
        manifest = Manifest(
            created_at=datetime.now(UTC),
            fingerprint=name,
            encoder="e",
            probe=[1.0],
            analysers={"words": "t"},
            code="c",
            documents=1,
            units=1,
            files=file_digests(folder),
        )
        (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(), encoding="utf-8")
    return store.directory / name


def names(store: IndexStore) -> list[str]:
    return sorted(path.name for path in store.directory.iterdir() if path.name != ".lock")


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
    with store.writing() as writer, writer.new_version("2") as folder:
        assert folder.is_dir()
        assert store.current_version() == first
    assert store.current_version().name == "2"


def test_a_failing_build_leaves_everything_as_it_was(store: IndexStore) -> None:
    first = add_version(store, "1")
    before = names(store)

    def fail() -> None:
        with store.writing() as writer, writer.new_version("2") as folder:
            (folder / "data").write_text("half", encoding="utf-8")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        fail()
    assert store.current_version() == first
    assert store.read_manifest(first).fingerprint == "1"
    assert names(store) == before


def test_a_failing_first_build_leaves_no_index(store: IndexStore) -> None:
    def fail() -> None:
        with store.writing() as writer, writer.new_version("1"):
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


def test_the_versions_last_in_use_stay_even_when_the_clock_went_back(store: IndexStore) -> None:
    for name in ("7", "8", "9", "1"):
        add_version(store, name)
    assert store.current_version().name == "1"
    assert names(store) == ["1", "8", "9", "CURRENT"]


def test_a_damaged_current_does_not_stop_the_next_build(store: IndexStore) -> None:
    add_version(store, "1")
    (store.directory / "CURRENT").write_bytes(b"")
    assert add_version(store, "2") == store.current_version()


def test_other_folders_are_left_alone(store: IndexStore) -> None:
    (store.directory / "0-notes").mkdir(parents=True)
    for name in "12345":
        add_version(store, name)
    assert "0-notes" in names(store)


@pytest.mark.parametrize(
    "name",
    ["", "\n", "2", "..", ".", "../1", "1/lexical", "/tmp", "\x00"],  # noqa: S108
)
def test_a_current_that_names_no_version_here_is_refused(store: IndexStore, name: str) -> None:
    add_version(store, "1")
    (store.directory / "CURRENT").write_text(json.dumps({"in_use": name}), encoding="utf-8")
    with pytest.raises(CorruptIndexError, match=REBUILD):
        store.current_version()


@pytest.mark.parametrize("pointer", [b"", b"1\n", b"{}", b"\xff", b"\x00"])
def test_a_damaged_current_is_refused(store: IndexStore, pointer: bytes) -> None:
    add_version(store, "1")
    (store.directory / "CURRENT").write_bytes(pointer)
    with pytest.raises(CorruptIndexError, match=REBUILD):
        store.current_version()


def _truncate(version: Path) -> None:
    (version / "data").write_bytes(b"da")


def _change(version: Path) -> None:
    (version / "data").write_bytes(b"dat4")


def _remove(version: Path) -> None:
    (version / "lexical" / "words").unlink()


def _add(version: Path) -> None:
    (version / "lexical" / "extra").write_bytes(b"")


def _add_second_manifest(version: Path) -> None:
    (version / "lexical" / MANIFEST_FILE).write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_truncate, "(data)"),
        (_change, "(data)"),
        (_remove, "(lexical/words)"),
        (_add, "(lexical/extra)"),
        (_add_second_manifest, f"(lexical/{MANIFEST_FILE})"),
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


def test_the_versions_are_listed_newest_first(store: IndexStore) -> None:
    with pytest.raises(IndexUnavailableError):
        store.versions()
    for name in "12":
        add_version(store, name)
    second, first = store.versions()
    assert (first.name, second.name) == ("1", "2")
    assert (first.in_use, second.in_use) == (False, True)
    assert (second.documents, second.units, second.fingerprint) == (1, 1, "2")
    assert first.created_at < second.created_at


def test_a_version_without_a_readable_manifest_is_not_listed(store: IndexStore) -> None:
    for name in "12":
        add_version(store, name)
    (store.directory / "1" / MANIFEST_FILE).write_bytes(b"")
    assert [version.name for version in store.versions()] == ["2"]


def test_rolling_back_goes_one_version_back_each_time(store: IndexStore) -> None:
    for name in "123":
        add_version(store, name)
    assert store.roll_back() == "2"
    assert store.current_version().name == "2"
    assert store.roll_back() == "1"
    assert [(v.name, v.in_use, v.rolled_back_from) for v in store.versions()] == [
        ("3", False, True),
        ("2", False, False),
        ("1", True, False),
    ]
    with pytest.raises(IndexUnavailableError, match="no earlier version"):
        store.roll_back()
    assert store.current_version().name == "1"


def test_a_build_after_a_roll_back_is_in_use(store: IndexStore) -> None:
    for name in "123":
        add_version(store, name)
    store.roll_back()
    add_version(store, "4")
    assert store.pointer() == Pointer(in_use="4", earlier=("2", "1"))


def test_after_a_roll_back_the_bad_version_is_never_gone_back_to(store: IndexStore) -> None:
    for name in ("good", "bad"):
        add_version(store, name)
    store.roll_back()
    add_version(store, "bad-again")
    assert store.roll_back() == "good"
    assert "bad" not in names(store)


def test_a_damaged_version_is_passed_over(store: IndexStore) -> None:
    for name in "123":
        add_version(store, name)
    _change(store.directory / "2")
    assert store.roll_back() == "1"


@pytest.mark.parametrize("built", [0, 1])
def test_without_an_earlier_version_nothing_is_rolled_back(store: IndexStore, built: int) -> None:
    for name in "1"[:built]:
        add_version(store, name)
    with pytest.raises(IndexUnavailableError):
        store.roll_back()
