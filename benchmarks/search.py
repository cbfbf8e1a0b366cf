"""``python -m benchmarks.search``: milliseconds a question, encoding throughput, memory.

Each part runs in a process of its own, so that none warms or fattens the other.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import torch

from benchmarks.large_index import QuickEncoder, peak_memory, varied_documents
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.runtime import Runtime
from knowledge_base.engine import SearchEngine
from knowledge_base.evaluation.questions import load_questions
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.paths import embedding_model, index_directory
from knowledge_base.retrieval.decision import DecisionModel
from knowledge_base.retrieval.rerank import RankerModel
from knowledge_base.search import KnowledgeBase
from scripts.prepare import data_directory

_WARM_UP = 50
_ASKED = 500
_ENCODED = 1024
_LARGE = 100_000

Figures = dict[str, float | int]


def ask(knowledge_base: KnowledgeBase) -> Figures:
    """Ask labelled questions one after another, all stages on."""
    questions = [each.question for each in load_questions()][: _WARM_UP + _ASKED]
    milliseconds = []
    for question in questions:
        started = time.perf_counter()
        knowledge_base.search(question)
        milliseconds.append((time.perf_counter() - started) * 1000)
    warm = statistics.quantiles(milliseconds[_WARM_UP:], n=20)
    return {"p50_ms": round(warm[9], 1), "p95_ms": round(warm[18], 1), "questions": _ASKED}


def own_index() -> Figures:
    """Measure the index in use, and the memory of a process that does nothing but search it."""
    knowledge_base = KnowledgeBase.open(index_directory(), model=embedding_model())
    return {
        "documents": len(knowledge_base.documents),
        **ask(knowledge_base),
        "memory_peak_mib": peak_memory(),
    }


def large_index() -> Figures:
    """Measure an index of 100,000 units; the vectors have random directions."""
    encoder = QuickEncoder(embedding_model())
    engine = SearchEngine.of(encoder, RankerModel.load(), DecisionModel.load())
    with tempfile.TemporaryDirectory(prefix="union-large-") as scratch:
        store = IndexStore(Path(scratch))
        built = build_index(
            varied_documents(_LARGE), store, encoder, list(engine.analysers.values())
        )
        return {"units": built.units, **ask(KnowledgeBase.from_store(store, engine))}


def encoding() -> Figures:
    """Encode the same questions with stock PyTorch in full precision and with the runtime."""
    questions = [each.question for each in load_questions()][:_ENCODED]
    # FAISS, in this process too, set the threads of the pool that PyTorch shares to one.
    torch.set_num_threads(os.cpu_count() or 1)
    figures: Figures = {"questions": len(questions), "torch_threads": torch.get_num_threads()}
    rows = {}
    for runtime in (Runtime.TORCH, Runtime.AUTO):
        encoder = Encoder(embedding_model(), runtime)
        encoder.encode_queries(questions[:_WARM_UP])
        started = time.perf_counter()
        rows[runtime] = encoder.encode_queries(questions)
        figures[f"{runtime}_per_second"] = round(len(questions) / (time.perf_counter() - started))
        single = []
        for question in questions[:_WARM_UP]:
            started = time.perf_counter()
            encoder.encode_queries([question])
            single.append((time.perf_counter() - started) * 1000)
        figures[f"{runtime}_single_p50_ms"] = round(statistics.median(single), 1)
    cosines = (rows[Runtime.TORCH] * rows[Runtime.AUTO]).sum(axis=1)
    figures["cosine_min"] = round(float(cosines.min()), 5)
    return figures


_PARTS = {"own index": own_index, "100,000 units": large_index, "encoding": encoding}


def main() -> int:
    """Measure each part in a process of its own, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=_PARTS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(_PARTS[arguments.part]()))
        return 0
    figures: dict[str, object] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
    }
    for name in _PARTS:
        command = [sys.executable, "-m", "benchmarks.search", "--part", name]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        figures[name] = json.loads(output.splitlines()[-1])
        print(f"{name:14} {figures[name]}")
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "search.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
