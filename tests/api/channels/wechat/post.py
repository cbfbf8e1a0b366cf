"""A follower with a conversation, and the means to see what reaches him."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from api.channels.wechat import ledger, parts
from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.courier import Courier, Sender
from api.channels.wechat.followers import conversation_of, follower_of
from api.channels.wechat.parts import Taken
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.conversations import access
from api.outbox import deliveries
from api.outbox.deliveries import Progress
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    DeliveryState,
    Message,
    MessageKind,
    OutboxItem,
    Status,
    WechatFollower,
    WechatPart,
)
from tests.api.outbox.clock import Clock


class Recorder:
    """What the platform was asked to send, after failing as it was told to."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.failures: list[Exception] = []
        self.dies_after_sending = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    def fails(self, *outcomes: PlatformOutcome) -> None:
        self.failures += [PlatformError(outcome, None) for outcome in outcomes]

    async def send_text(self, openid: str, text: str) -> None:
        self.asked.set()
        await self.gate.wait()
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        self.texts.append(text)
        if self.dies_after_sending:
            raise ConnectionResetError("the process died")


class Post:
    """Times are those of ``clock``, which stands still until it is moved."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.sender = Recorder()
        self.openid = "o-follower"
        self.conversation_id = ""

    async def open(self, openid: str = "o-follower") -> None:
        """Go on with a follower who has just written for the first time."""
        self.openid = openid
        place = await conversation_of(self.database, openid, secret_key="key")
        self.conversation_id = place.conversation.id
        await self.write()

    async def follow_on(self) -> None:
        """Go on with the conversation that follows the closed one."""
        async with self.database.write() as session:
            closed = await access.lock_conversation(session, self.conversation_id)
            self.conversation_id = (await access.successor_of(session, closed)).id

    @property
    def payload(self) -> Mapping[str, Any]:
        return {"conversation_id": self.conversation_id}

    def courier(
        self,
        account: WechatAccount = WechatAccount.VERIFIED_SERVICE,
        *,
        sender: Sender | None = None,
        database: Database | None = None,
    ) -> Courier:
        return Courier(database or self.database, sender or self.sender, account, self.clock)

    async def deliver(self, account: WechatAccount = WechatAccount.VERIFIED_SERVICE) -> None:
        await self.courier(account).deliver(self.payload, "item")

    async def say(
        self,
        *texts: str,
        author: Author = Author.BOT,
        kind: MessageKind = MessageKind.CHAT,
        choices: tuple[str, ...] = (),
    ) -> list[str]:
        """Store messages; returns their ids."""
        replies = [{"title": choice, "text": choice} for choice in choices]
        messages = [Message.of(author, kind, text, quick_replies=replies) for text in texts]
        async with self.database.write() as session:
            conversation = await access.lock_conversation(session, self.conversation_id)
            await access.append(session, conversation, messages)
        return [message.id for message in messages]

    async def notify(self, text: str) -> list[str]:
        return await self.say(text, author=Author.SYSTEM, kind=MessageKind.NOTICE)

    async def write(self) -> None:
        """The follower writes."""
        async with self.database.write() as session:
            ledger.note_message(await follower_of(session, self.openid), self.clock())

    async def use(self, number: int) -> None:
        """So many messages have been sent."""
        async with self.database.write() as session:
            follower = await follower_of(session, self.openid)
            for _ in range(number):
                ledger.note_sent(follower)

    async def set_status(self, status: Status) -> None:
        async with self.database.write() as session:
            conversation = await access.lock_conversation(session, self.conversation_id)
            conversation.status = status

    async def wake(self) -> None:
        async with self.database.write() as session:
            await deliveries.wake(session, Channel.WECHAT, self.conversation_id, clock=self.clock)

    async def render(self) -> None:
        async with self.database.write() as session:
            await parts.render(session, self.openid, self.conversation_id)

    async def take(self, database: Database | None = None) -> Taken | None:
        """What the follower gets as a passive reply."""
        async with (database or self.database).write() as session:
            await parts.render(session, self.openid, self.conversation_id)
            return await parts.take_passive(session, self.openid, self.clock())

    async def waiting(self) -> list[WechatPart]:
        async with self.database.read() as session:
            return await parts.of_follower(session, self.openid)

    async def follower(self) -> WechatFollower:
        async with self.database.read() as session:
            return await session.get_one(WechatFollower, self.openid)

    async def progress(self) -> list[Progress]:
        """Of the messages, in order."""
        async with self.database.read() as session:
            states = await deliveries.states_of(session, self.conversation_id)
            messages = await access.messages_after(session, self.conversation_id, 0)
        return [states[message.id] for message in messages]

    async def states(self) -> list[DeliveryState]:
        return [progress.state for progress in await self.progress()]

    async def items(self) -> list[OutboxItem]:
        async with self.database.read() as session:
            items = await session.scalars(select(OutboxItem).order_by(OutboxItem.created_at))
            return list(items.all())
