"""A folder of index versions with one name, ``CURRENT``, that says which is in use.

Readers load a version whole into memory, so an old version can be removed while it serves.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests

_CURRENT = "CURRENT"
_KEPT_VERSIONS = 3
REBUILD_HINT = "rebuild it with `python -m knowledge_base build`"


class IndexUnavailableError(Exception):
    """There is no index at this place."""


class CorruptIndexError(Exception):
    """The index on disk is damaged or was made with other settings, and is refused."""


class IndexStore:
    """Access to the versions below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def current_version(self) -> Path:
        """Return the folder of the version in use.

        Raises:
            IndexUnavailableError: nothing has been built here yet.
            CorruptIndexError: the version that ``CURRENT`` names is gone.
        """
        try:
            name = (self.directory / _CURRENT).read_text("utf-8", errors="replace").strip()
        except FileNotFoundError as error:
            raise IndexUnavailableError(
                f"no index at {self.directory}; build it with `python -m knowledge_base build`"
            ) from error
        version = self.directory / name
        if name in {"", ".."} or Path(name).name != name or not version.is_dir():
            raise CorruptIndexError(f"index version {name!r} is missing; {REBUILD_HINT}")
        return version

    def read_manifest(self, version: Path) -> Manifest:
        """Read and verify one version: every file must have the digest of the manifest.

        Raises:
            CorruptIndexError: a file is missing, changed or unexpected.
        """
        try:
            manifest = Manifest.model_validate_json((version / MANIFEST_FILE).read_bytes())
        except (FileNotFoundError, ValidationError) as error:
            raise CorruptIndexError(
                f"the manifest of index {version} is missing or damaged; {REBUILD_HINT}"
            ) from error
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

    @contextmanager
    def new_version(self, name: str) -> Iterator[Path]:
        """Give a scratch folder; when the block ends well, make it the version in use."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.directory, prefix=".building-") as scratch:
            folder = Path(scratch) / name
            folder.mkdir()
            yield folder
            target = self.directory / name
            shutil.rmtree(target, ignore_errors=True)
            folder.rename(target)
        self._switch_to(name)
        self._remove_old(in_use=name)

    def _switch_to(self, name: str) -> None:
        # Replacing a file is atomic on POSIX: a reader sees the old name or the new one.
        pointer = self.directory / f".{_CURRENT}.new"
        pointer.write_text(f"{name}\n", encoding="utf-8")
        os.replace(pointer, self.directory / _CURRENT)

    def _remove_old(self, *, in_use: str) -> None:
        others = sorted(
            path
            for path in self.directory.iterdir()
            if path.name != in_use and (path / MANIFEST_FILE).is_file()
        )
        for version in others[: 1 - _KEPT_VERSIONS]:
            shutil.rmtree(version, ignore_errors=True)
