"""One case: drafts, typing and read marks, putting aside, passing on, finishing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.inbox import drafts
from api.live.events import Event, Read, Typing
from api.privacy import erasure
from api.storage.models import (
    ActorKind,
    AuditEntry,
    Author,
    Handoff,
    OutcomeKind,
    ReplyDraft,
    Role,
    now,
)
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague, on_both_engines

pytestmark = pytest.mark.anyio


@pytest.fixture
async def mine(room: Room, chen: Colleague) -> str:
    """A case that chen has."""
    conversation_id = await room.case()
    await chen.does(conversation_id, "claim")
    return conversation_id


async def draft(colleague: Colleague, conversation_id: str) -> str:
    text: str = (await colleague.get(f"/conversations/{conversation_id}/draft"))["text"]
    return text


@on_both_engines
async def test_a_draft_is_everybodys_own(room: Room, chen: Colleague, wang: Colleague) -> None:
    conversation_id = await room.case()
    path = f"/conversations/{conversation_id}/draft"
    for text in ("您好", "您好，工资条还在吗？\n"):
        assert (await chen.request("PUT", path, {"text": text})).status_code == 204
    assert await draft(chen, conversation_id) == "您好，工资条还在吗？\n"
    assert await draft(wang, conversation_id) == ""
    await chen.request("PUT", path, {"text": " "})
    assert await draft(chen, conversation_id) == ""


async def test_a_draft_that_was_sent_does_not_come_back(
    room: Room, chen: Colleague, mine: str
) -> None:
    await chen.request("PUT", f"/conversations/{mine}/draft", {"text": "您好 "})
    await chen.does(mine, "messages", text="您好", client_message_id="1")
    assert await draft(chen, mine) == ""


async def test_a_draft_for_nothing(room: Room, chen: Colleague) -> None:
    path = f"/conversations/{'0' * 26}/draft"
    assert (await chen.request("PUT", path, {"text": "x"})).status_code == 404
    too_long = {"text": "x" * (drafts.MAX_CHARS + 1)}
    assert (await chen.request("PUT", path, too_long)).status_code == 422


async def test_erasure_forgets_drafts(room: Room, chen: Colleague, mine: str) -> None:
    await chen.request("PUT", f"/conversations/{mine}/draft", {"text": "张三您好"})
    worker_id = (await room.conversation(mine)).worker_id
    async with room.office.database.write() as session:
        _, (conversation,) = await erasure.lock(session, worker_id)
        await erasure.erase_conversation(session, conversation, by=ActorKind.SYSTEM, at=now())
        assert await session.scalar(select(func.count()).select_from(ReplyDraft)) == 0


async def test_typing_and_reading_are_shown_to_the_worker(
    room: Room, chen: Colleague, wang: Colleague, mine: str
) -> None:
    message_id = await room.said(mine, "在吗")
    async with room.hub.subscribe(mine) as mailbox:
        await chen.does(mine, "typing")
        await chen.does(mine, "seen", message_id=message_id)
        await chen.does(mine, "seen", message_id=message_id)
        events: tuple[Event, ...] = (await mailbox.get()).events
    assert events == (Typing(mine, ActorKind.STAFF), Read(mine, ActorKind.STAFF, 3))
    (row,) = await room.rows(chen, "?view=mine")
    assert row["unread"] == 0


async def test_whoever_only_looks_leaves_no_mark(room: Room, chen: Colleague, mine: str) -> None:
    boss = await room.office.hire("boss", Role.SUPERVISOR)
    message_id = await room.said(mine, "在吗")
    for act, body in (("typing", {}), ("seen", {"message_id": message_id})):
        assert (await boss.do(mine, act, **body)).status_code == 409
    assert (await room.conversation(mine)).staff_seen_seq == 0


@on_both_engines
async def test_put_aside_until_the_worker_writes(room: Room, chen: Colleague) -> None:
    aside, other = await room.case(priority=1), await room.case(priority=4)
    for conversation_id in (aside, other):
        await chen.does(conversation_id, "claim")
    seen = await room.said(aside, "好的")
    await chen.does(aside, "seen", message_id=seen)
    until = (now() + timedelta(hours=3)).isoformat()
    await chen.does(aside, "snooze", until=until)
    assert await room.found(chen, "?view=mine") == [other, aside]
    await room.said(aside, "又有新情况")
    assert await room.found(chen, "?view=mine") == [aside, other]
    assert (
        await chen.request("POST", f"/conversations/{aside}/snooze", {"until": None})
    ).is_success
    assert (await room.handoff(aside)).snoozed_until is None


@on_both_engines
async def test_what_was_brought_back_stays_when_it_is_read(
    room: Room, chen: Colleague, mine: str
) -> None:
    until = now() + timedelta(hours=3)
    await chen.does(mine, "seen", message_id=await room.said(mine, "好的"))
    await chen.does(mine, "snooze", until=until.isoformat())
    await chen.does(mine, "seen", message_id=await room.said(mine, "机器人说的", Author.BOT))
    assert (await room.handoff(mine)).snoozed_until == until
    await chen.does(mine, "seen", message_id=await room.said(mine, "又有新情况"))
    assert (await room.handoff(mine)).snoozed_until is None


async def test_what_cannot_be_put_aside(
    room: Room, chen: Colleague, wang: Colleague, mine: str
) -> None:
    past, later = (
        (now() - timedelta(minutes=1)).isoformat(),
        (now() + timedelta(days=1)).isoformat(),
    )
    far = (now() + timedelta(days=31)).isoformat()
    assert (await chen.do(mine, "snooze", until=past)).status_code == 422
    assert (await chen.do(mine, "snooze", until=far)).status_code == 422
    assert (await chen.do(mine, "snooze", until="2030-01-01T00:00:00")).status_code == 422
    assert (await wang.do(mine, "snooze", until=later)).status_code == 409
    assert (await chen.do("0" * 26, "snooze", until=later)).status_code == 404


async def test_passed_on_to_a_role(room: Room, chen: Colleague, mine: str) -> None:
    lawyer = await room.office.hire("li", Role.LEGAL)
    assert (await chen.do(mine, "transfer-to-role", role="editor")).status_code == 422
    await chen.does(mine, "transfer-to-role", role="legal")
    assert await room.found(chen) == []
    assert await room.found(lawyer) == [mine]
    await lawyer.does(mine, "claim")
    assert (await chen.do(mine, "transfer-to-role", role="legal")).status_code == 409


async def test_finished_with_a_kind_of_outcome(room: Room, chen: Colleague, mine: str) -> None:
    assert (await chen.do(mine, "resolve", outcome="x", kind="won")).status_code == 422
    await chen.does(mine, "resolve", outcome="双方和解", kind="mediated")
    async with room.office.database.read() as session:
        handoff = (await session.scalars(select(Handoff))).one()
    assert (handoff.outcome, handoff.outcome_kind) == ("双方和解", OutcomeKind.MEDIATED)


async def test_acts_are_in_the_audit(room: Room, chen: Colleague, mine: str) -> None:
    await chen.does(mine, "snooze", until=(now() + timedelta(hours=1)).isoformat())
    async with room.office.database.read() as session:
        actions = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_id == mine)
        )
        assert list(actions) == ["handoff.claim", "handoff.snooze"]
