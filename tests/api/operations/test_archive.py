import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.operations import archive
from api.operations.archive import DamagedBackupError
from api.operations.manifest import MANIFEST, Engine, FileEntry, Manifest, MemberName, file_name

NAME = TypeAdapter(MemberName)
CONTENT = b"words of workers" * 100


def manifest_of(files: dict[str, FileEntry]) -> Manifest:
    return Manifest(
        created_at=datetime(2026, 11, 26, 4, 50, tzinfo=UTC),
        program_version="1",
        engine=Engine.SQLITE,
        schema_revision="0001",
        index_version=None,
        key_check="k",
        counts={},
        missing=[],
        files=files,
    )


def write(target: Path, *, change: dict[str, bytes] | None = None) -> Manifest:
    with archive.writing(target) as writer:
        writer.add_bytes("database/gateway.db", CONTENT)
        writer.add_bytes("articles/工会/a.md", "文章".encode())
        manifest = manifest_of(dict(writer.files))
        for name, content in (change or {}).items():
            writer.add_bytes(name, content)
        writer.add_bytes(MANIFEST, manifest.model_dump_json().encode())
    return manifest


def test_what_was_added_comes_out_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    written = write(target)
    read = archive.verify(target)
    assert read == written
    archive.extract(target, read, tmp_path / "out")
    extracted = tmp_path / "out" / "articles" / "工会" / "a.md"
    assert extracted.read_text(encoding="utf-8") == "文章"
    assert [path.stat().st_mode & 0o777 for path in (target, extracted)] == [0o600, 0o600]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with archive.writing(tmp_path / "b.tar") as writer:
            writer.add_bytes("database/gateway.db", CONTENT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_not_an_error(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "b.tar") as writer:
        assert writer.add("attachments/a/b", tmp_path / "gone") is None
    assert writer.files == {}


@pytest.mark.parametrize(
    "place", [b"words of", "文章".encode(), b'"sha256"', b"database/gateway.db", b"ustar"]
)
def test_a_changed_byte_is_found(tmp_path: Path, place: bytes) -> None:
    target = tmp_path / "b.tar"
    write(target)
    content = bytearray(target.read_bytes())
    content[content.index(place)] ^= 1
    target.write_bytes(content)
    with pytest.raises(DamagedBackupError):
        archive.verify(target)


@pytest.mark.parametrize("size", [0, 100, 700, 3000])
def test_an_archive_that_is_cut_off_is_found(tmp_path: Path, size: int) -> None:
    target = tmp_path / "b.tar"
    write(target)
    target.write_bytes(target.read_bytes()[:size])
    with pytest.raises(DamagedBackupError):
        archive.verify(target)


@pytest.mark.parametrize("name", ["articles/more.md", "../outside", "/etc/passwd"])
def test_a_file_that_the_manifest_does_not_name_is_refused(tmp_path: Path, name: str) -> None:
    target = tmp_path / "b.tar"
    write(target, change={name: b"x"})
    with pytest.raises(DamagedBackupError, match="damaged"):
        archive.verify(target)


def test_a_link_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    write(target)
    with tarfile.open(target, "a") as tar:
        link = tarfile.TarInfo("articles/link.md")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(DamagedBackupError, match="not a plain file"):
        archive.verify(target)


def test_an_archive_that_changes_after_it_was_verified_is_not_extracted(tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    manifest = write(target)
    content = target.read_bytes().replace(b"workers", b"nobody!", 1)
    target.write_bytes(content)
    with pytest.raises(DamagedBackupError, match="changed while"):
        archive.extract(target, manifest, tmp_path / "out")


def test_a_manifest_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    with tarfile.open(target, "w") as tar:
        content = b'{"format": 2}'
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    with pytest.raises(DamagedBackupError, match="newer"):
        archive.verify(target)


@given(st.lists(st.sampled_from(["", ".", "..", "/", "a", "attachments", "database", "\0"])))
def test_no_name_leads_out_of_the_folders(parts: list[str]) -> None:
    name = "/".join(parts)
    try:
        NAME.validate_python(name)
    except ValidationError:
        return
    root = Path("/backup")
    inside = (root / name).resolve().relative_to(root)
    assert inside.parts[0] in {"attachments", "database"}
    assert len(inside.parts) > 1


def test_names_of_backups_sort_by_time() -> None:
    first, second = datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    assert file_name(first) == "union-20260930T230000Z.tar" < file_name(second)
