"""A desk with a worker whose case waits, and two colleagues."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.conversations import access
from api.handoff.desk import Desk
from api.live.events import Event
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Handoff,
    Message,
    MessageKind,
    Role,
    Staff,
    Status,
    new_id,
    now,
)
from contract import HandoffReason


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = now()  # times of the record itself come from the real clock

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


class Listener:
    """Keeps what was published."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


@dataclass
class Scene:
    """The database with what the tests act on."""

    database: Database
    desk: Desk
    clock: Clock
    listener: Listener
    ann: Staff
    bob: Staff

    async def waiting(self, *, priority: int = 3, status: Status = Status.WAITING) -> str:
        """A conversation with an open hand-off; returns its id."""
        async with self.database.write() as session:
            conversation = await access.create_conversation(
                session, Channel.WEB, token_hash=new_id()
            )
            message = Message.of(
                Author.WORKER, MessageKind.CHAT, "老板不发工资", client_message_id="a"
            )
            await access.append(session, conversation, [message])
            conversation.status = status
            session.add(
                Handoff(
                    conversation_id=conversation.id,
                    message_id=message.id,
                    reason=HandoffReason.LEGAL_CASE,
                    category="欠薪",
                    priority=priority,
                    summary="老板不发工资",
                    case_facts={},
                    package={"why": "涉及具体案情"},
                    created_at=self.clock(),
                )
            )
            return conversation.id

    async def conversation(self, conversation_id: str) -> Conversation:
        async with self.database.read() as session:
            found = await access.find_conversation(session, conversation_id)
        assert found is not None
        return found

    async def handoff(self, conversation_id: str) -> Handoff | None:
        async with self.database.read() as session:
            return await access.open_handoff(session, conversation_id)

    async def texts(self, conversation_id: str) -> list[str]:
        async with self.database.read() as session:
            return [each.text for each in await access.messages_after(session, conversation_id, 0)]


@pytest.fixture
async def scene(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Scene]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    clock, listener = Clock(), Listener()
    staff = [
        Staff(id=new_id(), username=name, name=shown, role=Role.AGENT, password_hash="-")
        for name, shown in (("ann", "小安"), ("bob", "小博"))
    ]
    async with database.write() as session:
        session.add_all(staff)
    desk = Desk(database, publisher=listener, message_max_chars=1000, clock=clock)
    yield Scene(database, desk, clock, listener, *staff)
    await database.close()
