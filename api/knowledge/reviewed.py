"""What reviewers have made of conversations, for editors and for the gate."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from api.review import proposals
from api.review.payloads import ArticleDraft, Expected, QuestionVariant, payload_of
from api.storage.models import ProposalKind
from knowledge_base.publishing.plan import RegressionCase


async def regression_cases(session: AsyncSession) -> list[RegressionCase]:
    """Questions that must not be answered wrongly again.

    One that should be answered with choices is right as long as it is no answer of another
    article, which the gate cannot tell from a decline.
    """
    return [
        RegressionCase(
            id=f"case-{number}",
            question=case.question,
            article_id=case.article_id if case.expected is Expected.ANSWER else None,
        )
        for number, case in enumerate(await proposals.accepted_regression_cases(session), start=1)
    ]


async def variants(session: AsyncSession, article_id: str, source: str) -> list[str]:
    """Ways to ask for an article that were accepted and do not stand in its text yet."""
    accepted = await proposals.accepted(session, ProposalKind.QUESTION_VARIANT)
    texts = dict.fromkeys(
        payload.text
        for payload in map(payload_of, accepted)
        if isinstance(payload, QuestionVariant) and payload.article_id == article_id
    )
    return [text for text in texts if text not in source]


async def wanted(session: AsyncSession, titles: Sequence[str]) -> list[ArticleDraft]:
    """Articles that reviewers found missing, without those of a title that there is by now."""
    accepted = await proposals.accepted(session, ProposalKind.ARTICLE_DRAFT)
    drafts = [each for each in map(payload_of, accepted) if isinstance(each, ArticleDraft)]
    return [each for each in drafts if each.title not in titles]
