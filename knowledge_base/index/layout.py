"""Names of the files in one index version."""

from pathlib import Path

DOCUMENTS_FILE = "documents.jsonl"
UNIT_KEYS_FILE = "units.keys"
DENSE_FILE = "dense.faiss"


def lexical_directory(version: Path, analyser: str) -> Path:
    """Where the lexical part of one analyser stands."""
    return version / "lexical" / analyser


def terms_file(version: Path, analyser: str) -> Path:
    """Where the documents' terms stand, from which the next build takes what did not change."""
    return version / "terms" / f"{analyser}.npz"
