"""``import``: foreign files become documents beside the articles."""

import argparse
import sys
from pathlib import Path
from typing import Any

from knowledge_base.collection import overlay_of
from knowledge_base.commands.output import fail, report
from knowledge_base.corpus import ARTICLES_DIR, load_corpus
from knowledge_base.document import DocumentError
from knowledge_base.importers.files import files_below
from knowledge_base.importers.storage import ImportedStore
from knowledge_base.paths import imported_directory

_BUILD_HINT = "run `python -m knowledge_base build` to search with the change"


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("import", help=import_documents.__doc__)
    command.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a file or a folder")
    command.add_argument("--into", type=Path, default=imported_directory(), metavar="DIR")
    command.add_argument("--list", action="store_true", help="list what has been imported")
    command.add_argument("--remove", metavar="SOURCE", help="forget an imported file, by its name")
    command.set_defaults(run=import_documents)


def import_documents(arguments: argparse.Namespace) -> int:
    """Import DOCX, PDF, XLSX, HTML, Markdown and text files as drafts and law texts."""
    store = ImportedStore(arguments.into)
    try:
        if arguments.remove is not None:
            return _remove(store, arguments.remove)
        if arguments.list:
            return _list(store)
        return _import(store, arguments.files)
    except (DocumentError, OSError) as error:
        return fail(str(error))


def _remove(store: ImportedStore, name: str) -> int:
    if not store.remove(name):
        return fail(f"{name} has not been imported; --list shows what has")
    print(f"removed {name}; {_BUILD_HINT}")
    return 0


def _list(store: ImportedStore) -> int:
    sources = store.sources()
    for source in sources:
        print(f"{source.documents:6d}  {source.name}")
    print(f"{len(sources)} files, {sum(source.documents for source in sources)} documents")
    return 0


def _import(store: ImportedStore, paths: list[Path]) -> int:
    from tqdm import tqdm

    from knowledge_base.importers.batch import import_files

    files = [file for path in paths for file in files_below(path)]
    if not files:
        return fail("there is no file to import")
    corpus = load_corpus(overlay=overlay_of(ARTICLES_DIR))
    taken = {article: str(file) for article, file in corpus.files.items()}
    outcomes = list(
        tqdm(
            import_files(files, store, taken),
            total=len(files),
            unit="file",
            disable=not sys.stderr.isatty(),
        )
    )
    for outcome in outcomes:
        if outcome.refusal is None:
            print(f"{outcome.documents:6d}  {outcome.file}")
        report(f"note: {outcome.file}: {note}" for note in outcome.notes)
    refused = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
    report(f"refused: {refusal}" for refusal in refused)
    imported = len(outcomes) - len(refused)
    documents = sum(outcome.documents for outcome in outcomes)
    print(f"{imported} files imported, {documents} documents, {len(refused)} refused")
    if imported:
        print(_BUILD_HINT)
    return 1 if refused else 0
