"""The knowledge desk's JSON (design §4.5)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.knowledge.checking import Problem
from api.knowledge.desk import SOURCE_MAX_CHARS, Checked, OpenArticle
from api.knowledge.differences import Line
from api.knowledge.imports import PendingImport
from api.knowledge.listing import ArticleRow, DueItem, RevisionSummary
from api.knowledge.previewing import Preview
from api.knowledge.publications import Report, report_of
from api.knowledge.reviewed import ProposalSummary
from api.knowledge.revisions import Base
from api.storage.models import ArticleRevision, Publication, PublicationState, RevisionState
from knowledge_base.article import Slug
from knowledge_base.publishing.plan import Progress

Comment = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
ArticleSlug = Annotated[Slug, Field(max_length=128)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ArticlesResponse(BaseModel):
    """Articles, by area and title."""

    articles: list[ArticleRow]


class WorklistResponse(BaseModel):
    """What lapses or has to be looked at again soon, the most urgent first."""

    items: list[DueItem]


class BaseView(BaseModel):
    """What an editor started from; send it back with what is saved."""

    number: int = Field(ge=0)
    updated_at: AwareDatetime | None = None

    @classmethod
    def of(cls, base: Base) -> Self:
        """The view of a base."""
        return cls(number=base.number, updated_at=base.updated_at)

    @property
    def base(self) -> Base:
        """The base itself."""
        return Base(self.number, self.updated_at)


class ArticleResponse(BaseModel):
    """An article to edit, with its history, newest first. ``variants``: ways to ask that were
    accepted and do not stand in it any more; ``proposals``: what reviewers made for it."""

    id: str
    source: str
    base: BaseView
    article: ArticleRow
    variants: list[str]
    proposals: list[ProposalSummary]
    history: list[RevisionSummary]

    @classmethod
    def of(cls, opened: OpenArticle) -> Self:
        """The view of an article that was opened."""
        return cls(
            id=opened.id,
            source=opened.source,
            base=BaseView.of(opened.base),
            article=opened.row,
            variants=opened.variants,
            proposals=opened.proposals,
            history=opened.history,
        )


class NewArticleRequest(_Request):
    """Begins an article."""

    id: ArticleSlug
    area: Slug
    title: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
    questions: list[str] = Field(default=[], max_length=20)


class FromImportRequest(_Request):
    """Begins an article from a document of an imported file."""

    document_id: str
    area: Slug


class SourceRequest(_Request):
    """The text of an article."""

    source: str = Field(max_length=SOURCE_MAX_CHARS)


class SaveRequest(SourceRequest):
    """Keeps what an editor has written."""

    base: BaseView
    comment: Comment = ""


class CommentRequest(_Request):
    """A word for the colleague who reads it next."""

    comment: Comment = ""


class RevisionResponse(BaseModel):
    """A revision after an act, and what the next save is based on."""

    id: str
    article_id: str
    number: int
    state: RevisionState
    base: BaseView

    @classmethod
    def of(cls, revision: ArticleRevision) -> Self:
        """The view of a stored revision."""
        return cls(
            id=revision.id,
            article_id=revision.article_id,
            number=revision.number,
            state=revision.state,
            base=BaseView(number=revision.number, updated_at=revision.updated_at),
        )


class CheckResponse(BaseModel):
    """Problems, and how the article looks if it can be read at all."""

    problems: list[Problem]
    preview: Preview | None

    @classmethod
    def of(cls, checked: Checked) -> Self:
        """The view of what was checked."""
        return cls(problems=checked.problems, preview=checked.preview)


class DifferenceResponse(BaseModel):
    """A comparison, line by line."""

    lines: list[Line]


class HitTestRequest(_Request):
    """A question as a worker types it."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class PublicationView(BaseModel):
    """A publication. ``progress``: the last word of each step, while it runs here."""

    id: str
    state: PublicationState
    started_by: str
    created_at: datetime
    ended_at: datetime | None
    index_version: str | None
    report: Report
    progress: list[Progress]

    @classmethod
    def of(cls, publication: Publication, progress: list[Progress]) -> Self:
        """The view of a stored publication."""
        return cls(
            id=publication.id,
            state=publication.state,
            started_by=publication.started_by,
            created_at=publication.created_at,
            ended_at=publication.ended_at,
            index_version=publication.index_version,
            report=report_of(publication),
            progress=progress,
        )


class PublicationsResponse(BaseModel):
    """Publications, newest first."""

    publications: list[PublicationView]


class ImportsResponse(BaseModel):
    """Files that wait for the next publication."""

    imports: list[PendingImport]
