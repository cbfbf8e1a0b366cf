import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge_base.document import Document
from knowledge_base.engine import SearchEngine
from knowledge_base.index.builder import build_index
from knowledge_base.index.drift_watch import DriftWatch
from knowledge_base.index.layout import DENSE_FILE
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.live import LiveKnowledgeBase
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.samples import document, engine_of, fake_encoder

WITHIN = 60.0
"""Longer than anything here takes, also on a busy machine."""
FIRST, SECOND, THIRD = (document(id=name, title=f"题目{name}") for name in "123")

Open = Callable[..., LiveKnowledgeBase]


class Reports(logging.Handler):
    """Collects what the watching thread logs, and lets a test wait for it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []
        self._changed = threading.Condition()

    def emit(self, record: logging.LogRecord) -> None:
        with self._changed:
            self.messages.append(record.getMessage())
            self._changed.notify_all()

    def wait_for(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.messages) >= count, WITHIN)


class CountedStore(IndexStore):
    """Lets a test wait until the store was looked at again."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._looks = 0
        self._looked = threading.Condition()

    def pointer(self):  # type: ignore[no-untyped-def]
        with self._looked:
            self._looks += 1
            self._looked.notify_all()
        return super().pointer()

    def wait_for_looks(self, more: int) -> bool:
        with self._looked:
            wanted = self._looks + more
            return self._looked.wait_for(lambda: self._looks >= wanted, WITHIN)


@pytest.fixture
def store(tmp_path: Path) -> CountedStore:
    return CountedStore(tmp_path / "index")


@pytest.fixture(scope="module")
def engine() -> SearchEngine:
    """Loaded once, as in a running process."""
    return engine_of(fake_encoder())


@pytest.fixture
def build(store: IndexStore, analysers: list[Analyser]) -> Callable[..., str]:
    """Build as another process does; return the version's name."""
    writer = IndexStore(store.directory)

    def made(*documents: Document) -> str:
        build_index(documents, writer, fake_encoder(), analysers)
        return writer.current_version().name

    return made


@pytest.fixture
def open_live(store: IndexStore, engine: SearchEngine) -> Iterator[Open]:
    opened: list[LiveKnowledgeBase] = []

    def open_it(*, interval: float = 0.01, drift: DriftWatch | None = None) -> LiveKnowledgeBase:
        live = LiveKnowledgeBase(
            store,
            lambda: KnowledgeBase.from_store(store, engine),
            interval=interval,
            drift=drift,
        )
        opened.append(live)
        return live

    yield open_it
    for live in opened:
        live.close()


@pytest.fixture
def reports() -> Iterator[Reports]:
    handler = Reports()
    logger = logging.getLogger("knowledge_base.live")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_a_new_version_is_served_within_five_seconds(
    build: Callable[..., str], open_live: Open
) -> None:
    build(FIRST)
    live = open_live(interval=1.0)
    assert live.current.documents == [FIRST]
    assert live.wait_for(build(FIRST, SECOND), timeout=5)
    assert live.current.documents == [FIRST, SECOND]


def test_who_holds_the_old_version_finishes_with_it(
    build: Callable[..., str], open_live: Open, store: IndexStore
) -> None:
    build(FIRST)
    live = open_live()
    held = live.current
    for documents in ([SECOND], [THIRD], [FIRST, SECOND], [FIRST, THIRD]):
        version = build(*documents)
    assert live.wait_for(version, WITHIN)
    assert held.version not in [version.name for version in store.versions()]
    assert held.search("题目1").hits[0].document == FIRST
    assert live.current is not held


def test_a_roll_back_is_followed_too(
    build: Callable[..., str], open_live: Open, store: IndexStore
) -> None:
    build(FIRST)
    build(SECOND)
    live = open_live()
    assert live.wait_for(store.roll_back(), WITHIN)
    assert live.current.documents == [FIRST]


def test_a_damaged_version_is_reported_once_and_the_one_in_use_stays(
    build: Callable[..., str],
    open_live: Open,
    store: CountedStore,
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(FIRST)
    live = open_live()
    served = live.current
    # Damaged before it is in use, or the watch might be faster.
    damage_next_version(store, monkeypatch)
    damaged = build(SECOND)
    assert reports.wait_for(1)
    assert store.wait_for_looks(3)
    (message,) = reports.messages
    assert damaged in message
    assert DENSE_FILE in message
    assert live.current is served
    monkeypatch.undo()
    assert live.wait_for(build(THIRD), WITHIN)


def damage_next_version(store: IndexStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge_base.index import writer

    write = writer.write_pointer

    def damaging(directory: Path, pointer: writer.Pointer) -> None:
        with (directory / pointer.in_use / DENSE_FILE).open("ab") as file:
            file.write(b"x")
        write(directory, pointer)

    monkeypatch.setattr(writer, "write_pointer", damaging)


def test_a_store_that_is_gone_is_reported_once_and_the_one_in_use_stays(
    build: Callable[..., str], open_live: Open, store: CountedStore, reports: Reports
) -> None:
    version = build(FIRST)
    live = open_live()
    (store.directory / "CURRENT").unlink()
    assert reports.wait_for(1)
    assert store.wait_for_looks(3)
    assert len(reports.messages) == 1
    assert live.current.version == version
    assert live.wait_for(build(SECOND), WITHIN)


def test_a_version_that_could_not_be_loaded_is_tried_again_later(
    build: Callable[..., str],
    store: IndexStore,
    engine: SearchEngine,
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knowledge_base.live._RETRY_SECONDS", 0.01)
    build(FIRST)
    memory_is_short = threading.Event()

    def load() -> KnowledgeBase:
        if memory_is_short.is_set():
            raise MemoryError
        return KnowledgeBase.from_store(store, engine)

    live = LiveKnowledgeBase(store, load, interval=0.01)
    try:
        memory_is_short.set()
        version = build(SECOND)
        assert reports.wait_for(1)
        memory_is_short.clear()
        assert live.wait_for(version, WITHIN)
        assert len(reports.messages) == 1
    finally:
        live.close()


def test_documents_that_differ_from_the_index_are_reported(
    build: Callable[..., str], open_live: Open, tmp_path: Path
) -> None:
    looked: list[tuple[str, list[Document]]] = []
    seen = threading.Event()

    class Watch(DriftWatch):
        def look(self, version: str, indexed) -> None:  # type: ignore[no-untyped-def]
            looked.append((version, list(indexed)))
            seen.set()

    version = build(FIRST)
    open_live(drift=Watch(tmp_path))
    assert seen.wait(WITHIN)
    assert looked[0] == (version, [FIRST])


def test_closed_it_follows_no_more_but_still_serves(
    build: Callable[..., str], open_live: Open
) -> None:
    build(FIRST)
    live = open_live()
    live.close()
    version = build(SECOND)
    assert not live.wait_for(version, 0)
    assert live.current.documents == [FIRST]


def test_without_an_index_it_does_not_open(store: IndexStore, open_live: Open) -> None:
    with pytest.raises(IndexUnavailableError):
        open_live()


def test_a_damaged_index_does_not_open(
    build: Callable[..., str], store: IndexStore, open_live: Open
) -> None:
    build(FIRST)
    (store.current_version() / DENSE_FILE).unlink()
    with pytest.raises(CorruptIndexError):
        open_live()


def test_opened_by_path_it_loads_the_encoder_once(
    build: Callable[..., str],
    store: IndexStore,
    engine: SearchEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []

    def load(model: str) -> SearchEngine:
        loaded.append(model)
        return engine

    monkeypatch.setattr(SearchEngine, "load", load)
    build(FIRST)
    live = LiveKnowledgeBase.open(store.directory, model="model", interval=0.01)
    try:
        assert live.wait_for(build(SECOND), WITHIN)
        assert loaded == ["model"]
    finally:
        live.close()
