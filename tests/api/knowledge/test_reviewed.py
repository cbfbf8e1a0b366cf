"""What reviewers found reaches the editors."""

import pytest

from api.knowledge.desk import KnowledgeDesk
from api.knowledge.reviewed import regression_cases
from api.storage.database import Database
from api.storage.models import Proposal, ProposalKind, ProposalState
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


async def test_missing_articles_are_offered_until_there_is_one(
    desk: KnowledgeDesk, people: People, proposed: None
) -> None:
    (wanted,) = await desk.wanted()
    assert (wanted.title, wanted.question) == ("电动车充电", "哪里充电")
    await desk.create(people.chen, "e-bike-charging", wanted.area, wanted.title)
    assert await desk.wanted() == []


async def test_accepted_regression_cases_go_to_the_gate(database: Database, proposed: None) -> None:
    async with database.read() as session:
        cases = await regression_cases(session)
    assert [(each.question, each.article_id) for each in cases] == [("年假", LEAVE), ("股票", None)]
