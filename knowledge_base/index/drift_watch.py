"""A running process says when the documents on disk are no longer those it serves."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from knowledge_base.collection import collection_state, load_collection
from knowledge_base.document import Document
from knowledge_base.index.drift import compare

CHECK_SECONDS = 600.0

_logger = logging.getLogger(__name__)


class DriftWatch:
    """Compares documents on disk with those of an index, seldom, and warns of each difference once.

    Documents are read only when a file, the day or the index version is another one than at the
    last comparison: reading all articles takes half a second of a core.
    """

    def __init__(self, documents: Path, *, interval: float = CHECK_SECONDS) -> None:
        self._documents = documents
        self._interval = interval
        self._next = 0.0
        self._state: object = None
        self._said = ""

    def look(self, version: str, indexed: Sequence[Document]) -> None:
        """Compare with the index version in use, if it is time to."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._interval
        try:
            state = (version, collection_state(self._documents))
            if state == self._state:
                return
            drift = compare(indexed, load_collection(self._documents).documents)
        except Exception as error:
            # Somebody is editing: no half-written file may end the thread that calls this.
            self._say(f"the documents cannot be compared with the index: {error}")
            return
        self._state = state
        self._say(
            f"the index {version} differs from {self._documents}: {drift.summary()}; "
            "`python -m knowledge_base build` serves what is on disk"
            if drift
            else ""
        )

    def _say(self, warning: str) -> None:
        if warning and warning != self._said:
            _logger.warning("%s", warning)
        self._said = warning
