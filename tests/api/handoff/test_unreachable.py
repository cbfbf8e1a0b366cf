import pytest
from sqlalchemy import select

from api.conversations import access
from api.handoff import queue
from api.handoff.states import IllegalTransitionError
from api.handoff.texts import handoff_texts
from api.handoff.unreachable import lose
from api.storage.models import ActorKind, AuditEntry, HandoffState, Status
from tests.api.handoff.conftest import Scene

pytestmark = pytest.mark.anyio


async def leave(scene: Scene, conversation_id: str) -> None:
    """The worker unfollows the account."""
    async with scene.database.write() as session:
        conversation = await access.lock_conversation(session, conversation_id)
        await lose(session, conversation, scene.clock())


@pytest.mark.parametrize("status", [Status.BOT, Status.WAITING, Status.WITH_STAFF])
async def test_an_open_case_ends_as_unreachable(scene: Scene, status: Status) -> None:
    case = await scene.waiting(status=Status.BOT if status is Status.BOT else Status.WAITING)
    if status is Status.WITH_STAFF:
        await scene.desk.claim(case, scene.ann)
    said = await scene.texts(case)
    await leave(scene, case)
    async with scene.database.read() as session:
        detail = await queue.detail(session, case)
        assert not await queue.queue(session)
    assert detail.handoff is not None
    assert detail.handoff.state is HandoffState.UNREACHABLE
    assert detail.handoff.outcome == handoff_texts().unreachable
    assert detail.handoff.ended_at == detail.conversation.closed_at == scene.clock()
    assert detail.conversation.status is Status.CLOSED
    assert await scene.texts(case) == said  # nobody would read a notice


async def test_a_conversation_with_the_bot_is_closed(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.release(case, scene.ann)
    await leave(scene, case)
    async with scene.database.read() as session:
        detail = await queue.detail(session, case)
    assert detail.conversation.status is Status.CLOSED
    assert detail.handoff is not None
    assert (detail.handoff.state, detail.handoff.outcome) == (HandoffState.RELEASED, None)


async def test_it_is_in_the_audit(scene: Scene) -> None:
    case = await scene.waiting()
    await leave(scene, case)
    async with scene.database.read() as session:
        found = await session.scalars(select(AuditEntry).where(AuditEntry.action == "handoff.lose"))
        [entry] = found.all()
    assert (entry.actor_kind, entry.subject_id) == (ActorKind.SYSTEM, case)


async def test_nobody_is_lost_twice(scene: Scene) -> None:
    case = await scene.waiting()
    await leave(scene, case)
    with pytest.raises(IllegalTransitionError):
        await leave(scene, case)


async def test_who_comes_back_goes_on_in_a_linked_conversation(scene: Scene) -> None:
    case = await scene.waiting()
    await leave(scene, case)
    async with scene.database.write() as session:
        closed = await access.lock_conversation(session, case)
        following = await access.successor_of(session, closed)
    assert (following.previous_id, following.status) == (case, Status.BOT)
