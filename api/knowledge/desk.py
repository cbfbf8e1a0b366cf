"""What editors do with articles. Pages and routes call the same functions."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge import checking, drafts, listing, previewing, reviewed, revisions
from api.knowledge.catalogue import Catalogue, Snapshot
from api.knowledge.checking import Problem
from api.knowledge.differences import Line, differences
from api.knowledge.listing import ArticleRow, DueItem, RevisionSummary
from api.knowledge.previewing import Preview
from api.knowledge.reviewed import ProposalSummary, WantedArticle
from api.knowledge.revisions import Base
from api.knowledge.texts import knowledge_texts
from api.storage.database import Database
from api.storage.models import ArticleRevision, RevisionState, Staff, now
from knowledge_base.document import Document

SOURCE_MAX_CHARS = 60_000
PROGRAM = 0
"""The number that stands for the article that came with the program."""


@dataclass(frozen=True)
class OpenArticle:
    """An article as an editor opens it. ``base`` goes back with what is saved; ``variants`` are
    ways to ask that were accepted and do not stand in it any more; ``proposals``: what reviewers
    made for it."""

    id: str
    source: str
    base: Base
    row: ArticleRow
    variants: list[str]
    proposals: list[ProposalSummary]
    history: list[RevisionSummary]


@dataclass(frozen=True)
class Checked:
    """The problems of a text, and how it looks if it can be read at all."""

    problems: list[Problem]
    preview: Preview | None


class KnowledgeDesk:
    """Articles, from their first draft to their approval. All acts raise ``ApiError``."""

    def __init__(
        self, database: Database, catalogue: Catalogue, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def articles(self) -> list[ArticleRow]:
        """Every article; :func:`listing.select` narrows them down."""
        return (await self._rows())[1]

    async def worklist(self) -> list[DueItem]:
        """What lapses or has to be looked at again within 60 days."""
        snapshot, rows = await self._rows()
        return listing.worklist(snapshot, rows)

    async def waiting(self) -> list[ArticleRow]:
        """Articles with a revision that waits for approval or for publication."""
        states = (RevisionState.SUBMITTED, RevisionState.APPROVED)
        return [row for row in await self.articles() if row.latest and row.latest.state in states]

    async def wanted(self) -> list[WantedArticle]:
        """Articles that reviewers found missing, for an editor to decide about."""
        async with self._database.read() as session:
            return await reviewed.wanted(session)

    async def open(self, article_id: str) -> OpenArticle:
        """An article to edit: what was written last, or what is in service.

        Raises ``ApiError``: article_not_found.
        """
        snapshot, rows = await self._rows()
        row = next((row for row in rows if row.id == article_id), None)
        if row is None:
            raise ApiError(ErrorCode.ARTICLE_NOT_FOUND)
        async with self._database.read() as session:
            history = await revisions.history(session, article_id)
            people = {each.author_id for each in history} | {each.decided_by for each in history}
            names = await revisions.names_of(session, {each for each in people if each})
            newest = history[0] if history else None
            source = snapshot.to_edit(article_id, newest)
            variants = await reviewed.variants(session, article_id, source)
            proposals = await reviewed.of_article(session, article_id, snapshot.questions())
        return OpenArticle(
            id=article_id,
            source=source,
            base=Base(newest.number, newest.updated_at) if newest else Base(PROGRAM),
            row=row,
            variants=variants,
            proposals=proposals,
            history=[RevisionSummary.of(each, names) for each in history],
        )

    async def create(
        self, staff: Staff, article_id: str, area: str, title: str, *, questions: Sequence[str] = ()
    ) -> ArticleRevision:
        """Begin a new article. Raises ``ApiError``: article_exists."""
        snapshot = await self._catalogue.snapshot()
        source = drafts.new_article(article_id, area, title, snapshot.day, questions=questions)
        return await self._create(staff, snapshot, article_id, source)

    async def create_from(self, staff: Staff, document: Document, area: str) -> ArticleRevision:
        """Begin an article from an imported document. Raises ``ApiError``: article_exists."""
        snapshot = await self._catalogue.snapshot()
        source = drafts.of_document(document.id, area, document, snapshot.day)
        return await self._create(staff, snapshot, document.id, source)

    async def save(
        self, staff: Staff, article_id: str, source: str, *, base: Base, comment: str = ""
    ) -> ArticleRevision:
        """Keep what an editor has written, sound or not.

        Raises ``ApiError``: article_not_found, edited_by_other with the name.
        """
        snapshot = await self._catalogue.snapshot()
        try:
            async with self._database.write() as session:
                is_known = snapshot.knows(article_id)
                if not is_known and await revisions.latest(session, article_id) is None:
                    raise ApiError(ErrorCode.ARTICLE_NOT_FOUND)
                return await revisions.save(
                    session,
                    staff,
                    article_id,
                    source,
                    based_on=base,
                    comment=comment,
                    at=self._clock(),
                )
        except IntegrityError as error:
            # Two first revisions at once, on an engine where writers do not queue.
            raise ApiError(ErrorCode.EDITED_BY_OTHER, name="") from error

    async def check(self, article_id: str, source: str) -> Checked:
        """Hold a text against the rules, and show it."""
        snapshot = await self._catalogue.snapshot()
        return await asyncio.to_thread(_check, snapshot, article_id, source)

    async def difference(self, article_id: str, old: int, new: int) -> list[Line]:
        """Compare two revisions by their numbers; ``PROGRAM`` is what came with the program.

        Raises ``ApiError``: revision_not_found.
        """
        snapshot = await self._catalogue.snapshot()
        async with self._database.read() as session:
            found = {
                each.number: each.source for each in await revisions.history(session, article_id)
            }
        found[PROGRAM] = snapshot.program_source(article_id) or ""
        if old not in found or new not in found:
            raise ApiError(ErrorCode.REVISION_NOT_FOUND)
        return await asyncio.to_thread(differences, found[old], found[new])

    async def compare(self, old: str, new: str) -> list[Line]:
        """Compare two texts, such as one's own with what a colleague saved meanwhile."""
        return await asyncio.to_thread(differences, old, new)

    async def submit(self, staff: Staff, revision_id: str, comment: str = "") -> ArticleRevision:
        """Ask for approval.

        Raises ``ApiError``: revision_not_found, revision_not_open, article_has_problems.
        """
        await self._require_sound(revision_id)
        async with self._database.write() as session:
            return await revisions.submit(
                session, staff, revision_id, comment=comment, at=self._clock()
            )

    async def decide(
        self, staff: Staff, revision_id: str, *, approve: bool, comment: str = ""
    ) -> ArticleRevision:
        """Approve or reject.

        Raises ``ApiError``: revision_not_found, revision_not_open, own_revision,
        article_has_problems.
        """
        if approve:
            await self._require_sound(revision_id)
        async with self._database.write() as session:
            return await revisions.decide(
                session, staff, revision_id, approve=approve, comment=comment, at=self._clock()
            )

    async def retire(self, staff: Staff, article_id: str, comment: str = "") -> ArticleRevision:
        """Ask for an article to be taken out of service. Raises ``ApiError``:
        article_not_found."""
        snapshot = await self._catalogue.snapshot()
        source = snapshot.source(article_id)
        if source is None:
            raise ApiError(ErrorCode.ARTICLE_NOT_FOUND)
        async with self._database.write() as session:
            return await revisions.retire(
                session,
                staff,
                article_id,
                source,
                comment=comment or knowledge_texts().retire_comment,
                at=self._clock(),
            )

    async def _rows(self) -> tuple[Snapshot, list[ArticleRow]]:
        snapshot = await self._catalogue.snapshot()
        async with self._database.read() as session:
            newest = await revisions.latest_of_all(session)
            people = {each.author_id for each in newest.values()}
            people |= {each.decided_by for each in newest.values() if each.decided_by}
            names = await revisions.names_of(session, people)
        return snapshot, listing.rows(snapshot, newest, names)

    async def _create(
        self, staff: Staff, snapshot: Snapshot, article_id: str, source: str
    ) -> ArticleRevision:
        if snapshot.knows(article_id):
            raise ApiError(ErrorCode.ARTICLE_EXISTS)
        async with self._database.write() as session:
            if await revisions.latest(session, article_id) is not None:
                raise ApiError(ErrorCode.ARTICLE_EXISTS)
            return await revisions.save(
                session,
                staff,
                article_id,
                source,
                based_on=Base(PROGRAM),
                comment="",
                at=self._clock(),
            )

    async def _require_sound(self, revision_id: str) -> None:
        async with self._database.read() as session:
            revision = await revisions.find(session, revision_id)
        if revision.retires:
            return
        checked = await self.check(revision.article_id, revision.source)
        if checked.problems:
            raise ApiError(ErrorCode.ARTICLE_HAS_PROBLEMS, count=len(checked.problems))


def _check(snapshot: Snapshot, article_id: str, source: str) -> Checked:
    checked = checking.check(snapshot, article_id, source)
    shown = previewing.preview(snapshot, checked.article) if checked.article else None
    return Checked(checked.problems, shown)
