"""How the command line speaks: answers on standard output, problems on standard error."""

import sys
from collections.abc import Iterable


def report(lines: Iterable[str]) -> None:
    """Print lines on standard error."""
    for line in lines:
        print(line, file=sys.stderr)


def fail(message: str) -> int:
    """Print why a command could not be carried out; return its exit status."""
    print(f"error: {message}", file=sys.stderr)
    return 1
