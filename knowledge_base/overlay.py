"""Articles that editors have put into service, kept beside those that came with the program.

```
var/articles/
  CURRENT                              {"in_use": "01KB…"}
  01KB…/                               a version: everything that differs from the program
    <area>/<id>.md                     takes the place of the program's article, or is a new one
    <id>.retired                       this article is out of service
    imported/                          foreign documents, see knowledge_base.importers.storage
```

A version never changes. The next one is made beside it and becomes the one in use by one
replacement of ``CURRENT``, so a reader sees the whole of one or the whole of the other.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge_base.index.pointer import CURRENT_FILE, VersionName, sync

RETIRED_SUFFIX = ".retired"
IMPORTED = "imported"
_STAGED = ".staged-"
_KEPT = 10


class OverlayError(Exception):
    """The articles that editors put into service cannot be told; names the file."""


class _Pointer(BaseModel):
    model_config = ConfigDict(frozen=True)

    in_use: VersionName | None


@dataclass(frozen=True)
class Overlay:
    """One version, or none: then ``directory`` is None and everything is the program's."""

    directory: Path | None = None

    def files(self) -> dict[str, Path]:
        """The article files by the id they are named after."""
        if self.directory is None:
            return {}
        return {path.stem: path for path in sorted(self.directory.glob("*/*.md"))}

    def retired(self) -> frozenset[str]:
        """The ids of articles that are out of service."""
        if self.directory is None:
            return frozenset()
        return frozenset(path.stem for path in self.directory.glob(f"*{RETIRED_SUFFIX}"))

    @property
    def imported(self) -> Path | None:
        """Where its foreign documents are; None: it has none."""
        if self.directory is None or not (self.directory / IMPORTED).is_dir():
            return None
        return self.directory / IMPORTED


class OverlayStore:
    """The versions below one folder; the caller sees to it that one process changes it at a time.

    A folder that does not exist is a store without a version.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def in_use(self) -> str | None:
        """The name of the version in use, or None.

        Raises:
            OverlayError: ``CURRENT`` is damaged.
        """
        file = self.directory / CURRENT_FILE
        try:
            return _Pointer.model_validate_json(file.read_bytes()).in_use
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise OverlayError(f"{file} names no version") from error

    def current(self) -> Overlay:
        """The version in use.

        Raises:
            OverlayError: ``CURRENT`` is damaged, or the version it names is gone.
        """
        return self.version(self.in_use)

    def version(self, name: str | None) -> Overlay:
        """A version by its name; None is the program alone.

        Raises:
            OverlayError: there is no such version.
        """
        if name is None:
            return Overlay()
        directory = self.directory / name
        if not directory.is_dir():
            raise OverlayError(f"the version {directory} is missing")
        return Overlay(directory)

    @contextmanager
    def staged(self, name: str, based_on: str | None) -> Iterator[Path]:
        """Give a copy of a version to change; when the block ends well, it stands in the store.

        It is not in use by that. What a process that was killed left half done is removed.

        Raises:
            OverlayError: the version that it is based on is gone.
            OSError: it cannot be written.
        """
        base = self.version(based_on).directory
        self.directory.mkdir(parents=True, exist_ok=True)
        for left_over in self.directory.glob(f"{_STAGED}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        self.remove(name)
        with tempfile.TemporaryDirectory(dir=self.directory, prefix=_STAGED) as scratch:
            folder = Path(scratch) / name
            if base is None:
                folder.mkdir()
            else:
                shutil.copytree(base, folder)
            yield folder
            for path in folder.rglob("*"):
                sync(path)
            sync(folder)
            folder.rename(self.directory / name)
        sync(self.directory)

    def use(self, name: str | None) -> None:
        """Make a version the one in use, and forget those that are too old to go back to.

        Raises:
            OverlayError: there is no such version; the one in use stays.
            OSError: it cannot be written; the one in use stays.
        """
        self.version(name)
        self.directory.mkdir(parents=True, exist_ok=True)
        scratch = self.directory / f".{CURRENT_FILE}.new"
        with scratch.open("w", encoding="utf-8") as file:
            file.write(f"{_Pointer(in_use=name).model_dump_json()}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, self.directory / CURRENT_FILE)
        sync(self.directory)
        # Names are ULIDs, so they sort by time.
        versions = sorted(path.name for path in self.directory.glob("[!.]*") if path.is_dir())
        for old in versions[:-_KEPT]:
            self.remove(old)

    def remove(self, name: str) -> None:
        """Remove a version that is not in use; nothing happens if there is none of this name."""
        if name != self.in_use:
            shutil.rmtree(self.directory / name, ignore_errors=True)
