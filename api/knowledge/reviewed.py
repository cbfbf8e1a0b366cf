"""What reviewers have made of conversations, for editors and for the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from api.knowledge.questions import questions_in, stands_in
from api.review import proposals, stages
from api.review.payloads import (
    ArticleDraft,
    NluExample,
    Payload,
    QuestionVariant,
    RegressionCase,
    payload_of,
)
from api.review.stages import Stage
from api.storage.models import ProposalKind, ProposalState
from knowledge_base.publishing import plan

_MANY = 200


class ProposalSummary(BaseModel):
    """A proposal about an article: ``text`` is the question, or the title of a new article."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: ProposalKind
    stage: Stage
    text: str
    created_at: datetime


@dataclass(frozen=True)
class WantedArticle:
    """An article that a reviewer found missing, and nobody has decided about."""

    proposal_id: str
    draft: ArticleDraft


async def regression_cases(session: AsyncSession) -> list[plan.RegressionCase]:
    """Questions that must not be answered worse again; they are called by their proposals."""
    return [
        plan.RegressionCase(
            id=proposal_id,
            question=case.question,
            expected=case.expected,
            article_id=case.article_id,
        )
        for proposal_id, case in (await proposals.regression_set(session)).items()
    ]


async def variants(session: AsyncSession, article_id: str, source: str) -> list[str]:
    """Ways to ask for an article that were accepted and do not stand in its text any more."""
    accepted = await proposals.accepted(session, ProposalKind.QUESTION_VARIANT)
    texts = dict.fromkeys(
        payload.text
        for payload in map(payload_of, accepted)
        if isinstance(payload, QuestionVariant) and payload.article_id == article_id
    )
    questions = questions_in(source)
    return [text for text in texts if not stands_in(text, questions)]


async def wanted(session: AsyncSession) -> list[WantedArticle]:
    """Articles that reviewers found missing, the latest first."""
    found = await proposals.listing(
        session, kind=ProposalKind.ARTICLE_DRAFT, state=ProposalState.OPEN, limit=_MANY
    )
    return [
        WantedArticle(proposal.id, payload)
        for proposal, _ in found
        if isinstance(payload := payload_of(proposal), ArticleDraft)
    ]


async def of_article(
    session: AsyncSession, article_id: str, in_service: Mapping[str, Sequence[str]]
) -> list[ProposalSummary]:
    """What reviewers propose, or have proposed, for an article; ``in_service``: articles with
    their questions."""
    found = await proposals.of_article(session, article_id)
    standings = await stages.standings(session, in_service, found)
    return [
        ProposalSummary(
            id=proposal.id,
            kind=proposal.kind,
            stage=standings[proposal.id].stage,
            text=_text_of(payload_of(proposal)),
            created_at=proposal.created_at,
        )
        for proposal in found
    ]


def _text_of(payload: Payload) -> str:
    match payload:
        case QuestionVariant(text=text) | NluExample(text=text):
            return text
        case RegressionCase(question=question):
            return question
        case ArticleDraft(title=title):
            return title
        case _:
            assert_never(payload)
