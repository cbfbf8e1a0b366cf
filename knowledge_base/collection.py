"""The documents that an index is built from: articles with what was imported, or a collection."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.article_parser import ArticleProblem
from knowledge_base.calendar import today
from knowledge_base.corpus import ARTICLES_DIR, load_corpus
from knowledge_base.document import Document, DocumentError, load_foreign_documents
from knowledge_base.overlay import Overlay, OverlayError, OverlayStore
from knowledge_base.paths import articles_directory, imported_directory
from knowledge_base.uncovered import UNCOVERED_FILE, load_uncovered


@dataclass(frozen=True)
class Collection:
    """Documents with distinct ids, and the problems of articles that were left out."""

    documents: list[Document]
    problems: tuple[ArticleProblem, ...] = ()


def load_collection(path: Path, *, overlay: Overlay | None = None) -> Collection:
    """Read a folder of articles or a JSONL collection.

    The product's own articles come with what editors put into service, with everything that was
    imported and with the matters that nothing covers; another folder comes alone.

    Args:
        path: the folder or the collection.
        overlay: what editors put into service; by default, for the product's own articles, the
            version in use.

    Raises:
        DocumentError: ``path`` is neither, a collection is not sound, an imported document
            has the id of an article, or what editors put into service cannot be told.
    """
    if path.is_file():
        return Collection(load_foreign_documents(path))
    if not path.is_dir():
        raise DocumentError(f"{path} is neither a folder of articles nor a JSONL file")
    if overlay is None:
        overlay = overlay_of(path)
    corpus = load_corpus(path, overlay=overlay)
    documents = [Document.from_article(article) for article in corpus.articles.values()]
    imported = _load_imported(path, overlay)
    for document in imported:
        if document.id in corpus.files:
            raise DocumentError(
                f"{document.id!r} stands twice: in {corpus.files[document.id]} and among the "
                f"imported documents ({document.source}) in "
                f"{' or '.join(map(str, _imported_directories(path, overlay)))}"
            )
    return Collection([*documents, *imported, *_load_uncovered(path)], corpus.problems)


def overlay_of(articles: Path) -> Overlay:
    """What editors put into service beside these articles: nothing beside foreign ones.

    Raises:
        DocumentError: it cannot be told.
    """
    if not _is_own(articles):
        return Overlay()
    try:
        return OverlayStore(articles_directory()).current()
    except OverlayError as error:
        raise DocumentError(str(error)) from error


def collection_state(path: Path) -> object:
    """Return a value that changes whenever the documents may have changed, without reading them.

    The day is part of it: what an article says can depend on it.
    """
    files = [
        (str(file), status.st_mtime_ns, status.st_size)
        for file in _files(path)
        if (status := file.stat())
    ]
    return today(), sorted(files)


def _load_imported(articles: Path, overlay: Overlay) -> list[Document]:
    directories = _imported_directories(articles, overlay)
    if not directories:
        return []
    # Importers read foreign formats with large libraries; most calls need none of them.
    from knowledge_base.importers.storage import load_imported

    return load_imported(*directories)


def _imported_directories(articles: Path, overlay: Overlay) -> list[Path]:
    own = [imported_directory()] if _is_own(articles) else []
    return [each for each in [*own, overlay.imported] if each is not None and each.is_dir()]


def _load_uncovered(articles: Path) -> list[Document]:
    file = articles.parent / UNCOVERED_FILE.name
    return load_uncovered(file) if _is_own(articles) and file.is_file() else []


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    yield from path.rglob("*.md")
    if _is_own(path):
        yield from ARTICLES_DIR.parent.glob("*.yml")
        yield from (file for file in imported_directory().rglob("*") if file.is_file())
        yield from (file for file in articles_directory().rglob("*") if file.is_file())


def _is_own(articles: Path) -> bool:
    return articles.resolve() == ARTICLES_DIR.resolve()
