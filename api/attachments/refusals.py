"""Why a file is not kept."""

from enum import StrEnum


class Refusal(StrEnum):
    """The reason, for the log and for the answer to whoever sent the file."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"
    """Not one of the kinds that are kept, or damaged."""
    DIMENSIONS = "dimensions"
    """A picture that would fill the memory of whoever opens it."""
    FULL = "full"
    """The conversation has as many files as it may have."""


class FileRefusedError(Exception):
    """The file is not kept."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal
