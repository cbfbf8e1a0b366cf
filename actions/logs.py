"""The action server's log: one JSON object a line, never in anybody's words.

An exception's message can quote what a worker wrote (a validation error repeats its input), so
only its type and the places it passed are logged. ``message_id`` is the id that the gateway gave
the worker's message: it names the turn in the logs of gateway, dialogue server and actions.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

import tracing

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_message_id: ContextVar[str] = ContextVar("message_id", default="-")


def bind_message_id(message_id: str) -> None:
    """Name the turn that the current task works for."""
    _message_id.set(message_id)


class JsonFormatter(logging.Formatter):
    """Renders a record and its ``extra`` fields as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "message_id": _message_id.get(),
            **tracing.log_fields(),
        }
        line.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = [
                f"{frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def configure() -> None:
    """Send one line for each action, and warnings of everybody, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("actions").setLevel(logging.INFO)
