"""What each kind of delivery means for the conversation.

Everything here can be done again for the same delivery: what it stores carries the delivery's id,
and a second time finds it there.
"""

import logging
from contextlib import nullcontext

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.attachments import access as attachments
from api.attachments.fetching import ADAPTER as MEDIA_ADAPTER
from api.channels.wechat import menu
from api.channels.wechat.choices import chosen
from api.channels.wechat.followers import Place, conversation_of
from api.channels.wechat.form_texts import form_texts
from api.channels.wechat.incoming import (
    Click,
    Image,
    Incoming,
    Link,
    Location,
    OtherMessage,
    Scan,
    Subscribe,
    Text,
    Unsubscribe,
    Video,
    Voice,
)
from api.channels.wechat.places import Places
from api.conversations import access
from api.conversations.crisis import is_crisis
from api.conversations.files import add_file_message
from api.conversations.service import ConversationService
from api.conversations.turn import TurnResult
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.handoff import unreachable
from api.live.events import MessageStored, Nobody, Publisher, QueueChanged, StatusChanged
from api.outbox import queue
from api.storage.database import Database
from api.storage.models import (
    Author,
    Conversation,
    Message,
    MessageKind,
    Status,
    WechatInbound,
    now,
)
from api.texts import gateway_texts

_AT_ONCE = 8
"""Turns of the bot at work; more would wait in the dialogue server, until its answers come too
late."""
_AT_WORK_S = 1.5
"""Several times what a turn takes among so many; after that it is the bot that is slow."""
_log = logging.getLogger(__name__)


class Handler:
    """Carries deliveries out. ``secret_key`` hashes the tokens of new conversations."""

    def __init__(
        self,
        database: Database,
        conversations: ConversationService,
        *,
        secret_key: str,
        publisher: Publisher | None = None,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._secret_key = secret_key
        self._publisher = publisher or Nobody()
        self._places = Places(_AT_ONCE, _AT_WORK_S)

    async def handle(self, row: WechatInbound, incoming: Incoming) -> TurnResult | None:
        """Do it; returns the turn's result where there was a turn."""
        match incoming:
            case Text():
                return await self._say(row, incoming.content, may_choose=True)
            case Voice(recognition=str(words)) if words.strip():
                return await self._say(row, words)
            case Click():
                topic = menu.topic_of(incoming.key)
                if topic is not None:
                    return await self._say(row, topic)
                _log.warning("unknown menu key")
            case Scan():
                topic = menu.topic_of(incoming.scene)
                if topic is not None:
                    return await self._say(row, topic)
                await self._greet(row)
            case Subscribe():
                await self._greet(row)
            case Unsubscribe():
                await self._lose(row)
            case Image() | Voice() | Video() | Location() | Link() | OtherMessage():
                await self._keep(row, incoming)
        return None

    async def _place(self, row: WechatInbound) -> Place:
        place = await conversation_of(self._database, row.openid, secret_key=self._secret_key)
        row.conversation_id = place.conversation.id
        return place

    async def _say(
        self, row: WechatInbound, text: str, *, may_choose: bool = False
    ) -> TurnResult | None:
        """Say it to the bot, or the choice that its number stands for."""
        place = await self._place(row)
        if may_choose:
            text = chosen(text, place.options) or text
        # Neither what a person has nor a crisis waits for the bot, so it waits for no place.
        has_bot = place.conversation.status is Status.BOT and not is_crisis(text)
        try:
            async with self._places.one() if has_bot else nullcontext():
                return await self._conversations.send(place.conversation.id, text, _key(row))
        except ApiError as error:
            if error.code is not ErrorCode.EMPTY_MESSAGE:
                raise
        return None

    async def _greet(self, row: WechatInbound) -> None:
        """Say who we are, unless a person has the conversation."""
        place = await self._place(row)
        choices = gateway_texts().greeting.quick_replies
        greeting = Message.of(
            Author.BOT,
            MessageKind.CHAT,
            form_texts().greeting,
            quick_replies=[choice.model_dump() for choice in choices],
            client_message_id=_key(row),
        )
        async with self._database.write() as session:
            conversation = await self._open(session, place.conversation.id)
            said = await access.find_by_client_id(session, conversation.id, _key(row))
            if conversation.status is not Status.BOT or said is not None:
                return
            await access.append(session, conversation, [greeting])
        self._publish(conversation)

    async def _lose(self, row: WechatInbound) -> None:
        """The follower has left: nothing can be delivered any more."""
        place = await self._place(row)
        async with self._database.write() as session:
            conversation = await access.lock_conversation(session, place.conversation.id)
            if conversation.status is Status.CLOSED:
                return
            await unreachable.lose(session, conversation, now())
        self._publish(conversation)
        self._publisher.publish(StatusChanged(conversation.id, conversation.status))
        self._publisher.publish(QueueChanged())

    async def _keep(
        self,
        row: WechatInbound,
        incoming: Image | Voice | Video | Location | Link | OtherMessage,
    ) -> None:
        """Store what is not text for staff to see, and say what becomes of it."""
        place = await self._place(row)
        try:
            async with self._database.write() as session:
                conversation = await self._open(session, place.conversation.id)
                message = await add_file_message(
                    session,
                    conversation.id,
                    text=_words_for(incoming),
                    client_message_id=_key(row),
                )
                if isinstance(incoming, Image | Voice | Video):
                    attachment = await attachments.expect(
                        session, conversation, message, incoming.media_id
                    )
                    await queue.enqueue(session, MEDIA_ADAPTER, {"attachment_id": attachment.id})
                if reply := _reply_to(incoming, conversation.status):
                    reply.in_reply_to = message.id
                    await access.append(session, conversation, [reply])
        except IntegrityError:
            return  # done before
        self._publish(conversation)
        if conversation.status is not Status.BOT:
            self._publisher.publish(QueueChanged())

    async def _open(self, session: AsyncSession, conversation_id: str) -> Conversation:
        """The conversation, locked, or the one that goes on from it where it is closed."""
        conversation = await access.lock_conversation(session, conversation_id)
        if conversation.status is Status.CLOSED:
            conversation = await access.successor_of(session, conversation)
        return conversation

    def _publish(self, conversation: Conversation) -> None:
        self._publisher.publish(MessageStored(conversation.id, conversation.last_seq))


def _key(row: WechatInbound) -> str:
    """The client's message id; no client of another channel can send one with a space."""
    return f"wechat {row.id}"


def _words_for(incoming: Image | Voice | Video | Location | Link | OtherMessage) -> str:
    """What stands in the record in the place of something that is not text."""
    stored = form_texts().stored
    match incoming:
        case Image():
            return stored.image
        case Voice():
            return stored.voice
        case Video():
            return stored.video
        case Location():
            return stored.location.format(label=incoming.label)
        case Link():
            return stored.link.format(title=incoming.title)
    return stored.other


def _reply_to(
    incoming: Image | Voice | Video | Location | Link | OtherMessage, status: Status
) -> Message | None:
    texts = form_texts()
    if status is Status.WITH_STAFF:
        return None  # a person answers
    if status is Status.WAITING:
        return Message.of(Author.SYSTEM, MessageKind.NOTICE, texts.file_with_staff)
    match incoming:
        case Image():
            words = texts.image_with_bot
        case Voice():
            words = texts.voice_without_text
        case Video():
            words = texts.video_with_bot
        case Location():
            words = texts.location_with_bot
        case Link():
            words = texts.link_with_bot
        case _:
            words = texts.unsupported
    return Message.of(Author.BOT, MessageKind.CHAT, words)
