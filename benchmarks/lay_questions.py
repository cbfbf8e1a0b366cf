"""``python -m benchmarks.lay_questions PAIRS``: lay questions over thousands of law articles.

``PAIRS`` is the file that the encoder's adapters were trained on. Only the questions that its
training held out are asked (see ``split_pairs``), over the passages of the whole file and, with
``--among``, over more documents: a folder of imported laws, say. It shows each way of finding alone
and all together, with the stock and with the adapted encoder.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from knowledge_base.document import BODY_SECTION, Document, DocumentKind
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.training.examples import Example, load_pairs, split_pairs
from knowledge_base.encoder.unpack import unpack_default_model
from knowledge_base.engine import SearchEngine
from knowledge_base.evaluation.measures import Evaluation, evaluate
from knowledge_base.evaluation.runner import run_queries, search_function
from knowledge_base.importers.storage import load_imported
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.paths import embedding_model
from knowledge_base.retrieval.decision import DecisionModel
from knowledge_base.retrieval.rerank import RankerModel
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.search import KnowledgeBase
from scripts.prepare import data_directory

_K = 100
_ALONE = {
    "words alone": ("pinyin", "dense"),
    "sound alone": ("words", "dense"),
    "meaning alone": ("words", "pinyin"),
    "all together": (),
}


def passages(examples: Sequence[Example], others: Sequence[Document]) -> list[Document]:
    """Return the passages of all examples as documents, and the others behind them.

    A document with the very text of a passage is left out: found in its place, it would be
    no error.
    """
    found: dict[str, Document] = {}
    for example in examples:
        for passage in example.passages:
            title, _, text = passage.text.partition("\n")
            found[passage.owner] = Document(
                id=passage.owner,
                kind=DocumentKind.FOREIGN,
                title=title,
                revision="1",
                verified=False,
                source=title,
                sections={BODY_SECTION: text},
            )
    known = {_bare(each) for each in found.values()}
    return [*found.values(), *(each for each in others if _bare(each) not in known)]


def _bare(document: Document) -> str:
    return re.sub(r"\W", "", document.sections.get(BODY_SECTION, document.title))


def measure(
    documents: Sequence[Document], encoder: Encoder, asked: Sequence[Example]
) -> Mapping[str, Evaluation]:
    """Build an index of the documents and ask the questions, each stage alone and together."""
    queries = {str(place): example.question for place, example in enumerate(asked)}
    qrels = {
        str(place): dict.fromkeys(sorted(example.owners), 1) for place, example in enumerate(asked)
    }
    engine = SearchEngine.of(encoder, RankerModel.load(), DecisionModel.load())
    results: dict[str, Evaluation] = {}
    with tempfile.TemporaryDirectory(prefix="union-lay-") as scratch:
        store = IndexStore(Path(scratch))
        build_index(
            documents, store, encoder, list(engine.analysers.values()), progress=sys.stderr.isatty()
        )
        knowledge_base = KnowledgeBase.from_store(store, engine)
        for name, stages in _ALONE.items():
            settings = SearchSettings().without("split")
            for stage in stages:
                settings = settings.without(stage)
            search = search_function(knowledge_base.with_settings(settings))
            results[name] = evaluate(qrels, run_queries(queries, search, _K, name=name))
    return results


def main() -> int:
    """Measure both encoders, print a table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--among", type=Path, metavar="DIR", help="a folder of imported documents")
    arguments = parser.parse_args()
    examples = load_pairs(arguments.pairs)
    _, held_out = split_pairs(examples)
    documents = passages(examples, load_imported(arguments.among) if arguments.among else [])
    print(f"{len(held_out)} held-out questions over {len(documents)} passages")
    figures: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="union-stock-") as scratch:
        stock = Path(scratch) / "stock"
        unpack_default_model(stock, adapter=None)
        for label, model in (("stock", stock), ("adapted", Path(embedding_model()))):
            for name, result in measure(documents, Encoder(model), held_out).items():
                figures.setdefault(label, {})[name] = result.values
                shown = "  ".join(f"{key} {value:.3f}" for key, value in result.values.items())
                print(f"{label:8} {name:14} {shown}")
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": len(held_out),
        "passages": len(documents),
        "measures": figures,
    }
    (folder / "lay-questions.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
