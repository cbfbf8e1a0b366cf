"""A worker has everything deleted: no table has a word of it, whatever tables there will be."""

import pytest
from sqlalchemy import select

from api.inbox import search_index
from api.knowledge.catalogue import Catalogue
from api.knowledge.drafting import Drafting
from api.knowledge.places import KnowledgePlaces
from api.privacy.deletion import Deletion
from api.review.payloads import ArticleDraft, NluExample, Payload, QuestionVariant, RegressionCase
from api.settings import Settings
from api.storage.models import (
    Alert,
    Author,
    Base,
    Conversation,
    Label,
    Message,
    Proposal,
    ProposalState,
    Publication,
    PublicationState,
    Staff,
    now,
)
from knowledge_base.publishing.plan import Expected, GateReport, Outcome, Verdict
from tests.api.privacy import every_table
from tests.api.privacy.conftest import Office
from tests.api.privacy.every_table import ABOUT_OTHERS, SEARCHED, UNLINKED, Told

pytestmark = pytest.mark.anyio
WORD = "极密词语"
ARTICLE = "annual-leave-days"


async def told(office: Office) -> Told:
    worker = await office.talkative_worker(WORD)
    async with office.database.write() as session:
        conversation = await session.get_one(Conversation, worker.id)
        reply = await session.scalar(
            select(Message.id).where(
                Message.conversation_id == worker.id, Message.author == Author.BOT
            )
        )
        assert reply is not None
        label = Label(name="急", colour="red")
        session.add(label)
        await session.flush()
        return Told(
            WORD,
            {
                "workers": conversation.worker_id,
                "conversations": worker.id,
                "messages": reply,
                "staff": office.staff_id,
                "labels": label.id,
            },
        )


async def propose(office: Office, word: Told) -> None:
    """Everything that can be made of an answer, in every state, with its draft."""
    payloads: list[Payload] = [
        QuestionVariant(article_id=ARTICLE, text=WORD),
        ArticleDraft(title=WORD, area="general", question=WORD, examples=[WORD], facts=[WORD]),
        NluExample(text=WORD, intent="greet"),
        RegressionCase(question=WORD, expected=Expected.DECLINE),
    ]
    drafting = Drafting(Catalogue(KnowledgePlaces.of(Settings())))
    snapshot = await drafting.snapshot()
    async with office.database.write() as session:
        staff = await session.get_one(Staff, office.staff_id)
        for payload in payloads:
            for state in ProposalState:
                proposal = Proposal(
                    kind=payload.kind,
                    state=state,
                    payload=payload.stored(),
                    message_id=word.targets["messages"],
                    created_by=staff.id,
                )
                session.add(proposal)
                if state is not ProposalState.ACCEPTED:
                    continue
                revision = None
                if isinstance(payload, QuestionVariant):
                    revision = await drafting.add_question(session, staff, snapshot, payload)
                elif isinstance(payload, ArticleDraft):
                    revision = await drafting.begin_article(session, staff, snapshot, payload)
                await session.flush()
                proposal.revision_id = revision.id if revision else None


def verdict() -> Verdict:
    outcome = Outcome(article_id=None, title="", decision="decline", probability=0, right=True)
    return Verdict(id="case", question=WORD, expected=[], case=True, before=outcome, after=outcome)


async def report(office: Office, word: Told) -> None:
    """What the gate and the early warning made of it."""
    gate = GateReport(
        passed=False,
        questions=0,
        cases=1,
        measures=[],
        broken=[verdict()],
        repaired=[verdict()],
        left_out=[],
    )
    articles = [{"id": "general-1", "title": WORD, "number": 1, "retires": False}]
    async with office.database.write() as session:
        session.add(
            Publication(
                state=PublicationState.REFUSED,
                revision_ids=[],
                report={"articles": articles, "gate": gate.model_dump(mode="json")},
                started_by=office.staff_id,
            )
        )
        session.add(
            Alert(
                employer_key=WORD,
                employer=WORD,
                kind="wage_arrears",
                conversation_ids=[word.targets["conversations"]],
                first_case_at=now(),
                last_case_at=now(),
            )
        )


async def where(office: Office) -> set[str]:
    async with office.database.read() as session:
        connection = await session.connection()
        return set(await connection.run_sync(every_table.where, WORD))


async def test_no_table_of_the_database_has_a_word(office: Office) -> None:
    word = await told(office)
    await propose(office, word)
    await report(office, word)
    async with office.database.write() as session:
        await every_table.fill(session, word)
        await search_index.refresh(session, [word.targets["conversations"]])
    assert await where(office) >= every_table.with_words() | UNLINKED
    deletion = Deletion(office.database, secret_key=office.secret_key)
    async with office.database.write() as session:
        await deletion.erase(session, word.targets["workers"])
    assert await where(office) == set()


def test_every_table_is_filled_or_said_to_hold_nothing_of_workers() -> None:
    linked = {table.name for table in every_table.linked_tables()}
    assert SEARCHED in linked
    named = UNLINKED | ABOUT_OTHERS
    assert not linked & named
    assert {table.name for table in Base.metadata.sorted_tables} == linked | named
