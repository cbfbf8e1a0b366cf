"""Files of one JSON value per line."""

from pathlib import Path


def write_lines(path: Path, lines: list[str]) -> None:
    """Write ``lines``, each ended by a line feed."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_lines(path: Path) -> list[str]:
    """Read the lines back; only a line feed ends one (JSON may hold other line separators)."""
    return path.read_text(encoding="utf-8").split("\n")[:-1]
