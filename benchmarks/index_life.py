"""``python -m benchmarks.index_life``: seconds from a changed article to its being served.

One process has the encoder loaded, serves an index and builds the next one: the change of one
article is encoded, written, verified, noticed and loaded. Memory is that of this one process,
which holds more than a serving one: the builder and, for a moment, two versions.
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks.large_index import QuickEncoder, about, peak_memory, varied_documents
from knowledge_base.document import Document
from knowledge_base.engine import SearchEngine
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.live import LiveKnowledgeBase
from knowledge_base.paths import embedding_model
from knowledge_base.retrieval.decision import DecisionModel
from knowledge_base.retrieval.rerank import RankerModel
from knowledge_base.search import KnowledgeBase
from scripts.prepare import data_directory

_CHANGES = 10
_WITHIN_SECONDS = 30.0
_CLAIM_SECONDS = 3.0
_CLAIM_UNITS = 10_000
_QUESTIONS = ["医疗互助怎么申请", "老板两个月没发工资了 该找哪里", "浙江生二胎产假有多少天"]


def change(documents: Sequence[Document], number: int) -> list[Document]:
    """Change the whole of one article: all of its units are new."""
    position = number * 37 % len(documents)
    changed = documents[position]
    return [
        *documents[:position],
        about(changed, f"第{number}次修改").model_copy(
            update={"id": changed.id, "revision": f"change-{number}"}
        ),
        *documents[position + 1 :],
    ]


class Queries:
    """A reader that asks one question after another until it is stopped."""

    def __init__(self, live: LiveKnowledgeBase) -> None:
        self.milliseconds: list[float] = []
        self._live = live
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Queries":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        for number in count():
            started = time.perf_counter()
            self._live.current.search(_QUESTIONS[number % len(_QUESTIONS)])
            self.milliseconds.append((time.perf_counter() - started) * 1000)
            # A worker reads the answer before the next question.
            if self._stopped.wait(0.1):
                return

    def p95(self) -> float:
        return round(statistics.quantiles(self.milliseconds, n=20)[18], 1)


def measure(units: int, directory: Path) -> dict[str, object]:
    """Serve, change one article after another, and time each until it is served."""
    store = IndexStore(directory)
    encoder = QuickEncoder(embedding_model())
    engine = SearchEngine.of(encoder, RankerModel.load(), DecisionModel.load())
    analysers = list(engine.analysers.values())
    documents = varied_documents(units)
    first = build_index(documents, store, encoder, analysers)
    encoder.quick = False
    live = LiveKnowledgeBase(store, lambda: KnowledgeBase.from_store(store, engine))
    served: list[float] = []
    built: list[float] = []
    encoded = 0
    try:
        with Queries(live) as before:
            time.sleep(5)
        with Queries(live) as during:
            for number in range(_CHANGES):
                documents = change(documents, number)
                started = time.perf_counter()
                result = build_index(documents, store, encoder, analysers)
                built.append(time.perf_counter() - started)
                version = store.pointer().in_use
                assert live.wait_for(version, _WITHIN_SECONDS), f"{version} is not served"
                served.append(time.perf_counter() - started)
                encoded += result.encoded
    finally:
        live.close()
    return {
        "units": first.units,
        "documents": first.documents,
        "changes": _CHANGES,
        "encoded_per_change": round(encoded / _CHANGES, 1),
        "built_median_s": round(statistics.median(built), 2),
        "served_median_s": round(statistics.median(served), 2),
        "served_slowest_s": round(max(served), 2),
        "query_p95_ms_idle": before.p95(),
        "query_p95_ms_during": during.p95(),
        "memory_peak_mib": peak_memory(),
    }


def main() -> int:
    """Measure, print and write the figures; fail when the claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=_CLAIM_UNITS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="union-index-life-") as scratch:
        figures = measure(arguments.units, Path(scratch))
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        **figures,
    }
    (folder / "index-life.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:22} {value}")
    slow = float(str(figures["served_slowest_s"])) > _CLAIM_SECONDS
    return 1 if slow and arguments.units <= _CLAIM_UNITS else 0


if __name__ == "__main__":
    sys.exit(main())
