"""The one error of the importers."""

from pathlib import Path


class ImportRefusedError(Exception):
    """A file is not imported. ``reason`` says what an operator can do; it quotes no contents."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(f"{file}: {reason}")


class UnreadableError(Exception):
    """Contents that cannot be read, told by code that does not know the file's name."""
