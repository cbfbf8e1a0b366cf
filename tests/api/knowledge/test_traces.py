"""A worker has everything deleted after something was made of what they said."""

from typing import Any

import pytest
from sqlalchemy import select

from api.knowledge import publications
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.publishing import Publishing
from api.knowledge.questions import questions_in
from api.review import erasure
from api.review.desk import ReviewDesk
from api.review.payloads import ArticleDraft, NluExample, Payload, QuestionVariant, RegressionCase
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    AuditEntry,
    Base,
    Proposal,
    ProposalState,
    PublicationState,
    RevisionState,
    now,
)
from knowledge_base.publishing.plan import Expected
from tests.api.knowledge.office import People, spoilt
from tests.api.knowledge.test_publishing import published
from tests.api.review.talks import DECLINE, Talk, Talks

pytestmark = pytest.mark.anyio
LEAVE = "annual-leave-days"
SAID = "极密的年休假问法"
VARIANT = QuestionVariant(article_id=LEAVE, text=SAID)


@pytest.fixture
async def talk(database: Database) -> Talk:
    return await Talks(database).hold(now(), (SAID, DECLINE))


async def made(
    review: ReviewDesk, people: People, talk: Talk, payload: Payload, *, accept: bool = True
) -> Proposal:
    proposal = await review.proposals.propose(people.wu, payload, message_id=talk.replies[0])
    return await review.decisions.accept(proposal.id, people.zhou) if accept else proposal


async def erase(database: Database, talk: Talk, by: ActorKind = ActorKind.WORKER) -> None:
    async with database.write() as session:
        await erasure.erase(session, talk.id, by=by, at=now())


async def everything_but_messages(database: Database) -> str:
    rows: list[Any] = []
    async with database.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name != "messages":
                rows += (await session.execute(select(table))).mappings()
    return str(rows)


async def test_drafts_and_proposals_hold_nothing_of_it(
    review: ReviewDesk, desk: KnowledgeDesk, people: People, database: Database, talk: Talk
) -> None:
    for payload in (
        VARIANT,
        ArticleDraft(title=SAID * 6, area="general", question=SAID, facts=[f"要点：{SAID}"]),
        NluExample(text=SAID, intent="ask_service"),
        RegressionCase(question=SAID, expected=Expected.DECLINE),
    ):
        await made(review, people, talk, payload)
        await made(review, people, talk, payload, accept=False)
    assert (await everything_but_messages(database)).count(SAID) > 10
    await erase(database, talk)
    assert SAID not in await everything_but_messages(database)
    # The editor goes on from what is left, and is told that it changed.
    assert questions_in((await desk.open(LEAVE)).source)[-1] == "刚换单位年假还有伐"


async def test_what_a_second_person_has_read_is_read_again(
    review: ReviewDesk, desk: KnowledgeDesk, people: People, database: Database, talk: Talk
) -> None:
    await made(review, people, talk, VARIANT)
    opened = await desk.open(LEAVE)
    await desk.submit(people.zhou, opened.history[0].id)
    await desk.decide(people.qian, opened.history[0].id, approve=True)
    await erase(database, talk)
    (revision,) = (await desk.open(LEAVE)).history
    assert revision.state is RevisionState.DRAFT
    assert (await desk.open(LEAVE)).base != opened.base
    async with database.read() as session:
        (entry,) = await session.scalars(
            select(AuditEntry).where(
                AuditEntry.actor_kind == ActorKind.SYSTEM, AuditEntry.action == "article.save"
            )
        )
    assert entry.subject_id == revision.id


async def test_what_was_in_service_is_the_unions_text(
    review: ReviewDesk,
    desk: KnowledgeDesk,
    publishing: Publishing,
    people: People,
    database: Database,
    talk: Talk,
) -> None:
    await made(review, people, talk, VARIANT)
    (revision,) = (await desk.open(LEAVE)).history
    await desk.submit(people.zhou, revision.id)
    await desk.decide(people.qian, revision.id, approve=True)
    await published(publishing, database, people.zhou)
    await erase(database, talk)
    opened = await desk.open(LEAVE)
    assert questions_in(opened.source)[-1] == SAID
    assert opened.proposals == []


async def test_reports_of_the_gate_forget_the_question(
    review: ReviewDesk,
    desk: KnowledgeDesk,
    publishing: Publishing,
    people: People,
    database: Database,
) -> None:
    said = "免费体检今年在哪里做"
    talk = await Talks(database).hold(now(), (said, DECLINE))
    case = RegressionCase(question=said, expected=Expected.ANSWER, article_id="health-check")
    proposal = await made(review, people, talk, case)
    await spoilt(desk, people, "health-check")
    ended, report = await published(publishing, database, people.zhou)
    assert ended.state is PublicationState.REFUSED
    assert report.gate is not None
    assert [(each.id, each.question) for each in report.gate.broken] == [(proposal.id, said)]
    await erase(database, talk)
    async with database.read() as session:
        gate = publications.report_of(await publications.find(session, ended.id)).gate
    assert gate is not None
    assert [(each.id, each.question) for each in gate.broken] == [(proposal.id, "")]


async def test_a_draft_of_many_workers_keeps_the_others_questions(
    review: ReviewDesk, desk: KnowledgeDesk, people: People, database: Database, talk: Talk
) -> None:
    typical = await Talks(database).hold(now(), ("充电瓶车哪里", DECLINE))
    draft = ArticleDraft(
        title="充电", area="general", question="充电瓶车哪里", examples=[SAID, "充电桩在哪"]
    )
    await made(review, people, typical, draft)
    await erase(database, talk)
    assert SAID not in await everything_but_messages(database)
    opened = await desk.open("general-1")
    assert questions_in(opened.source) == ["充电瓶车哪里", "充电桩在哪"]
    assert [each.text for each in opened.proposals] == ["充电"]


async def test_a_question_that_stood_there_before_stays(
    review: ReviewDesk, desk: KnowledgeDesk, people: People, database: Database
) -> None:
    said = "年假几天"
    talk = await Talks(database).hold(now(), (said, DECLINE))
    await made(review, people, talk, QuestionVariant(article_id=LEAVE, text=said))
    await made(review, people, talk, VARIANT)
    await erase(database, talk)
    assert questions_in((await desk.open(LEAVE)).source)[0] == said


async def test_when_its_time_is_over_what_was_accepted_stays_without_a_way_back(
    review: ReviewDesk, people: People, database: Database, talk: Talk
) -> None:
    kept = await made(review, people, talk, VARIANT)
    await made(review, people, talk, VARIANT, accept=False)
    await erase(database, talk, ActorKind.SYSTEM)
    async with database.read() as session:
        (left,) = (await session.scalars(select(Proposal))).all()
    assert (left.id, left.state, left.message_id) == (kept.id, ProposalState.ACCEPTED, None)
