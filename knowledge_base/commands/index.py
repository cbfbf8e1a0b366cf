"""``build``, ``versions``, ``roll-back``, ``drift``: the life of an index."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_base.commands.documents import load_documents
from knowledge_base.commands.output import fail, report
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.document import DocumentError
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.paths import embedding_model, index_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.retrieval.analyser import Analyser


def register(commands: Any) -> None:
    """Add the commands to the parser's sub-commands."""
    build_parser = _add(commands, "build", build, documents=True)
    build_parser.add_argument(
        "--keep-rolled-back",
        action="store_true",
        help="after a roll-back, say so and build nothing",
    )
    _add(commands, "versions", versions)
    _add(commands, "roll-back", roll_back)
    _add(commands, "drift", drift, documents=True)


def _add(commands: Any, name: str, run: Any, *, documents: bool = False) -> Any:
    command = commands.add_parser(name, help=run.__doc__)
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    if documents:
        command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR|JSONL")
        command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.set_defaults(run=run)
    return command


def build(arguments: argparse.Namespace) -> int:
    """Build the index from the articles (or a JSONL collection) and switch to it."""
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.index.builder import build_index
    from knowledge_base.retrieval.analyser import default_analysers

    store = IndexStore(arguments.index)
    try:
        documents = load_documents(arguments.documents)
        encoder, analysers = Encoder(arguments.model), default_analysers()
        if arguments.keep_rolled_back and _is_rolled_back(store, encoder, analysers):
            report(
                [
                    f"problem: the index is rolled back to {store.pointer().in_use}; the "
                    "documents on disk are not served. `python -m knowledge_base drift` shows the "
                    "difference, `python -m knowledge_base build` serves them"
                ]
            )
            return 0
        result = build_index(documents, store, encoder, analysers, progress=sys.stderr.isatty())
    except (DocumentError, ValueError, OSError) as error:
        return fail(str(error))
    print(
        f"{arguments.index}: {'built' if result.built else 'up to date'}, "
        f"{result.documents} documents, {result.units} units, {result.fingerprint}"
    )
    if result.built:
        print(f"{result.encoded} texts encoded, {result.reused} units unchanged")
    return 0


def _is_rolled_back(store: IndexStore, encoder: "Encoder", analysers: "Sequence[Analyser]") -> bool:
    """Tell whether a person has rolled back to a version that can still be served.

    After a change of encoder, analysers or format it cannot, and keeping it would leave the
    assistant without any index.
    """
    from knowledge_base.index.settings import check_settings

    try:
        check_settings(store.read_manifest(store.current_version()), encoder, analysers)
        return store.pointer().rolled_back_from is not None
    except (IndexUnavailableError, CorruptIndexError):
        return False


def versions(arguments: argparse.Namespace) -> int:
    """List the versions of the index, newest first."""
    try:
        found = IndexStore(arguments.index).versions()
    except (IndexUnavailableError, CorruptIndexError) as error:
        return fail(str(error))
    for version in found:
        notes = [
            *(["in use"] if version.in_use else []),
            *(["rolled back from"] if version.rolled_back_from else []),
        ]
        print(
            f"{version.name}  {version.created_at:%Y-%m-%d %H:%M:%S %Z}  "
            f"{version.documents} documents, {version.units} units, {version.fingerprint}"
            f"{'  ← ' if notes else ''}{', '.join(notes)}"
        )
    return 0


def roll_back(arguments: argparse.Namespace) -> int:
    """Switch to the version that was in use before; running processes follow."""
    try:
        name = IndexStore(arguments.index).roll_back()
    except (IndexUnavailableError, OSError) as error:
        return fail(str(error))
    print(f"{arguments.index}: {name} is in use; the next `build` serves the documents again")
    return 0


def drift(arguments: argparse.Namespace) -> int:
    """Name what differs between the index in use and the documents and settings of now."""
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.index.drift import index_drift
    from knowledge_base.retrieval.analyser import default_analysers

    try:
        found = index_drift(
            IndexStore(arguments.index),
            load_documents(arguments.documents),
            Encoder(arguments.model),
            default_analysers(),
        )
    except (DocumentError, IndexUnavailableError, CorruptIndexError, OSError) as error:
        return fail(str(error))
    for line in found.lines():
        print(line)
    print("the index differs" if found else "no drift")
    return 1 if found else 0
