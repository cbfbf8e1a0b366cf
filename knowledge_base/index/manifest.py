"""The manifest of one index version: what it was made from, and the digest of each file."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

MANIFEST_FILE = "manifest.json"


class Manifest(BaseModel):
    """What determines an index, and what guards it.

    ``fingerprint`` names everything that determines the index; ``probe`` is the encoder's vector
    of a fixed sentence, by which another encoder is recognised at load; ``analysers`` gives their
    fingerprints by name; ``code`` is a digest of the modules that decide what an index holds.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[2] = 2
    created_at: datetime
    fingerprint: str
    encoder: str
    probe: list[float]
    analysers: dict[str, str]
    code: str
    documents: int
    units: int
    files: dict[str, str]


def file_digests(directory: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``directory`` but the manifest itself."""
    return {
        path.relative_to(directory).as_posix(): _digest(path)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path != directory / MANIFEST_FILE
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
