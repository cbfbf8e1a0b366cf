"""What becomes of reviews and proposals when a conversation is erased.

What was accepted has no personal data and no name to it, and outlives the time for which a
conversation is kept. When a worker has everything deleted, it goes too, out of drafts and reports
as well; what stands in an article that was in service is the union's own text by then.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.cleaning import shorten
from api.knowledge import traces
from api.knowledge.drafting import ARTICLE_TITLE_MAX_CHARS
from api.privacy.masking import mask
from api.review.payloads import ArticleDraft, asked, payload_of
from api.storage.models import (
    ActorKind,
    ArticleRevision,
    Author,
    Message,
    Proposal,
    ProposalKind,
    ProposalState,
    Review,
    ReviewState,
)


async def erase(
    session: AsyncSession, conversation_id: str, *, by: ActorKind, at: datetime
) -> None:
    """Forget what repeats a worker's words, before the record itself is erased.

    Answers that nobody judged have nothing left to judge.
    """
    of_conversation = Review.conversation_id == conversation_id
    await session.execute(delete(Review).where(of_conversation, Review.state == ReviewState.OPEN))
    await session.execute(update(Review).where(of_conversation).values(comment=""))
    made_of = Proposal.message_id.in_(
        select(Message.id).where(Message.conversation_id == conversation_id)
    )
    if by is ActorKind.WORKER:
        await _erase_accepted(session, made_of, at)
        await _erase_examples(session, conversation_id, at)
        await session.execute(delete(Proposal).where(made_of))
        return
    await session.execute(delete(Proposal).where(made_of, Proposal.state != ProposalState.ACCEPTED))
    await session.execute(update(Proposal).where(made_of).values(message_id=None))


async def _erase_accepted(
    session: AsyncSession, made_of: ColumnElement[bool], at: datetime
) -> None:
    """Take what was made of the conversation out of drafts and reports."""
    words: set[str] = set()
    articles: set[str] = set()
    for proposal in await session.scalars(select(Proposal).where(made_of)):
        own = set(_texts(proposal.payload))
        own |= {shorten(text, ARTICLE_TITLE_MAX_CHARS) for text in own}
        words |= own
        articles |= await _erase_from_draft(session, proposal, own, at)
    await traces.erase_from_reports(session, words, articles)


async def _erase_examples(session: AsyncSession, conversation_id: str, at: datetime) -> None:
    """Take the worker's questions out of drafts that were made of several workers' questions."""
    texts = await session.scalars(
        select(Message.text).where(
            Message.conversation_id == conversation_id, Message.author == Author.WORKER
        )
    )
    # Such a draft repeats what was covered before (api.review.questions).
    said = {asked(mask(text)) for text in texts} - {""}
    proposed = await session.scalars(
        select(Proposal).where(Proposal.kind == ProposalKind.ARTICLE_DRAFT)
    )
    for proposal in proposed:
        draft = payload_of(proposal)
        assert isinstance(draft, ArticleDraft)  # noqa: S101 - by the kind
        own = said.intersection(draft.examples)
        if not own:
            continue
        kept = [example for example in draft.examples if example not in own]
        proposal.payload = draft.model_copy(update={"examples": kept}).stored()
        await _erase_from_draft(session, proposal, own, at)


async def _erase_from_draft(
    session: AsyncSession, proposal: Proposal, words: Collection[str], at: datetime
) -> set[str]:
    """Returns the id of the article if its draft held any of the words."""
    if proposal.revision_id is None:
        return set()
    revision = await session.get_one(ArticleRevision, proposal.revision_id)
    changed = await traces.erase_from_drafts(session, revision, words, at)
    return {revision.article_id} if changed else set()


def _texts(value: Any) -> Iterator[str]:
    """Every text of a payload."""
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _texts(each)
        case dict():
            for each in value.values():
                yield from _texts(each)
