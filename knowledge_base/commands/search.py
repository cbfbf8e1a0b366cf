"""``search``: one question, or a file of them, against the index in use."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_base.commands.output import fail
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.trec import read_queries, write_run
from knowledge_base.index.store import CorruptIndexError, IndexUnavailableError
from knowledge_base.paths import embedding_model, index_directory

if TYPE_CHECKING:
    from knowledge_base.search import Hit, KnowledgeBase

RUN_TAG = "knowledge-base"
"""What a run calls the system that made it."""


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("search", help=search.__doc__)
    asked = command.add_mutually_exclusive_group(required=True)
    asked.add_argument("query", nargs="?")
    asked.add_argument("--queries", type=Path, metavar="JSONL", help='{"id", "text"} each line')
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.add_argument("--k", type=int, default=10, help="how many hits at the most")
    told = command.add_mutually_exclusive_group()
    told.add_argument("--json", action="store_true")
    told.add_argument(
        "--run", dest="run_file", type=Path, metavar="TREC", help="where the run of --queries goes"
    )
    command.set_defaults(run=search)


def search(arguments: argparse.Namespace) -> int:
    """Search the index with one question, or with many for a TREC run."""
    from knowledge_base.search import KnowledgeBase

    if (arguments.queries is None) != (arguments.run_file is None):
        return fail("--queries and --run go together")
    try:
        knowledge_base = KnowledgeBase.open(arguments.index, model=arguments.model)
        if arguments.queries is not None:
            return _search_all(arguments, knowledge_base)
    except (
        EvaluationDataError,
        IndexUnavailableError,
        CorruptIndexError,
        OSError,
        ValueError,
    ) as error:
        return fail(str(error))
    return _search_one(arguments, knowledge_base)


def _search_all(arguments: argparse.Namespace, knowledge_base: "KnowledgeBase") -> int:
    from knowledge_base.evaluation.runner import run_queries, search_function

    queries = read_queries(arguments.queries)
    search = search_function(knowledge_base)
    run = run_queries(queries, search, arguments.k, progress=sys.stderr.isatty())
    write_run(run, arguments.run_file, RUN_TAG)
    found = sum(len(ranking) for ranking in run.values())
    print(f"{arguments.run_file}: {len(queries)} queries, {found} results")
    return 0


def _search_one(arguments: argparse.Namespace, knowledge_base: "KnowledgeBase") -> int:
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
