"""The knowledge base of a running process: it follows the index store without a restart."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from knowledge_base.engine import SearchEngine
from knowledge_base.index.drift_watch import DriftWatch
from knowledge_base.index.store import IndexStore
from knowledge_base.search import KnowledgeBase

LOOK_SECONDS = 1.0
_RETRY_SECONDS = 60.0

_logger = logging.getLogger(__name__)


class LiveKnowledgeBase:
    """Holds the knowledge base in use and replaces it when the store has another version.

    A thread looks at the store's ``CURRENT`` now and then, loads a new version beside the old
    one and switches the reference. Who holds the old object finishes with it. A version that
    cannot be loaded is reported once, and the one in use stays.
    """

    def __init__(
        self,
        store: IndexStore,
        load: Callable[[], KnowledgeBase],
        *,
        interval: float = LOOK_SECONDS,
        drift: DriftWatch | None = None,
    ) -> None:
        """Load the version in use, then follow the store.

        Args:
            store: where versions appear.
            load: loads the version in use; called in the watching thread too. It must not load
                the encoder anew.
            interval: seconds between two looks.
            drift: warns when documents on disk differ from the index; None: nothing is compared.

        Raises:
            IndexUnavailableError: nothing has been built yet.
            CorruptIndexError: the version in use cannot be served.
        """
        self._store = store
        self._load = load
        self._interval = interval
        self._drift = drift
        self._current = load()
        self._switched = threading.Condition()
        self._closed = threading.Event()
        self._problem: str | None = None
        self._refused: tuple[str, float] = ("", 0.0)
        self._thread = threading.Thread(target=self._watch, name="index-watch", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        model: Path | str,
        documents: Path | None = None,
        interval: float = LOOK_SECONDS,
    ) -> Self:
        """Load the encoder and the index in use at ``path``, and follow the store.

        Args:
            path: the index store.
            model: the encoder.
            documents: the folder whose documents the index should hold; None: do not compare.
            interval: seconds between two looks.

        Raises:
            IndexUnavailableError: there is no index at ``path``.
            CorruptIndexError: the index is damaged or was made with other settings.
            OSError: there is no encoder at ``model``.
        """
        store = IndexStore(path)
        engine = SearchEngine.load(model)
        return cls(
            store,
            lambda: KnowledgeBase.from_store(store, engine),
            interval=interval,
            drift=DriftWatch(documents) if documents else None,
        )

    @property
    def current(self) -> KnowledgeBase:
        """The knowledge base in use. Ask once per search, so that one search sees one version."""
        return self._current

    def wait_for(self, version: str, timeout: float) -> bool:
        """Wait until ``version`` is served, ``timeout`` seconds at the most; tell whether it is."""
        with self._switched:
            return self._switched.wait_for(lambda: self._current.version == version, timeout)

    def close(self) -> None:
        """Stop following the store; what is loaded stays usable."""
        self._closed.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            # Whatever goes wrong here must not end the thread: the next version may be sound.
            try:
                self._look()
            except Exception as error:
                self._report(f"{type(error).__name__}: {error}")
            if self._drift:
                self._drift.look(self._current.version, self._current.documents)
            if self._closed.wait(self._interval):
                return

    def _look(self) -> None:
        name = self._store.pointer().in_use
        if name == self._current.version:
            self._problem = None
            return
        refused, again_at = self._refused
        if name == refused and time.monotonic() < again_at:
            return
        # Left standing when loading fails: a damaged version stays damaged, a full memory not.
        self._refused = (name, time.monotonic() + _RETRY_SECONDS)
        fresh = self._load()
        with self._switched:
            self._current = fresh
            self._switched.notify_all()
        self._problem = None
        _logger.info("index %s is in use", fresh.version)

    def _report(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            _logger.error(
                "the new index cannot be used, %s stays in use: %s", self._current.version, problem
            )
