"""The action server's log: what failed and where, never in whose words.

An exception's message can quote what a worker wrote (a validation error repeats its input), so
only its type and the places it passed are logged.
"""

import logging
import traceback
from types import TracebackType

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class QuietFormatter(logging.Formatter):
    """Formats exceptions without their messages."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - named by logging
        kind, _, trace = ei
        places = "".join(
            f"\n  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(trace)
        )
        return f"{kind.__name__ if kind else 'unknown'}{places}"


def configure() -> None:
    """Send warnings and errors to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
