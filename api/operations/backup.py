"""A backup of a deployment, taken while it runs.

The database is copied first, in one snapshot, then the files that its rows speak of. A file is on
the disk before its row is committed and is never changed, so whatever the copied rows speak of
can be copied after them; only what was erased in between is missing, and is named.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from api.attachments.storage import Storage
from api.operations.archive import ArchiveWriter, writing
from api.operations.databases import Copy, copy_database, engine_of
from api.operations.failures import OperationError
from api.operations.manifest import ATTACHMENTS, KEYS, MANIFEST, Engine, Manifest, file_name
from api.operations.program import program_version
from api.operations.sources import Sources
from api.storage.models import now
from knowledge_base.index.pointer import CURRENT_FILE

_SCRATCH = ".union-backup-"
_SPARE_BYTES = 256 * 1024**2
_SHOWN_MISSING = 20


@dataclass(frozen=True)
class Backup:
    """A finished backup."""

    file: Path
    manifest: Manifest

    def lines(self) -> Iterator[str]:
        """What an operator is told."""
        manifest = self.manifest
        yield f"{self.file}: {self.file.stat().st_size / 1e6:.1f} MB, {len(manifest.files)} files"
        yield "  " + ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
        for name in manifest.missing[:_SHOWN_MISSING]:
            yield f"  missing: {name}"
        if len(manifest.missing) > _SHOWN_MISSING:
            yield f"  missing: {len(manifest.missing) - _SHOWN_MISSING} more, in the manifest"
        if KEYS not in manifest.files:
            yield "  without keys: keep UNION_SECRET_KEY and UNION_MEMBER_KEYS elsewhere"


async def back_up(
    sources: Sources,
    target: Path,
    *,
    key_check: str,
    sealed_keys: bytes | None = None,
    clock: Callable[[], datetime] = now,
) -> Backup:
    """Write a backup: into a folder under a name that tells the time, or to a file.
    ``sealed_keys``: see ``api.operations.keys``; None: a backup without keys.

    Raises ``OperationError``; then there is no file.
    """
    created_at = clock()
    file = _place_for(target, created_at)
    _require_room(sources, file.parent)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=_SCRATCH) as scratch:
            copy = await copy_database(sources.database_url, Path(scratch))
            manifest = await asyncio.to_thread(
                _write, file, copy, sources, sealed_keys, key_check, created_at
            )
    except OSError as error:
        raise OperationError(f"{file} was not written: {error.strerror or error}") from error
    return Backup(file, manifest)


def _place_for(target: Path, created_at: datetime) -> Path:
    file = target / file_name(created_at) if target.is_dir() else target
    if file.exists():
        raise OperationError(f"{file} is there already")
    if not file.parent.is_dir():
        raise OperationError(f"there is no folder {file.parent}")
    return file


def _require_room(sources: Sources, folder: Path) -> None:
    """The copy of the database stands beside the archive until it is in it."""
    copied = (sources.attachments, *sources.folders.values())
    needed = _SPARE_BYTES + sum(_size(path) for path in copied)
    if engine_of(sources.database_url) is Engine.SQLITE:
        needed += 2 * _size(Path(make_url(sources.database_url).database or ""))
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OperationError(
            f"{folder} has {free / 1e6:.0f} MB free, the backup needs {needed / 1e6:.0f} MB"
        )


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _write(
    file: Path,
    copy: Copy,
    sources: Sources,
    sealed_keys: bytes | None,
    key_check: str,
    created_at: datetime,
) -> Manifest:
    with writing(file) as archive:
        archive.add(copy.engine.member, copy.file)
        missing = _add_attachments(archive, copy, sources)
        for name, folder in sources.folders.items():
            _add_folder(archive, name, folder)
        if sealed_keys is not None:
            archive.add_bytes(KEYS, sealed_keys)
        manifest = Manifest(
            created_at=created_at,
            program_version=program_version(),
            engine=copy.engine,
            schema_revision=copy.contents.schema_revision,
            index_version=sources.index_version(),
            key_check=key_check,
            counts=dict(copy.contents.counts),
            missing=missing,
            files=archive.files,
        )
        archive.add_bytes(MANIFEST, manifest.model_dump_json(indent=1).encode())
    return manifest


def _add_attachments(archive: ArchiveWriter, copy: Copy, sources: Sources) -> list[str]:
    """Returns the names of those that are missing, or not what was stored."""
    storage = Storage(sources.attachments)
    missing = []
    for stored in copy.contents.stored_files:
        found = storage.find(stored.attachment_id)
        name = f"{ATTACHMENTS}/{stored.attachment_id[-2:]}/{stored.attachment_id}"
        entry = archive.add(name, found[0]) if found else None
        if entry is None:
            missing.append(name)
        elif stored.sha256 not in (None, entry.sha256):
            missing.append(f"{name} (not what was stored)")
    return missing


def _add_folder(archive: ArchiveWriter, name: str, folder: Path) -> None:
    """``CURRENT`` is read before the rest is looked for: the version that it names never changes
    and stays for ten more, while a later ``CURRENT`` could name one that was not copied."""
    archive.add(f"{name}/{CURRENT_FILE}", folder / CURRENT_FILE)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        is_plain = path.is_file() and not path.is_symlink()
        if is_plain and inside.as_posix() != CURRENT_FILE and not _is_passing(inside):
            archive.add(f"{name}/{inside.as_posix()}", path)


def _is_passing(path: Path) -> bool:
    """What a publication is just making, and locks; imports that wait for one are kept."""
    return path.name.startswith(".") or path.parts[0].startswith(".staged-")
