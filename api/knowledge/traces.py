"""What an erased worker said, taken out of where editors and the gate keep it.

Functions work in the caller's transaction.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.knowledge.publications import report_of
from api.knowledge.questions import without_lines
from api.storage.models import ActorKind, ArticleRevision, Publication, RevisionState
from knowledge_base.publishing.plan import Verdict

_READ_BY_A_SECOND_PERSON = (RevisionState.SUBMITTED, RevisionState.APPROVED)


async def erase_from_drafts(
    session: AsyncSession, first: ArticleRevision, words: Collection[str], at: datetime
) -> bool:
    """Take questions, a title and points that say exactly one of ``words`` out of a revision and
    those after it; returns whether there were any.

    Nothing happens once one of them was in service. What waits for approval or publication becomes
    a draft again: it is not what was read any more.
    """
    revisions = (
        await session.scalars(
            select(ArticleRevision)
            .where(
                ArticleRevision.article_id == first.article_id,
                ArticleRevision.number >= first.number,
            )
            .with_for_update()
        )
    ).all()
    if any(revision.published_at for revision in revisions):
        return False
    changed = False
    for revision in revisions:
        source = without_lines(revision.source, words)
        if source == revision.source:
            continue
        changed = True
        revision.source, revision.updated_at = source, at
        if revision.state in _READ_BY_A_SECOND_PERSON:
            revision.state = RevisionState.DRAFT
        audit.record(
            session,
            "article.save",
            by=ActorKind.SYSTEM,
            subject_kind="article_revision",
            subject_id=revision.id,
            article=revision.article_id,
            number=revision.number,
        )
    return changed


async def erase_from_reports(
    session: AsyncSession, words: Collection[str], articles: Collection[str]
) -> None:
    """Take regression cases that ask one of ``words``, and the titles of ``articles``, out of the
    reports of publications."""
    if not words:
        return
    for publication in await session.scalars(select(Publication)):
        report = report_of(publication)
        titled = [
            each.model_copy(update={"title": each.id}) if each.id in articles else each
            for each in report.articles
        ]
        gate = report.gate and report.gate.model_copy(
            update={
                "broken": _unsaid(report.gate.broken, words),
                "repaired": _unsaid(report.gate.repaired, words),
            }
        )
        forgotten = report.model_copy(update={"articles": titled, "gate": gate})
        if forgotten != report:
            publication.report = forgotten.model_dump(mode="json")


def _unsaid(verdicts: Iterable[Verdict], words: Collection[str]) -> list[Verdict]:
    return [
        each.model_copy(update={"question": ""}) if each.case and each.question in words else each
        for each in verdicts
    ]
