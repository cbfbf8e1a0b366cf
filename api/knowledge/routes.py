"""The knowledge desk over HTTP."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, UploadFile

from api.body_limit import Upload
from api.knowledge import listing, publications
from api.knowledge.hit_test import HitTest
from api.knowledge.imports import ImportPreview
from api.knowledge.listing import Standing
from api.knowledge.messages import (
    ArticleResponse,
    ArticlesResponse,
    CheckResponse,
    CommentRequest,
    DifferenceResponse,
    FromImportRequest,
    HitTestRequest,
    ImportsResponse,
    NewArticleRequest,
    PublicationsResponse,
    PublicationView,
    RevisionResponse,
    SaveRequest,
    SourceRequest,
    WorklistResponse,
)
from api.knowledge.service import Knowledge, knowledge_of
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.database import Database
from api.storage.models import RevisionState, Staff
from knowledge_base.article import ArticleStatus

IMPORT = Upload(
    re.compile(r"/api/v1/staff/knowledge/imports(/preview)?"), max_bytes=50 * 1024 * 1024
)
ArticleId = Annotated[
    str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=128, description="as in its file")
]
Ulid = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]
Editor = Annotated[Staff, auth.requires(Permission.EDIT_KNOWLEDGE)]
Publisher = Annotated[Staff, auth.requires(Permission.PUBLISH_KNOWLEDGE)]

own = APIRouter(prefix="/api/v1/staff", route_class=auth.StaffRoute, tags=["knowledge"])


async def _knowledge(request: Request) -> Knowledge:
    return knowledge_of(request.app.state)


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


TheKnowledge = Annotated[Knowledge, Depends(_knowledge)]
GatewayDatabase = Annotated[Database, Depends(_database)]


@own.get("/articles")
async def list_articles(
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
    text: Annotated[str, Query(max_length=100)] = "",
    area: str | None = None,
    standing: Standing | None = None,
    status: ArticleStatus | None = None,
    state: RevisionState | None = None,
) -> ArticlesResponse:
    """Articles that fit, with status, dates and the newest revision."""
    rows = listing.select(
        await knowledge.desk.articles(),
        text=text,
        area=area,
        standing=standing,
        status=status,
        state=state,
    )
    return ArticlesResponse(articles=rows)


@own.post("/articles", status_code=201)
async def create_article(
    body: NewArticleRequest, staff: Editor, knowledge: TheKnowledge
) -> RevisionResponse:
    """Begin an article."""
    revision = await knowledge.desk.create(
        staff, body.id, body.area, body.title, questions=body.questions
    )
    return RevisionResponse.of(revision)


@own.get("/articles/{article_id}")
async def open_article(
    article_id: ArticleId,
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
) -> ArticleResponse:
    """An article to edit, with its history."""
    return ArticleResponse.of(await knowledge.desk.open(article_id))


@own.put("/articles/{article_id}/draft")
async def save_draft(
    article_id: ArticleId, body: SaveRequest, staff: Editor, knowledge: TheKnowledge
) -> RevisionResponse:
    """Keep what was written; 409 with the name of who saved something meanwhile."""
    revision = await knowledge.desk.save(
        staff, article_id, body.source, base=body.base.base, comment=body.comment
    )
    return RevisionResponse.of(revision)


@own.post("/articles/{article_id}/check")
async def check_article(
    article_id: ArticleId,
    body: SourceRequest,
    staff: Editor,  # noqa: ARG001 - who may do it
    knowledge: TheKnowledge,
) -> CheckResponse:
    """Problems of a text, and how it will look on the web and in WeChat."""
    return CheckResponse.of(await knowledge.desk.check(article_id, body.source))


@own.get("/articles/{article_id}/difference")
async def difference(
    article_id: ArticleId,
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
    old: Annotated[int, Query(ge=0)],
    new: Annotated[int, Query(ge=0)],
) -> DifferenceResponse:
    """Two revisions compared; 0 is what came with the program."""
    return DifferenceResponse(lines=await knowledge.desk.difference(article_id, old, new))


@own.post("/articles/{article_id}/retire")
async def retire_article(
    article_id: ArticleId, body: CommentRequest, staff: Editor, knowledge: TheKnowledge
) -> RevisionResponse:
    """Ask for an article to be taken out of service."""
    return RevisionResponse.of(await knowledge.desk.retire(staff, article_id, body.comment))


@own.post("/articles/{article_id}/publish", status_code=202)
async def publish_article(
    article_id: ArticleId, staff: Publisher, knowledge: TheKnowledge
) -> PublicationView:
    """Put one approved article into service; ``GET /knowledge/publications/{id}`` tells how far
    it is."""
    publication = await knowledge.publishing.start(staff, only=article_id)
    return PublicationView.of(publication, [])


@own.post("/revisions/{revision_id}/submit")
async def submit_revision(
    revision_id: Ulid, body: CommentRequest, staff: Editor, knowledge: TheKnowledge
) -> RevisionResponse:
    """Ask a second person to approve a draft."""
    return RevisionResponse.of(await knowledge.desk.submit(staff, revision_id, body.comment))


@own.post("/revisions/{revision_id}/approve")
async def approve_revision(
    revision_id: Ulid, body: CommentRequest, staff: Publisher, knowledge: TheKnowledge
) -> RevisionResponse:
    """Approve what somebody else has submitted."""
    revision = await knowledge.desk.decide(staff, revision_id, approve=True, comment=body.comment)
    return RevisionResponse.of(revision)


@own.post("/revisions/{revision_id}/reject")
async def reject_revision(
    revision_id: Ulid, body: CommentRequest, staff: Publisher, knowledge: TheKnowledge
) -> RevisionResponse:
    """Give back what was submitted."""
    revision = await knowledge.desk.decide(staff, revision_id, approve=False, comment=body.comment)
    return RevisionResponse.of(revision)


@own.get("/knowledge/worklist")
async def worklist(
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
) -> WorklistResponse:
    """What lapses or has to be looked at again within 60 days."""
    return WorklistResponse(items=await knowledge.desk.worklist())


@own.post("/knowledge/hit-test")
async def hit_test(
    body: HitTestRequest,
    staff: Editor,  # noqa: ARG001 - who may do it
    knowledge: TheKnowledge,
) -> HitTest:
    """Every stage's score of a question, and what the assistant would do."""
    return await knowledge.hit_tester.ask(body.text)


@own.get("/knowledge/publications")
async def list_publications(
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
    database: GatewayDatabase,
) -> PublicationsResponse:
    """Publications, newest first."""
    async with database.read() as session:
        found = await publications.recent(session)
    views = [PublicationView.of(each, knowledge.publishing.progress(each.id)) for each in found]
    return PublicationsResponse(publications=views)


@own.post("/knowledge/publications", status_code=202)
async def publish(staff: Publisher, knowledge: TheKnowledge) -> PublicationView:
    """Put everything that was approved into service, if the search does not get worse."""
    return PublicationView.of(await knowledge.publishing.start(staff), [])


@own.get("/knowledge/publications/{publication_id}")
async def read_publication(
    publication_id: Ulid,
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
    database: GatewayDatabase,
) -> PublicationView:
    """How far a publication is, or what came of it."""
    async with database.read() as session:
        found = await publications.find(session, publication_id)
    return PublicationView.of(found, knowledge.publishing.progress(found.id))


@own.post("/knowledge/roll-back")
async def roll_back(staff: Publisher, knowledge: TheKnowledge) -> PublicationView:
    """Return to what was in service before the last publication."""
    return PublicationView.of(await knowledge.publishing.roll_back(staff), [])


@own.post("/knowledge/imports/preview")
async def preview_import(
    file: UploadFile,
    staff: Editor,  # noqa: ARG001 - who may do it
    knowledge: TheKnowledge,
) -> ImportPreview:
    """What a foreign file becomes; nothing is kept."""
    return await knowledge.imports.preview(file.filename or "", await file.read())


@own.get("/knowledge/imports")
async def list_imports(
    staff: Editor,  # noqa: ARG001 - who may see it
    knowledge: TheKnowledge,
) -> ImportsResponse:
    """Files that wait for the next publication."""
    return ImportsResponse(imports=await knowledge.imports.pending())


@own.post("/knowledge/imports", status_code=201)
async def keep_import(file: UploadFile, staff: Editor, knowledge: TheKnowledge) -> ImportPreview:
    """Keep a foreign file for the next publication, in place of one of the same name."""
    return await knowledge.imports.keep(staff, file.filename or "", await file.read())


@own.delete("/knowledge/imports/{name}", status_code=204)
async def drop_import(
    name: Annotated[str, Path(max_length=200)], staff: Editor, knowledge: TheKnowledge
) -> None:
    """Forget a file that waits."""
    await knowledge.imports.drop(staff, name)


@own.post("/knowledge/imports/{name}/article", status_code=201)
async def article_from_import(
    name: Annotated[str, Path(max_length=200)],
    body: FromImportRequest,
    staff: Editor,
    knowledge: TheKnowledge,
) -> RevisionResponse:
    """Begin an article from a document of a file that waits."""
    document = await knowledge.imports.document(name, body.document_id)
    return RevisionResponse.of(await knowledge.desk.create_from(staff, document, body.area))
