"""What reviewers found reaches the editors."""

import pytest
from sqlalchemy import select

from api.knowledge.desk import KnowledgeDesk
from api.knowledge.reviewed import regression_cases
from api.review.stages import Stage
from api.storage.database import Database
from api.storage.models import Proposal, ProposalKind, ProposalState
from knowledge_base.publishing.plan import Expected
from tests.api.knowledge.office import People, edit

pytestmark = pytest.mark.anyio
LEAVE = "annual-leave-days"


@pytest.fixture
async def proposed(database: Database, people: People) -> None:
    payloads = [
        (ProposalKind.QUESTION_VARIANT, {"article_id": LEAVE, "text": "年假有木佬佬天伐"}),
        (ProposalKind.QUESTION_VARIANT, {"article_id": LEAVE, "text": "年假几天"}),
        (ProposalKind.QUESTION_VARIANT, {"article_id": "mutual-aid", "text": "互助咋弄"}),
        (
            ProposalKind.ARTICLE_DRAFT,
            {"title": "电动车充电", "area": "general", "question": "哪里充电"},
        ),
        (
            ProposalKind.ARTICLE_DRAFT,
            {"title": "被拖欠工资怎么办", "area": "general", "question": "x"},
        ),
        (
            ProposalKind.REGRESSION_CASE,
            {"question": "年假", "expected": "answer", "article_id": LEAVE},
        ),
        (
            ProposalKind.REGRESSION_CASE,
            {"question": "股票", "expected": "decline", "article_id": None},
        ),
    ]
    async with database.write() as session:
        for kind, payload in payloads:
            for state in (ProposalState.ACCEPTED, ProposalState.OPEN):
                session.add(
                    Proposal(kind=kind, state=state, payload=payload, created_by=people.zhou.id)
                )


async def test_accepted_variants_are_offered_until_they_stand_in_the_article(
    desk: KnowledgeDesk, people: People, proposed: None
) -> None:
    assert (await desk.open(LEAVE)).variants == ["年假有木佬佬天伐"]
    await edit(desk, people.chen, LEAVE, "- 年假几天\n", "- 年假几天\n- 年假有木佬佬天伐\n")
    assert (await desk.open(LEAVE)).variants == []


async def test_missing_articles_are_offered_until_somebody_decides(
    desk: KnowledgeDesk, proposed: None
) -> None:
    titles = [each.draft.title for each in await desk.wanted()]
    assert titles == ["被拖欠工资怎么办", "电动车充电"]


async def test_accepted_regression_cases_go_to_the_gate(database: Database, proposed: None) -> None:
    async with database.read() as session:
        cases = await regression_cases(session)
        stored = await session.scalars(
            select(Proposal.id).where(
                Proposal.kind == ProposalKind.REGRESSION_CASE,
                Proposal.state == ProposalState.ACCEPTED,
            )
        )
    assert {each.id for each in cases} == set(stored)
    assert [(each.question, each.expected, each.article_id) for each in cases] == [
        ("年假", Expected.ANSWER, LEAVE),
        ("股票", Expected.DECLINE, None),
    ]


async def test_an_article_shows_what_was_proposed_for_it(
    desk: KnowledgeDesk, proposed: None
) -> None:
    shown = (await desk.open(LEAVE)).proposals
    assert [(each.kind, each.text, each.stage) for each in shown] == [
        (ProposalKind.QUESTION_VARIANT, "年假有木佬佬天伐", Stage.ACCEPTED),
        (ProposalKind.QUESTION_VARIANT, "年假有木佬佬天伐", Stage.PROPOSED),
        (ProposalKind.QUESTION_VARIANT, "年假几天", Stage.PUBLISHED),
        (ProposalKind.QUESTION_VARIANT, "年假几天", Stage.PROPOSED),
        (ProposalKind.REGRESSION_CASE, "年假", Stage.ACCEPTED),
        (ProposalKind.REGRESSION_CASE, "年假", Stage.PROPOSED),
    ]
