"""Single conversations and cases, made as the gateway makes them, at any time."""

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Feedback,
    Handoff,
    HandoffState,
    Member,
    Message,
    MessageKind,
    Rating,
    Role,
    Staff,
    Worker,
    new_id,
)
from contract import HandoffReason
from tests.api.outbox.clock import Clock
from tests.api.reports.generated import ulid_at

ZONE = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    """A time in Hangzhou, such as ``2026-11-24 09:30``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Scene:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._chance = random.Random(1)  # noqa: S311

    async def staff(self, username: str = "wang", role: Role = Role.SUPERVISOR) -> Staff:
        staff = Staff(
            id=new_id(), username=username, name=f"{username}姐", role=role, password_hash=""
        )
        async with self.database.write() as session:
            session.add(staff)
        return staff

    async def worker(self, member: str | None = None, at: datetime | None = None) -> str:
        """A worker; the same member for the same name."""
        worker_id = ulid_at(at or self.clock(), self._chance)
        async with self.database.write() as session:
            if member is not None and await session.get(Member, member) is None:
                session.add(_member(member))
                await session.flush()
            session.add(Worker(id=worker_id, member_id=member))
        return worker_id

    async def conversation(
        self,
        at: datetime | None = None,
        *,
        says: str | None = "工资的事",
        answers: list[str | None] | None = None,
        channel: Channel = Channel.WEB,
        worker_id: str | None = None,
        score: int | None = None,
        helpful: bool | None = None,
    ) -> str:
        """A conversation. ``answers``: ids of the articles that answer, None for a decline."""
        at = at or self.clock()
        worker_id = worker_id or await self.worker(at=at)
        conversation_id = ulid_at(at, self._chance)
        messages = [self._message(conversation_id, 1, at, Author.BOT, MessageKind.CHAT)]
        if says is not None:
            messages.append(
                self._message(conversation_id, 2, at, Author.WORKER, MessageKind.CHAT, text=says)
            )
        for article in answers or []:
            kind = MessageKind.DECLINE if article is None else MessageKind.ANSWER
            citations = [] if article is None else [{"article_id": article}]
            place = len(messages) + 1
            messages.append(
                self._message(conversation_id, place, at, Author.BOT, kind, citations=citations)
            )
        async with self.database.write() as session:
            session.add(
                Conversation(
                    id=conversation_id,
                    worker_id=worker_id,
                    channel=channel,
                    token_hash="",
                    last_seq=len(messages),
                    last_message_at=at,
                    created_at=at,
                )
            )
            await session.flush()
            session.add_all(messages)
            await session.flush()
            if score is not None:
                session.add(Rating(conversation_id=conversation_id, score=score))
            if helpful is not None:
                session.add(Feedback(message_id=messages[-1].id, helpful=helpful))
        return conversation_id

    async def case(
        self,
        at: datetime | None = None,
        *,
        facts: dict[str, Any] | None = None,
        category: str = "欠薪与工资支付",
        summary: str = "三个月没发工资",
        priority: int = 3,
        answered_after: timedelta | None = None,
        resolved_after: timedelta | None = None,
        due_after: timedelta | None = timedelta(hours=2),
        staff_id: str | None = None,
        conversation_id: str | None = None,
        worker_id: str | None = None,
        **fields: Any,
    ) -> str:
        """A case of a new conversation, or of one that is there; returns the conversation's id."""
        at = at or self.clock()
        if conversation_id is None:
            conversation_id = await self.conversation(at, worker_id=worker_id)
        async with self.database.write() as session:
            message = Message(
                id=ulid_at(at, self._chance),
                conversation_id=conversation_id,
                seq=100 + self._chance.randrange(10**6),
                author=Author.WORKER,
                kind=MessageKind.CHAT,
                text=summary,
                created_at=at,
            )
            session.add(message)
            await session.flush()
            state = HandoffState.WAITING
            if answered_after is not None:
                state = HandoffState.CLAIMED
            if resolved_after is not None:
                state = HandoffState.RESOLVED
            values: dict[str, Any] = {
                "state": state,
                "answered_at": at + answered_after if answered_after is not None else None,
                "ended_at": at + resolved_after if resolved_after is not None else None,
                "due_at": at + due_after if due_after is not None else None,
            }
            session.add(
                Handoff(
                    id=ulid_at(at, self._chance),
                    conversation_id=conversation_id,
                    message_id=message.id,
                    reason=HandoffReason.LEGAL_CASE,
                    category=category,
                    priority=priority,
                    summary=summary,
                    case_facts=facts or {},
                    package={},
                    claimed_by=staff_id,
                    created_at=at,
                    **values | fields,
                )
            )
        return conversation_id

    def _message(
        self,
        conversation_id: str,
        seq: int,
        at: datetime,
        author: Author,
        kind: MessageKind,
        *,
        text: str = "您好",
        citations: list[dict[str, Any]] | None = None,
    ) -> Message:
        return Message(
            id=ulid_at(at, self._chance),
            conversation_id=conversation_id,
            seq=seq,
            author=author,
            kind=kind,
            text=text,
            citations=citations or [],
            created_at=at,
        )


def _member(member_id: str) -> Member:
    return Member(
        id=member_id,
        name="张三",
        id_number="",
        id_number_hash=member_id,
        union_name="余杭第一纺织厂工会",
    )
