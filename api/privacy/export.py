"""Everything about a worker as one JSON document (Personal Information Protection Law, Art. 45).

Read and sent conversation by conversation: no connection to the database is held while a slow
client takes its time. What staff think among themselves is theirs and not in it: notes, outcomes,
priorities. ID number and phone of a verified member, and the OpenID of a follower, are not in it
either, because the token of a conversation alone must not tell them.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.attachments import access as attachments
from api.conversations import access
from api.members.masking import mask_name
from api.privacy.texts import privacy_texts
from api.storage.database import Database
from api.storage.models import (
    Attachment,
    AttachmentState,
    Conversation,
    Feedback,
    Handoff,
    Member,
    Message,
    Rating,
    WechatFollower,
    Worker,
    now,
)


class Export:
    """The data of one worker, times in the given zone."""

    def __init__(
        self,
        database: Database,
        worker_id: str,
        zone: ZoneInfo,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._worker_id = worker_id
        self._zone = zone
        self._clock = clock

    async def chunks(self) -> AsyncIterator[bytes]:
        """The document in pieces, UTF-8. Raises ``sqlalchemy.exc.NoResultFound``."""
        async with self._database.read() as session:
            head = {
                "about": privacy_texts().export.about,
                "exported_at": self._local(self._clock()),
                "worker": await self._worker(session),
            }
            conversation_ids = await session.scalars(
                select(Conversation.id)
                .where(Conversation.worker_id == self._worker_id)
                .order_by(Conversation.id)
            )
        yield _json(head)[:-1] + b', "conversations": ['
        separator = b""
        for conversation_id in conversation_ids.all():
            async with self._database.read() as session:
                conversation = await self._conversation(session, conversation_id)
            yield separator + _json(conversation)
            separator = b", "
        yield b"]}"

    async def _worker(self, session: AsyncSession) -> dict[str, Any]:
        found = await session.execute(
            select(Worker, Member)
            .outerjoin(Member, Member.id == Worker.member_id)
            .where(Worker.id == self._worker_id)
        )
        worker, member = found.one()
        follower = await session.scalar(
            select(WechatFollower).where(WechatFollower.worker_id == self._worker_id)
        )
        return {
            "first_seen_at": self._local(worker.created_at),
            "verified_at": self._local(worker.verified_at),
            "member": member and _member(member),
            "wechat": follower and self._follower(follower),
        }

    async def _conversation(self, session: AsyncSession, conversation_id: str) -> dict[str, Any]:
        found = select(Conversation).where(Conversation.id == conversation_id)
        conversation = (await session.scalars(found)).one()
        rating = await session.get(Rating, conversation_id)
        handoffs = await session.scalars(
            select(Handoff)
            .where(Handoff.conversation_id == conversation_id)
            .order_by(Handoff.created_at)
        )
        messages = await access.messages_after(session, conversation_id, 0)
        helpful = await _helpful(session, messages)
        files = await attachments.of_messages(session, [each.id for each in messages])
        return {
            "id": conversation_id,
            "channel": conversation.channel,
            "status": conversation.status,
            "created_at": self._local(conversation.created_at),
            "closed_at": self._local(conversation.closed_at),
            "messages": [
                self._message(each, helpful.get(each.id), files.get(each.id, []))
                for each in messages
            ],
            "handoffs": [self._handoff(each) for each in handoffs],
            "rating": rating and self._rating(rating),
        }

    def _message(
        self, message: Message, helpful: bool | None, files: Sequence[Attachment]
    ) -> dict[str, Any]:
        return {
            "id": message.id,
            "author": message.author,
            "kind": message.kind,
            "text": message.text,
            "citations": message.citations,
            "quick_replies": message.quick_replies,
            "created_at": self._local(message.created_at),
            "helpful": helpful,
            "attachments": [
                self._file(each) for each in files if each.state is not AttachmentState.ERASED
            ],
        }

    def _file(self, attachment: Attachment) -> dict[str, Any]:
        return {
            "id": attachment.id,
            "content_type": attachment.content_type,
            "size": attachment.size,
            "created_at": self._local(attachment.created_at),
        }

    def _follower(self, follower: WechatFollower) -> dict[str, Any]:
        return {"following": follower.subscribed, "since": self._local(follower.created_at)}

    def _handoff(self, handoff: Handoff) -> dict[str, Any]:
        return {
            "reason": handoff.reason,
            "category": handoff.category,
            "summary": handoff.summary,
            "facts": handoff.case_facts,
            "state": handoff.state,
            "created_at": self._local(handoff.created_at),
            "ended_at": self._local(handoff.ended_at),
        }

    def _rating(self, rating: Rating) -> dict[str, Any]:
        return {
            "score": rating.score,
            "comment": rating.comment,
            "created_at": self._local(rating.created_at),
        }

    def _local(self, at: datetime | None) -> str | None:
        return at.astimezone(self._zone).isoformat(timespec="seconds") if at else None


def _member(member: Member) -> dict[str, Any]:
    return {
        "name": mask_name(member.name),
        "union": member.union_name,
        "joined_on": member.joined_on.isoformat() if member.joined_on else None,
        "mutual_aid_years": member.mutual_aid_years,
    }


async def _helpful(session: AsyncSession, messages: Sequence[Message]) -> dict[str, bool]:
    if not messages:
        return {}
    found = await session.execute(
        select(Feedback.message_id, Feedback.helpful)
        .join(Message, Message.id == Feedback.message_id)
        .where(Message.conversation_id == messages[0].conversation_id)
    )
    return {row.message_id: row.helpful for row in found}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
