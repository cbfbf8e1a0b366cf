"""Reading the documents that a command works on."""

from pathlib import Path

from knowledge_base.collection import load_collection
from knowledge_base.commands.output import report
from knowledge_base.document import Document


def load_documents(path: Path) -> list[Document]:
    """Read articles with what was imported, or a JSONL collection; name unsound articles.

    Raises:
        DocumentError: as :func:`knowledge_base.collection.load_collection`.
    """
    collection = load_collection(path)
    report(f"problem: {problem}" for problem in collection.problems)
    return collection.documents
