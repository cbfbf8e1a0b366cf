"""The inbox under test, over its HTTP interface."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.conversations import access
from api.inbox.search_index import SearchIndex
from api.live.hub import Hub
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    Role,
    Status,
    new_id,
    now,
)
from contract import HandoffReason
from tests.api.staff.office import Colleague, Office


@dataclass
class Room:
    office: Office
    hub: Hub
    index: SearchIndex

    async def case(
        self,
        text: str = "老板三个月没发工资",
        *,
        employer: str = "某电子厂",
        priority: int = 2,
        channel: Channel = Channel.WEB,
        due_in: timedelta | None = None,
        for_role: Role | None = None,
        reason: HandoffReason = HandoffReason.LEGAL_CASE,
    ) -> str:
        """A case that waits."""
        async with self.office.database.write() as session:
            conversation = await access.create_conversation(session, channel, token_hash=new_id())
            message, _ = await access.add_worker_message(
                session, conversation.id, text=text, client_message_id="m1"
            )
            locked = await access.lock_conversation(session, conversation.id)
            locked.status = Status.WAITING
            session.add(
                Handoff(
                    conversation_id=conversation.id,
                    message_id=message.id,
                    reason=reason,
                    category="欠薪",
                    priority=priority,
                    summary=text[:200],
                    case_facts={"employer": employer},
                    package={"why": "涉及具体案情"},
                    for_role=for_role,
                    due_at=now() + due_in if due_in is not None else None,
                )
            )
        return conversation.id

    async def said(self, conversation_id: str, text: str, by: Author = Author.WORKER) -> str:
        """One more message; returns its id."""
        async with self.office.database.write() as session:
            conversation = await access.lock_conversation(session, conversation_id)
            message = Message.of(by, MessageKind.CHAT, text)
            await access.append(session, conversation, [message])
        return message.id

    async def handoff(self, conversation_id: str) -> Handoff:
        async with self.office.database.read() as session:
            handoff = await access.open_handoff(session, conversation_id)
        assert handoff is not None
        return handoff

    async def conversation(self, conversation_id: str) -> Conversation:
        async with self.office.database.read() as session:
            conversation = await access.find_conversation(session, conversation_id)
        assert conversation is not None
        return conversation

    async def found(self, colleague: Colleague, query: str = "") -> list[str]:
        """Ids of the conversations of a list."""
        return [row["conversation_id"] for row in await self.rows(colleague, query)]

    async def rows(self, colleague: Colleague, query: str = "") -> list[Any]:
        rows: list[Any] = (await colleague.get(f"/inbox{query}"))["rows"]
        return rows

    async def state(self, conversation_id: str) -> HandoffState:
        return (await self.handoff(conversation_id)).state
