"""What reviewers propose, for the tests of what becomes of it."""

from api.review.desk import ReviewDesk
from api.review.payloads import ArticleDraft, Payload, QuestionVariant, RegressionCase
from api.review.stages import Standing
from api.storage.models import Proposal, Staff
from knowledge_base.publishing.plan import Expected

LEAVE = "annual-leave-days"
VARIANT = QuestionVariant(article_id=LEAVE, text="年假有木佬佬天伐")
DRAFT = ArticleDraft(
    title="电动车在厂里怎么充电",
    area="general",
    question="电瓶车哪里充电",
    examples=["厂里能充电瓶车伐", "电瓶车哪里充电？"],
    facts=["要有专门的充电棚"],
)
CASE = RegressionCase(question="年假有几天", expected=Expected.ANSWER, article_id=LEAVE)


async def proposed(review: ReviewDesk, staff: Staff, *payloads: Payload) -> list[Proposal]:
    return [await review.proposals.propose(staff, payload) for payload in payloads]


async def accepted(review: ReviewDesk, by: Staff, decider: Staff, payload: Payload) -> Proposal:
    (proposal,) = await proposed(review, by, payload)
    return await review.decisions.accept(proposal.id, decider)


async def standing(review: ReviewDesk, proposal: Proposal) -> Standing:
    async with review.database.read() as session:
        stored = await session.get_one(Proposal, proposal.id)
        return (await review.standings(session, [stored]))[proposal.id]
