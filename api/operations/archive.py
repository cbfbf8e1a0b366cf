"""A backup as one tar file, written and read in one pass, with a digest of every file.

Python's ``tarfile`` reads and writes the format; what is extracted where is decided here, so that
no name, link or device of a foreign archive has a say.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from pydantic import ValidationError

from api.operations.failures import OperationError
from api.operations.manifest import MANIFEST, FileEntry, Manifest

_CHUNK = 1024 * 1024
_PRIVATE_FILE = 0o600
_PRIVATE_DIRECTORY = 0o700
_MANIFEST_MAX_BYTES = 512 * 1024**2
"""A million attachments take a quarter of it."""


class DamagedBackupError(OperationError):
    """The archive is not what its manifest says."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class _Hashing(io.RawIOBase):
    """Passes a file on to ``tarfile`` and computes its digest on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest: _Hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        chunk = self._source.read(size)
        self.digest.update(chunk)
        return chunk


class ArchiveWriter:
    """Adds files; keeps what the manifest has to say of them."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: dict[str, FileEntry] = {}

    def add(self, name: str, path: Path) -> FileEntry | None:
        """Add a file; None if there is none. Raises ``OSError``, also if it shrinks meanwhile."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return None
        with source:
            return self._add(name, source, os.fstat(source.fileno()).st_size)

    def add_bytes(self, name: str, content: bytes) -> FileEntry:
        """Add a file that is in memory."""
        return self._add(name, io.BytesIO(content), len(content))

    def _add(self, name: str, source: IO[bytes], size: int) -> FileEntry:
        hashing = _Hashing(source)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, _PRIVATE_FILE
        self._tar.addfile(info, hashing)
        entry = FileEntry(size=size, sha256=hashing.digest.hexdigest())
        if name != MANIFEST:
            self.files[name] = entry
        return entry


@contextmanager
def writing(target: Path) -> Iterator[ArchiveWriter]:
    """An archive that stands at ``target`` once the block has ended well, complete and on the
    disk; nothing is left of it otherwise. Raises ``OSError``."""
    part = target.with_name(f".{target.name}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, _PRIVATE_FILE)
    try:
        with open(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        sync_directory(target.parent)
    finally:
        part.unlink(missing_ok=True)


def verify(archive: Path) -> Manifest:
    """Read the whole archive and compare it with its manifest.

    Raises ``DamagedBackupError``, and ``OSError``.
    """
    found: dict[str, FileEntry] = {}
    manifest: Manifest | None = None
    with _reading(archive):
        for name, size, content in _members(archive):
            if name in found or manifest is not None:
                raise DamagedBackupError(f"{archive}: {name!r} does not belong here")
            if name == MANIFEST:
                manifest = _read_manifest(archive, content, size)
            else:
                found[name] = FileEntry(size=size, sha256=_copy(content, lambda _: None))
    if manifest is None:
        raise DamagedBackupError(f"{archive} has no manifest: it is cut off, or not a backup")
    if found != manifest.files:
        names = sorted(
            name
            for name in found.keys() | manifest.files.keys()
            if found.get(name) != manifest.files.get(name)
        )
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        raise DamagedBackupError(f"{archive} is damaged: {shown}")
    return manifest


def extract(archive: Path, manifest: Manifest, into: Path) -> None:
    """Write the files of a verified archive below a folder, for their owner only.

    Each is compared again while it is written: the archive may have been changed in between.
    Raises ``DamagedBackupError``, and ``OSError``.
    """
    left = dict(manifest.files)
    with _reading(archive):
        for name, _, content in _members(archive):
            if name == MANIFEST:
                continue
            entry = left.pop(name, None)
            if entry is None:
                raise DamagedBackupError(f"{archive}: {name!r} does not belong here")
            if _write(content, into / name) != entry.sha256:
                raise DamagedBackupError(f"{archive}: {name} was changed while it was read")
    if left:
        raise DamagedBackupError(f"{archive}: {min(left)} was removed while it was read")


def sync_directory(directory: Path) -> None:
    """Wait until the entries of a folder have reached the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _members(archive: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each file; the content is read before the next is asked for."""
    with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise DamagedBackupError(f"{archive}: {member.name!r} is not a plain file")
            yield member.name, member.size, content


@contextmanager
def _reading(archive: Path) -> Iterator[None]:
    try:
        yield
    except tarfile.TarError as error:
        raise DamagedBackupError(f"{archive} is cut off, or not a backup") from error


def _write(content: IO[bytes], target: Path) -> str:
    """Write to the end; returns the SHA-256."""
    target.parent.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE)
    with open(descriptor, "wb") as file:
        return _copy(content, file.write)


def _copy(content: IO[bytes], write: Callable[[bytes], object]) -> str:
    """Read to the end; returns the SHA-256."""
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        write(chunk)
    return digest.hexdigest()


def _read_manifest(archive: Path, content: IO[bytes], size: int) -> Manifest:
    with suppress(ValidationError):
        if size <= _MANIFEST_MAX_BYTES:
            return Manifest.model_validate_json(content.read())
    raise DamagedBackupError(
        f"{archive} has a manifest that this program cannot read: it is damaged, or of a newer one"
    )
