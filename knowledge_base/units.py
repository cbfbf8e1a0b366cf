"""The units of an index: small texts that each point to one document."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge_base.article import SectionName
from knowledge_base.document import Document


class UnitKind(StrEnum):
    """Which part of a document a unit is."""

    QUESTION = "question"
    SUMMARY = "summary"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Unit:
    """``text`` is what is indexed; ``section`` the heading it came from (empty: a question)."""

    document_id: str
    kind: UnitKind
    section: str
    text: str


_NOT_INDEXED = {SectionName.SHORT_ANSWER, SectionName.BASIS}
# The short answer is part of the summary unit; the legal basis names laws, not matters.


def units_of(document: Document) -> list[Unit]:
    """Return each way of asking, the title with the short answer if any, and each section."""
    questions = [
        Unit(document.id, UnitKind.QUESTION, "", question) for question in document.questions
    ]
    sections = [
        Unit(document.id, UnitKind.SECTION, name, f"{document.title} {name}\n{body}")
        for name, body in document.sections.items()
        if name not in _NOT_INDEXED
    ]
    if document.short_answer is None and (questions or sections):
        # A title alone (of a law's article, say) resembles every question a little; the sections
        # have it in front anyway.
        return [*questions, *sections]
    text = "\n".join(filter(None, [document.title, document.short_answer]))
    summary = Unit(document.id, UnitKind.SUMMARY, SectionName.SHORT_ANSWER, text)
    return [*questions, summary, *sections]


def all_units(documents: Iterable[Document]) -> list[Unit]:
    """Return the units of all documents, in the documents' order."""
    return [unit for document in documents for unit in units_of(document)]
