"""``build``: from documents to an index in use."""

import argparse
import sys
from pathlib import Path
from typing import Any

from knowledge_base.commands.documents import load_documents
from knowledge_base.commands.output import fail
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.document import DocumentError
from knowledge_base.index.store import IndexStore
from knowledge_base.paths import embedding_model, index_directory


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("build", help=build.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR|JSONL")
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.set_defaults(run=build)


def build(arguments: argparse.Namespace) -> int:
    """Build the index from the articles (or a JSONL collection) and switch to it."""
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.index.builder import build_index
    from knowledge_base.retrieval.tokenizer import Tokenizer

    try:
        documents = load_documents(arguments.documents)
        encoder = Encoder(arguments.model)
        result = build_index(
            documents,
            IndexStore(arguments.index),
            encoder,
            Tokenizer(),
            progress=sys.stderr.isatty(),
        )
    except (DocumentError, ValueError, OSError) as error:
        return fail(str(error))
    print(
        f"{arguments.index}: {'built' if result.built else 'up to date'}, "
        f"{result.documents} documents, {result.units} units, {result.fingerprint}"
    )
    return 0
