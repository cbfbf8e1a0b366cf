"""One process at a time changes a store."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_logger = logging.getLogger(__name__)


class AlreadyLockedError(Exception):
    """Another process holds the lock."""


@contextmanager
def try_exclusive_lock(file: Path) -> Iterator[None]:
    """Hold the lock on ``file`` during the block, like :func:`exclusive_lock`, without waiting.

    Raises:
        AlreadyLockedError: somebody holds it.
    """
    with file.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyLockedError(str(file)) from error
        yield


@contextmanager
def exclusive_lock(file: Path) -> Iterator[None]:
    """Hold the lock on ``file`` during the block, after waiting for whoever holds it.

    The kernel releases it when its process ends, however it ends. It is not re-entrant: asking
    again inside the block waits for ever.
    """
    with file.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _logger.warning("another process is changing %s; waiting for it", file.parent)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
