"""What a backup says about itself."""

from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

MANIFEST = "manifest.json"
KEYS = "keys.sealed"
DATABASE, ATTACHMENTS, ARTICLES, IMPORTED = "database", "attachments", "articles", "imported"
"""The folders of a backup."""
FOLDERS = frozenset({DATABASE, ATTACHMENTS, ARTICLES, IMPORTED})


class Engine(StrEnum):
    """The database that was backed up."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"

    @property
    def member(self) -> str:
        """Name of its copy in the archive."""
        return f"{DATABASE}/{'gateway.db' if self is Engine.SQLITE else 'gateway.dump'}"


def _is_safe(name: str) -> str:
    """Raises ``ValueError`` for a name that could land outside the folders of a backup."""
    parts = PurePosixPath(name).parts
    is_plain = "/".join(parts) == name and not {"..", "."} & set(parts) and "\0" not in name
    if name != KEYS and not (is_plain and len(parts) > 1 and parts[0] in FOLDERS):
        raise ValueError("not a name of a backup's file")
    return name


MemberName = Annotated[str, AfterValidator(_is_safe)]


class FileEntry(BaseModel):
    """A file as it has to be; ``size`` in bytes."""

    model_config = ConfigDict(frozen=True)

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """Written as the last file of the archive.

    ``counts``: rows by table. ``missing``: files that rows speak of and that were not there or not
    what they had been. ``index_version``: what was served; the index itself is built anew.
    ``key_check``: see ``api.operations.keys``.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    created_at: AwareDatetime
    program_version: str
    engine: Engine
    schema_revision: str
    index_version: str | None
    key_check: str
    counts: dict[str, int]
    missing: list[str]
    files: dict[MemberName, FileEntry]

    @property
    def total_bytes(self) -> int:
        """What its files take on a disk."""
        return sum(entry.size for entry in self.files.values())


def file_name(created_at: datetime) -> str:
    """The name of a backup in a folder of backups; they sort by time."""
    return f"union-{created_at:%Y%m%dT%H%M%SZ}.tar"


PATTERN = "union-*.tar"
"""What the folder's backups are called."""
