"""Changing a store: new versions, and which of them is in use. See :meth:`IndexStore.writing`."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge_base.index.manifest import MANIFEST_FILE
from knowledge_base.index.pointer import Pointer, sync, write_pointer

_KEPT_VERSIONS = 3
_SCRATCH = ".building-"
_REMOVING = ".removing-"


class IndexWriter:
    """The right to change a store; one process has it at a time."""

    def __init__(self, directory: Path, pointer: Pointer | None) -> None:
        """Take over a store whose lock is held.

        Args:
            directory: the store.
            pointer: what ``CURRENT`` says; None when it says nothing that can be used.
        """
        self._directory = directory
        self.pointer = pointer
        # The lock is held, so whoever made these has ended without removing them.
        for left_over in (*directory.glob(f"{_SCRATCH}*"), *directory.glob(f"{_REMOVING}*")):
            shutil.rmtree(left_over, ignore_errors=True)

    @contextmanager
    def new_version(self, name: str, *, in_use: bool = True) -> Iterator[Path]:
        """Give a scratch folder; when the block ends well, make it the version in use.

        Without ``in_use`` it only stands in the store, until the next version removes it.
        """
        with tempfile.TemporaryDirectory(dir=self._directory, prefix=_SCRATCH) as scratch:
            folder = Path(scratch) / name
            folder.mkdir()
            yield folder
            for path in folder.rglob("*"):
                sync(path)
            sync(folder)
            folder.rename(self._directory / name)
        sync(self._directory)
        if in_use:
            self.switch(name)

    def switch(self, name: str) -> None:
        """Make a version of the store the one in use, and remove those too old to go back to.

        Going back to an earlier version forgets those that came after it.
        """
        earlier = self.pointer.names if self.pointer else []
        if name in earlier:
            earlier = earlier[earlier.index(name) + 1 :]
        pointer = Pointer(in_use=name, earlier=tuple(earlier[: _KEPT_VERSIONS - 1]))
        self.point_to(pointer)
        self._remove_all_but(pointer.names)

    def end_roll_back(self) -> None:
        """Note that the version in use is again what a build of the documents gives."""
        if self.pointer and self.pointer.rolled_back_from is not None:
            self.point_to(self.pointer.model_copy(update={"rolled_back_from": None}))

    def point_to(self, pointer: Pointer) -> None:
        """Switch to a version that stands in the store already."""
        write_pointer(self._directory, pointer)
        self.pointer = pointer

    def discard(self, name: str) -> None:
        """Remove a version, unless the pointer names it or there is none."""
        kept = self.pointer.names if self.pointer else []
        if name not in kept and (self._directory / name / MANIFEST_FILE).is_file():
            self._remove(self._directory / name)

    def _remove_all_but(self, kept: list[str]) -> None:
        for path in self._directory.iterdir():
            if path.name not in kept and (path / MANIFEST_FILE).is_file():
                self._remove(path)

    def _remove(self, path: Path) -> None:
        # Renamed first: a version stands in the store whole or not at all.
        doomed = path.with_name(f"{_REMOVING}{path.name}")
        path.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
