"""A backup made a deployment again.

Everything is verified before anything is written, and everything is written beside its place
before anything is in it: what fails leaves the target as empty as it was.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from api.operations import archive
from api.operations.databases import bring_up_to_date, check_file, load_postgres, require_empty
from api.operations.failures import OperationError
from api.operations.keys import unseal
from api.operations.manifest import DATABASE, FOLDERS, KEYS, Engine, Manifest
from api.operations.revisions import known_revisions

KEYS_FILE = "keys.env"
_STAGING = ".restoring"
_LEFT_BY_FILE_SYSTEMS = frozenset({_STAGING, "lost+found"})
_SPARE_BYTES = 256 * 1024**2
_PRIVATE_DIRECTORY = 0o700
_PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Restored:
    """A finished restore. ``was_migrated``: the backup was of an older schema; ``has_other_keys``:
    the keys of the settings are not those that the backup was made with."""

    into: Path
    manifest: Manifest
    was_migrated: bool
    has_other_keys: bool
    has_keys_file: bool

    def lines(self) -> Iterator[str]:
        """What an operator is told."""
        manifest = self.manifest
        counts = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
        yield f"{self.into}: the state of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"  {counts}"
        if self.was_migrated:
            yield f"  migrated from schema {manifest.schema_revision} to {known_revisions()[0]}"
        if manifest.missing:
            yield f"  {len(manifest.missing)} attachments were missing when it was made"
        if self.has_keys_file:
            yield f"  keys are in {self.into / KEYS_FILE}: move them to your settings, delete it"
        if self.has_other_keys:
            yield (
                "  ! UNION_SECRET_KEY or UNION_MEMBER_KEYS are not those of the backup: with them"
                " workers' tokens are refused and members' numbers cannot be read"
            )
        yield (
            f"  next: UNION_DATA_DIR={self.into}, then `python -m knowledge_base build`"
            f" (index {manifest.index_version or 'none'} was in use), then start"
        )


async def restore(
    file: Path,
    into: Path,
    *,
    database_url: str,
    key_check: str,
    passphrase: str | None = None,
) -> Restored:
    """Restore into a data directory that is empty or not there, and for a backup of PostgreSQL
    into the empty database of ``database_url``. ``passphrase``: unseal the keys, too.

    Raises ``OperationError``; then the target is as it was.
    """
    try:
        manifest = await asyncio.to_thread(archive.verify, file)
        _require_known(manifest)
        _require_empty(into)
        if passphrase is not None and KEYS not in manifest.files:
            raise OperationError(f"{file} has no keys")
        if manifest.engine is Engine.POSTGRESQL:
            _require_postgres(database_url)
            await require_empty(database_url)
        with _staging(into) as staging:
            _require_room(manifest, into)
            await asyncio.to_thread(archive.extract, file, manifest, staging)
            was_migrated = await _make_ready(manifest, staging, database_url, passphrase)
            _move(staging, into)
    except OSError as error:
        raise OperationError(f"{error.filename or into}: {error.strerror or error}") from error
    return Restored(
        into=into,
        manifest=manifest,
        was_migrated=was_migrated,
        has_other_keys=manifest.key_check != key_check,
        has_keys_file=passphrase is not None,
    )


@contextmanager
def _staging(into: Path) -> Iterator[Path]:
    """A folder inside the target, which may be a mount of its own; gone when the block ends."""
    was_there = into.exists()
    into.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    staging = into / _STAGING
    shutil.rmtree(staging, ignore_errors=True)  # left by a restore that was killed
    staging.mkdir(mode=_PRIVATE_DIRECTORY)
    try:
        yield staging
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        if not was_there:
            with suppress(OSError):  # what is in the way is the reason already
                into.rmdir()
        raise
    shutil.rmtree(staging)


def _require_known(manifest: Manifest) -> None:
    if manifest.schema_revision not in known_revisions():
        raise OperationError(
            f"the backup has schema {manifest.schema_revision}, this program only knows"
            f" {known_revisions()[0]} and older: restore with version {manifest.program_version}"
            " of the program, or a newer one"
        )


def _require_empty(into: Path) -> None:
    if into.exists() and {path.name for path in into.iterdir()} - _LEFT_BY_FILE_SYSTEMS:
        raise OperationError(f"{into} is not empty; a restore only goes where nothing is")


def _require_postgres(url: str) -> None:
    if not url.startswith(Engine.POSTGRESQL):
        raise OperationError(
            "the backup is of PostgreSQL: name an empty database in UNION_DATABASE_URL"
        )


def _require_room(manifest: Manifest, into: Path) -> None:
    needed = manifest.total_bytes + _SPARE_BYTES
    free = shutil.disk_usage(into).free
    if free < needed:
        raise OperationError(
            f"{into} has {free / 1e6:.0f} MB free, the restore needs {needed / 1e6:.0f} MB"
        )


async def _make_ready(
    manifest: Manifest, staging: Path, database_url: str, passphrase: str | None
) -> bool:
    """Everything that can fail; returns whether the database was migrated. PostgreSQL is last, and
    loaded in one transaction: it is not undone by clearing a folder."""
    if passphrase is not None:
        _write_keys(staging, unseal((staging / KEYS).read_bytes(), passphrase))
    (staging / KEYS).unlink(missing_ok=True)
    copy = staging / manifest.engine.member
    if manifest.engine is Engine.SQLITE:
        check_file(copy)
        return await bring_up_to_date(f"sqlite+aiosqlite:///{copy}", manifest.counts)
    await load_postgres(copy, database_url)
    copy.unlink()
    return await bring_up_to_date(database_url, manifest.counts)


def _write_keys(staging: Path, keys: dict[str, str]) -> None:
    descriptor = os.open(staging / KEYS_FILE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in keys.items())


def _move(staging: Path, into: Path) -> None:
    """Put everything into its place, the database last: without it nothing starts on the rest."""
    database = staging / DATABASE
    loose = [staging / KEYS_FILE, *(staging / name for name in sorted(FOLDERS - {DATABASE}))]
    for path in (*loose, *sorted(database.iterdir())):
        if path.exists():
            path.rename(into / path.name)
    archive.sync_directory(into)
