"""What the WeChat channel keeps about a worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from api.storage.database import Database
from api.storage.models import (
    Attachment,
    AttachmentState,
    Channel,
    ChannelIdentity,
    Conversation,
    Delivery,
    Message,
    WechatFollower,
    WechatInbound,
    WechatPart,
    now,
)


@dataclass
class Follower:
    """A follower, with a conversation of whom everything waits somewhere."""

    database: Database
    openid: str
    conversation_id: str
    worker_id: str

    async def receive(self, key: str, word: str, **fields: Any) -> str:
        """A delivery of the platform, carried out and answered; returns its id."""
        defaults = {"handled_at": now(), "reply": f"回：{word}"}
        row = WechatInbound(
            dedupe_key=key,
            openid=self.openid,
            kind="text",
            payload={"content": word},
            **defaults | fields,
        )
        async with self.database.write() as session:
            session.add(row)
        return row.id

    async def inbox(self) -> dict[str, WechatInbound]:
        """All deliveries, by id."""
        async with self.database.read() as session:
            return {row.id: row for row in await session.scalars(select(WechatInbound))}


async def follow(
    database: Database, conversation_id: str, openid: str, word: str, since: datetime | None = None
) -> Follower:
    """Make a conversation's worker a follower, with the word in everything on its way."""
    async with database.write() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        conversation.channel = Channel.WECHAT
        worker_id = conversation.worker_id
        found = select(Message.id).where(Message.conversation_id == conversation_id)
        message_id = (await session.scalars(found.order_by(Message.seq))).first()
        assert message_id is not None
        session.add_all(
            [
                ChannelIdentity(worker_id=worker_id, channel=Channel.WECHAT, external_id=openid),
                WechatFollower(
                    openid=openid,
                    worker_id=worker_id,
                    options=[{"title": word, "text": word}],
                    created_at=since or now(),
                ),
                WechatPart(
                    openid=openid,
                    conversation_id=conversation_id,
                    text=word,
                    message_ids=[message_id],
                ),
                Attachment(
                    conversation_id=conversation_id,
                    message_id=message_id,
                    state=AttachmentState.STORED,
                    source=f"media-{word}",
                    file_name=f"{word}.jpg",
                    content_type="image/jpeg",
                    size=1234,
                    sha256="ab" * 32,
                ),
            ]
        )
        await session.merge(Delivery(message_id=message_id, conversation_id=conversation_id))
    return Follower(database, openid, conversation_id, worker_id)
