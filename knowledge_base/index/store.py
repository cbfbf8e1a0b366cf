"""A folder of index versions with one file, ``CURRENT``, that says which is in use.

Readers load a version whole into memory, so an old version can be removed while it serves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from knowledge_base.index.lock import exclusive_lock
from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests
from knowledge_base.index.pointer import CURRENT_FILE, Pointer
from knowledge_base.index.writer import IndexWriter

_LOCK_FILE = ".lock"
REBUILD_HINT = "rebuild it with `python -m knowledge_base build`"


class IndexUnavailableError(Exception):
    """There is no index at this place."""


class CorruptIndexError(Exception):
    """The index on disk is damaged or was made with other settings, and is refused."""


@dataclass(frozen=True)
class Version:
    """One version of a store, as its manifest describes it."""

    name: str
    created_at: datetime
    documents: int
    units: int
    fingerprint: str
    in_use: bool
    rolled_back_from: bool


class IndexStore:
    """Access to the versions below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def pointer(self) -> Pointer:
        """Return what ``CURRENT`` says.

        Raises:
            IndexUnavailableError: nothing has been built here yet.
            CorruptIndexError: ``CURRENT`` names no version.
        """
        try:
            return Pointer.model_validate_json((self.directory / CURRENT_FILE).read_bytes())
        except FileNotFoundError as error:
            raise IndexUnavailableError(
                f"no index at {self.directory}; build it with `python -m knowledge_base build`"
            ) from error
        except ValidationError as error:
            raise CorruptIndexError(
                f"{self.directory / CURRENT_FILE} names no index version; {REBUILD_HINT}"
            ) from error

    def current_version(self) -> Path:
        """Return the folder of the version in use.

        Raises:
            IndexUnavailableError: nothing has been built here yet.
            CorruptIndexError: the version that ``CURRENT`` names is gone.
        """
        name = self.pointer().in_use
        version = self.directory / name
        if not version.is_dir():
            raise CorruptIndexError(f"index version {name!r} is missing; {REBUILD_HINT}")
        return version

    def read_manifest(self, version: Path) -> Manifest:
        """Read and verify one version: every file must have the digest of the manifest.

        Raises:
            CorruptIndexError: a file is missing, changed or unexpected.
        """
        manifest = self._manifest(version)
        found = file_digests(version)
        if found != manifest.files:
            names = sorted(
                name
                for name in found.keys() | manifest.files.keys()
                if found.get(name) != manifest.files.get(name)
            )
            raise CorruptIndexError(
                f"index {version} is damaged ({', '.join(names)}); {REBUILD_HINT}"
            )
        return manifest

    def versions(self) -> list[Version]:
        """Return the versions, newest first; those whose manifest cannot be read are left out.

        Raises:
            IndexUnavailableError: nothing has been built here yet.
            CorruptIndexError: ``CURRENT`` names no version.
        """
        pointer = self.pointer()
        found: list[Version] = []
        for file in self.directory.glob(f"[!.]*/{MANIFEST_FILE}"):
            try:
                manifest = self._manifest(file.parent)
            except CorruptIndexError:
                continue
            found.append(
                Version(
                    name=file.parent.name,
                    created_at=manifest.created_at,
                    documents=manifest.documents,
                    units=manifest.units,
                    fingerprint=manifest.fingerprint,
                    in_use=file.parent.name == pointer.in_use,
                    rolled_back_from=file.parent.name == pointer.rolled_back_from,
                )
            )
        return sorted(found, key=lambda version: version.created_at, reverse=True)

    @contextmanager
    def writing(self) -> Iterator[IndexWriter]:
        """Give the right to change the store during the block; waits for whoever has it.

        What a process that was killed has left half done is removed.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(self.directory / _LOCK_FILE):
            try:
                pointer = self.pointer()
            except (IndexUnavailableError, CorruptIndexError):
                pointer = None
            yield IndexWriter(self.directory, pointer)

    def switch(self, name: str, *, instead_of: str | None = None) -> None:
        """Make a version that stands in the store the one in use.

        Args:
            name: the version.
            instead_of: the version that must be in use now; None: any.

        Raises:
            IndexUnavailableError: there is no such version, or another one is in use by now.
            CorruptIndexError: it is damaged.
        """
        with self.writing() as writer:
            in_use = writer.pointer.in_use if writer.pointer else None
            if instead_of is not None and in_use != instead_of:
                raise IndexUnavailableError(f"{in_use} is in use by now, not {instead_of}")
            if not (self.directory / name).is_dir():
                raise IndexUnavailableError(f"{self.directory} has no version {name}")
            self.read_manifest(self.directory / name)
            writer.switch(name)

    def discard(self, name: str) -> None:
        """Remove a version that is neither in use nor could be gone back to."""
        with self.writing() as writer:
            writer.discard(name)

    def roll_back(self) -> str:
        """Switch to the version that was in use before; return its name.

        A second call goes one further back. Versions that are damaged are passed over.

        Raises:
            IndexUnavailableError: there is no sound earlier version; the one in use stays.
        """
        if not self.directory.is_dir():
            raise IndexUnavailableError(f"no index at {self.directory}")
        with self.writing() as writer:
            pointer = writer.pointer
            earlier = list(pointer.earlier) if pointer else []
            while pointer and earlier:
                name = earlier.pop(0)
                try:
                    self.read_manifest(self.directory / name)
                except CorruptIndexError:
                    continue
                writer.point_to(
                    Pointer(
                        in_use=name,
                        earlier=tuple(earlier),
                        # The newest one: of several roll-backs, all go back from there.
                        rolled_back_from=pointer.rolled_back_from or pointer.in_use,
                    )
                )
                return name
        raise IndexUnavailableError(f"{self.directory} has no earlier version to go back to")

    def _manifest(self, version: Path) -> Manifest:
        try:
            return Manifest.model_validate_json((version / MANIFEST_FILE).read_bytes())
        except (FileNotFoundError, ValidationError) as error:
            raise CorruptIndexError(
                f"the manifest of index {version} is missing or damaged; {REBUILD_HINT}"
            ) from error
