"""``CURRENT``: which version of a store is in use, and which were before it."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

CURRENT_FILE = "CURRENT"


def _folder_name(name: str) -> str:
    if name in {"", ".."} or Path(name).name != name or "\0" in name:
        raise ValueError("not the name of a version")
    return name


VersionName = Annotated[str, AfterValidator(_folder_name)]


class Pointer(BaseModel):
    """One file says it all, so that one replacement changes it all.

    ``earlier`` are the versions that were in use before, the last one first.
    ``rolled_back_from`` is set between a roll-back and the next build: the version whose
    documents a person has decided not to serve.
    """

    model_config = ConfigDict(frozen=True)

    in_use: VersionName
    earlier: tuple[VersionName, ...] = ()
    rolled_back_from: VersionName | None = None

    @property
    def names(self) -> list[str]:
        return [self.in_use, *self.earlier]


def write_pointer(directory: Path, pointer: Pointer) -> None:
    """Replace ``CURRENT``: a reader sees the old content or the new one, also after a crash."""
    scratch = directory / f".{CURRENT_FILE}.new"
    with scratch.open("w", encoding="utf-8") as file:
        file.write(f"{pointer.model_dump_json()}\n")
        file.flush()
        os.fsync(file.fileno())
    # Replacing a file is atomic on POSIX.
    os.replace(scratch, directory / CURRENT_FILE)
    sync(directory)


def sync(path: Path) -> None:
    """Wait until a file, or the entries of a folder, have reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
