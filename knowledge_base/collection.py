"""The documents that an index is built from: articles with what was imported, or a collection."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.article_parser import ArticleProblem
from knowledge_base.calendar import today
from knowledge_base.corpus import ARTICLES_DIR, load_corpus
from knowledge_base.document import Document, DocumentError, load_foreign_documents
from knowledge_base.paths import imported_directory
from knowledge_base.uncovered import UNCOVERED_FILE, load_uncovered


@dataclass(frozen=True)
class Collection:
    """Documents with distinct ids, and the problems of articles that were left out."""

    documents: list[Document]
    problems: tuple[ArticleProblem, ...] = ()


def load_collection(path: Path) -> Collection:
    """Read a folder of articles or a JSONL collection.

    The product's own articles come with everything that was imported and with the matters that
    nothing covers; another folder comes alone.

    Raises:
        DocumentError: ``path`` is neither, a collection is not sound, or an imported document
            has the id of an article.
    """
    if path.is_file():
        return Collection(load_foreign_documents(path))
    if not path.is_dir():
        raise DocumentError(f"{path} is neither a folder of articles nor a JSONL file")
    corpus = load_corpus(path)
    documents = [Document.from_article(article) for article in corpus.articles.values()]
    imported = _load_imported(path)
    for document in imported:
        if document.id in corpus.files:
            raise DocumentError(
                f"{document.id!r} stands twice: in {corpus.files[document.id]} and among the "
                f"imported documents in {imported_directory()} ({document.source})"
            )
    return Collection([*documents, *imported, *_load_uncovered(path)], corpus.problems)


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


def _load_imported(articles: Path) -> list[Document]:
    if not _is_own(articles) or not imported_directory().is_dir():
        return []
    # Importers read foreign formats with large libraries; most calls need none of them.
    from knowledge_base.importers.storage import load_imported

    return load_imported(imported_directory())


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


def _is_own(articles: Path) -> bool:
    return articles.resolve() == ARTICLES_DIR.resolve()
