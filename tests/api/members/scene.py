"""A roster of a few members, and workers who want to be recognised."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from api.conversations import access
from api.live.events import Event
from api.members.importing import import_roster
from api.members.vault import Vault
from api.members.verification import Claim, Outcome, Verification
from api.storage.database import Database
from api.storage.models import Channel, Conversation, Message, Worker, now
from tests.api.members.people import id_number, person, roster_of

RIGHT = Claim("张三", id_number(1)[-6:], "13800000001")
WRONG = Claim("张三", "000000", "13800000001")


class Clock:
    """The time of day, moved ahead by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


class Scene:
    def __init__(self, database: Database, vault: Vault, path: Path) -> None:
        self.database = database
        self.vault = vault
        self.clock = Clock()
        self.events: list[Event] = []
        self.verification = Verification(
            database,
            vault,
            secret_key="secret",
            public_url="https://union.example",
            publisher=self,
            clock=self.clock,
        )
        self._path = path

    def publish(self, event: Event) -> None:
        self.events.append(event)

    async def import_members(self, lines: Sequence[Sequence[object]] | None = None) -> None:
        lines = lines or [person(1, name="张三"), person(2, phone="")]
        roster = roster_of(self._path, lines)
        await import_roster(self.database, self.vault, roster, force=True)

    async def conversation(self) -> Conversation:
        async with self.database.write() as session:
            return await access.create_conversation(session, Channel.WEB, token_hash=f"{now()}")

    async def link(self, conversation: Conversation) -> str:
        """The key of a new link."""
        async with self.database.write() as session:
            url = await self.verification.invite(session, conversation)
        return url.removeprefix("https://union.example/verify/")

    async def attempts(self, key: str, claim: Claim, times: int) -> list[Outcome]:
        return [await self.verification.verify(key, claim) for _ in range(times)]

    async def worker_of(self, conversation: Conversation) -> Worker:
        async with self.database.read() as session:
            return (
                await session.scalars(select(Worker).where(Worker.id == conversation.worker_id))
            ).one()

    async def messages(self, conversation: Conversation) -> Sequence[Message]:
        async with self.database.read() as session:
            return await access.messages_after(session, conversation.id, 0)
