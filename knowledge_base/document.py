"""What an index holds: documents, made from articles or from foreign collections."""

import hashlib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge_base.article import Article, ArticleStatus, SectionName
from knowledge_base.source import Source

BODY_SECTION = "正文"
"""The only section of a foreign document."""


class DocumentError(Exception):
    """A foreign collection is not what the importer reads; names file, line and rule."""


class DocumentKind(StrEnum):
    """What a document is; an article outranks the others when both answer."""

    ARTICLE = "article"
    LAW = "law"
    DRAFT = "draft"
    FOREIGN = "foreign"
    UNCOVERED = "uncovered"
    """A matter that no article covers: never a hit, but what resembles it is no answer either."""


class Document(BaseModel):
    """One answerable thing. ``sections`` maps headings to Markdown, in reading order."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: DocumentKind = DocumentKind.ARTICLE
    title: str
    revision: str
    area: str | None = None
    region: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    verified: bool
    as_of: date | None = None
    source: str
    url: str | None = None
    chapter: str | None = None
    """For law text: where the article stands, like 第四章 劳动合同的解除和终止."""
    sections: dict[str, str]
    questions: list[str] = []
    related: list[str] = []

    @classmethod
    def from_article(cls, article: Article) -> Self:
        head = article.front_matter
        return cls(
            id=head.id,
            title=head.title,
            revision=article.revision,
            area=head.area,
            region=head.region,
            effective_from=head.effective_from,
            effective_to=article.effective_to,
            verified=head.status is ArticleStatus.VERIFIED,
            as_of=article.as_of,
            source="；".join(_source_text(source) for source in head.sources),
            url=next((str(source.url) for source in head.sources if source.url), None),
            sections={str(name): body for name, body in article.sections.items()},
            questions=head.questions,
            related=head.related,
        )

    @property
    def own(self) -> bool:
        """Whether the union itself keeps the document, not an importer or a foreign collection."""
        return self.kind in {DocumentKind.ARTICLE, DocumentKind.UNCOVERED}

    @property
    def short_answer(self) -> str | None:
        return self.sections.get(SectionName.SHORT_ANSWER)

    def valid_on(self, day: date) -> bool:
        """Tell whether the document may be an answer on that day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


def _source_text(source: Source) -> str:
    return source.title if source.article_no is None else f"{source.title}{source.article_no}"


class ForeignDocument(BaseModel):
    """One line of a foreign collection (JSONL)."""

    id: str = Field(min_length=1)
    title: str
    text: str
    source: str
    effective_from: date | None = None


def load_foreign_documents(path: Path) -> list[Document]:
    """Read a JSONL collection.

    Raises:
        DocumentError: a line is not valid, or an id stands twice.
    """
    documents: dict[str, Document] = {}
    # Only a line feed ends a line: JSON may hold other line separators.
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            foreign = ForeignDocument.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            rule = ".".join(str(part) for part in first["loc"]) or "json"
            raise DocumentError(f"{path}:{number}: [{rule}] {first['msg']}") from error
        if foreign.id in documents:
            raise DocumentError(f"{path}:{number}: [id] {foreign.id!r} stands twice")
        documents[foreign.id] = _from_foreign(foreign)
    return list(documents.values())


def _from_foreign(foreign: ForeignDocument) -> Document:
    content = foreign.model_dump_json()
    return Document(
        id=foreign.id,
        kind=DocumentKind.FOREIGN,
        title=foreign.title,
        revision=hashlib.sha256(content.encode()).hexdigest()[:12],
        effective_from=foreign.effective_from,
        verified=False,
        source=foreign.source,
        sections={BODY_SECTION: foreign.text},
    )
