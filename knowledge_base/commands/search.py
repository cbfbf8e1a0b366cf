"""``search``: one question against the index in use."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_base.commands.output import fail
from knowledge_base.index.store import CorruptIndexError, IndexUnavailableError
from knowledge_base.paths import embedding_model, index_directory

if TYPE_CHECKING:
    from knowledge_base.search import Hit


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("search", help=search.__doc__)
    command.add_argument("query")
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.add_argument("--k", type=int, default=10, help="how many hits at the most")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=search)


def search(arguments: argparse.Namespace) -> int:
    """Search the index with one question."""
    from knowledge_base.search import KnowledgeBase

    try:
        knowledge_base = KnowledgeBase.open(arguments.index, model=arguments.model)
    except (IndexUnavailableError, CorruptIndexError, OSError) as error:
        return fail(str(error))
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
