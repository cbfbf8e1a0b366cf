"""The bytes of files, in a directory that nothing serves.

``DATA_DIR/attachments/<last two characters of the id>/<id>``; an upload grows in ``incoming/`` and
is moved once it is whole and on the disk, so that a file under an id is always complete. Gateways
that share a database share this directory, too. Names of workers play no part here.

Files are readable by the gateway's user only and are not encrypted one by one: the words of the
same conversations lie beside them in the clear, a key on the same machine would open both, and
files under rotating keys would all have to be written anew. Against a stolen disk the disk is
encrypted, as a whole.
"""

import errno
import hashlib
import mmap
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from api.attachments.kinds import Kind, recognise
from api.attachments.refusals import FileRefusedError, Refusal
from api.storage.models import new_id

DIRECTORY = "attachments"
"""In ``DATA_DIR``."""
MIN_FREE_BYTES = 1024**3
"""Left for the database, which usually lies on the same disk."""
_INCOMING = "incoming"
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_PRIVATE_DIRECTORY = 0o700
_PRIVATE_FILE = 0o600


class Upload:
    """A file that is still growing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = hashlib.sha256()
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE)
        self._file = open(descriptor, "wb")  # noqa: SIM115 - closed by finish or discard

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Add to its end. Raises ``OSError``."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Kind:
        """Bring it to the disk and look what it is.

        Raises ``FileRefusedError``: empty, too_large, kind, dimensions; ``OSError``.
        """
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if not self.size:
            raise FileRefusedError(Refusal.EMPTY)
        with (
            open(self.path, "rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return recognise(content)

    def discard(self) -> None:
        """Leave nothing of it, unless it was moved away."""
        with suppress(OSError):  # what could not be written cannot be flushed either
            self._file.close()
        self.path.unlink(missing_ok=True)


class Storage:
    """Files by the id of their attachment. Its calls wait for the disk: not for an event loop,
    but for ``begin`` and ``Upload.discard``, which take no time. All may raise ``OSError``."""

    def __init__(self, directory: Path, *, min_free_bytes: int = MIN_FREE_BYTES) -> None:
        """``directory``: of nobody else; it is created when it is needed."""
        self._min_free_bytes = min_free_bytes
        self._directory = directory
        self._incoming = directory / _INCOMING

    def begin(self) -> Upload:
        """A new file, refused while the disk is nearly full; whoever begins one discards it in
        the end, kept or not."""
        for directory in (self._directory, self._incoming):
            directory.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        if shutil.disk_usage(self._incoming).free < self._min_free_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return Upload(self._incoming / new_id())

    def keep(self, upload: Upload, attachment_id: str) -> None:
        """Move a finished file to its place; one that is there already is replaced."""
        path = self._path(attachment_id)
        path.parent.mkdir(mode=_PRIVATE_DIRECTORY, exist_ok=True)
        upload.path.replace(path)
        # The entries of file and folder are on the disk before a row says so.
        for directory in (path.parent, self._directory):
            _sync_directory(directory)

    def find(self, attachment_id: str) -> tuple[Path, os.stat_result] | None:
        """Where a file is, and its size and time; None if it is not there."""
        path = self._path(attachment_id)
        try:
            return path, path.stat()
        except FileNotFoundError:
            return None

    def delete(self, attachment_id: str) -> None:
        """Delete a file; once more does nothing."""
        self._path(attachment_id).unlink(missing_ok=True)

    def last_written_before(self, at: datetime) -> Iterator[str]:
        """Ids of the files that nobody has written to since."""
        for path in self._directory.glob("??/*"):
            if _ULID.fullmatch(path.name) and _is_older(path, at):
                yield path.name

    def discard_left_before(self, at: datetime) -> int:
        """Delete uploads that a crash left unfinished; returns how many."""
        left = [path for path in self._incoming.glob("*") if _is_older(path, at)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, attachment_id: str) -> Path:
        if not _ULID.fullmatch(attachment_id):
            raise ValueError("not the id of an attachment")
        # The end of a ULID is random, its beginning the same for years.
        return self._directory / attachment_id[-2:] / attachment_id


def _is_older(path: Path, at: datetime) -> bool:
    try:
        return path.stat().st_mtime < at.timestamp()
    except FileNotFoundError:  # moved or deleted in this moment
        return False


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
