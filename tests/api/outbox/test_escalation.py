import pytest

from api.conversations import access
from api.outbox import queue
from api.outbox.escalation import Escalation, Escalations
from api.storage.database import Database
from api.storage.models import Channel, Handoff, new_id
from contract import HandoffReason
from tests.api.outbox.clock import Clock

pytestmark = pytest.mark.anyio


async def handoff(database: Database) -> Handoff:
    async with database.write() as session:
        conversation = await access.create_conversation(session, Channel.WEB, token_hash="0")
        message, _ = await access.add_worker_message(
            session, conversation.id, text="我是张三，活不下去了", client_message_id="1"
        )
        new = Handoff(
            id=new_id(),
            conversation_id=conversation.id,
            message_id=message.id,
            reason=HandoffReason.CRISIS,
            category="危机",
            priority=1,
            summary="我是张三，活不下去了",
            case_facts={"contact": "13800000000"},
            package={},
        )
        session.add(new)
    return new


async def test_every_receiver_gets_the_case_and_nothing_about_the_worker(
    database: Database, clock: Clock
) -> None:
    case = await handoff(database)
    async with database.write() as session:
        await Escalations(["webhook", "pager"], clock).escalate(session, Escalation.URGENT, case)
    async with database.write() as session:
        deliveries = await queue.claim_due(session, at=clock(), limit=10)
    assert sorted(delivery.adapter for delivery in deliveries) == ["pager", "webhook"]
    for delivery in deliveries:
        assert delivery.payload == {
            "type": "handoff.urgent",
            "timestamp": "2026-11-24T01:00:00+00:00",
            "data": {
                "handoff_id": case.id,
                "priority": 1,
                "reason": "crisis",
                "category": "危机",
                "waiting_since": case.created_at.isoformat(),
            },
        }


async def test_without_a_receiver_nothing_is_enqueued(database: Database, clock: Clock) -> None:
    case = await handoff(database)
    async with database.write() as session:
        await Escalations([], clock).escalate(session, Escalation.SLA_BREACH, case)
        assert await queue.next_due(session) is None
