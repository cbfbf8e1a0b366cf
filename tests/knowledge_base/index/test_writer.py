"""What only a writer does; what comes of it is tested with the store."""

from pathlib import Path

import pytest

from knowledge_base.index.manifest import MANIFEST_FILE
from knowledge_base.index.pointer import Pointer
from knowledge_base.index.writer import IndexWriter


@pytest.fixture
def writer(tmp_path: Path) -> IndexWriter:
    return IndexWriter(tmp_path, None)


def add(writer: IndexWriter, name: str) -> None:
    with writer.new_version(name) as folder:
        (folder / MANIFEST_FILE).write_bytes(b"{}")


def test_each_version_remembers_the_two_before_it(writer: IndexWriter) -> None:
    for name in "1234":
        add(writer, name)
    assert writer.pointer == Pointer(in_use="4", earlier=("3", "2"))


def test_what_killed_processes_left_behind_is_removed(writer: IndexWriter, tmp_path: Path) -> None:
    add(writer, "1")
    for left_over in (".building-x", ".removing-0"):
        (tmp_path / left_over / "2").mkdir(parents=True)
    IndexWriter(tmp_path, writer.pointer)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "CURRENT"]


def test_a_roll_back_ends_when_its_version_is_built_anew(writer: IndexWriter) -> None:
    add(writer, "1")
    writer.end_roll_back()
    assert writer.pointer == Pointer(in_use="1")
    writer.point_to(Pointer(in_use="1", rolled_back_from="2"))
    writer.end_roll_back()
    assert writer.pointer == Pointer(in_use="1")


def test_without_a_version_no_roll_back_ends(writer: IndexWriter, tmp_path: Path) -> None:
    writer.end_roll_back()
    assert list(tmp_path.iterdir()) == []
