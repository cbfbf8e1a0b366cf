"""Reading the documents that a command works on."""

from pathlib import Path

from knowledge_base.commands.output import report
from knowledge_base.corpus import load_corpus
from knowledge_base.document import Document, DocumentError, load_foreign_documents


def load_documents(path: Path) -> list[Document]:
    """Read a folder of articles or a JSONL collection; unsound articles are named and left out.

    Raises:
        DocumentError: ``path`` is neither, or the collection is not sound.
    """
    if path.is_file():
        return load_foreign_documents(path)
    if not path.is_dir():
        raise DocumentError(f"{path} is neither a folder of articles nor a JSONL file")
    corpus = load_corpus(path)
    report(f"problem: {problem}" for problem in corpus.problems)
    return [Document.from_article(article) for article in corpus.articles.values()]
