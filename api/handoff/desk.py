"""What staff do with a conversation: claim, answer, pass on, give back, finish.

Every act is one transaction on the locked conversation: it checks the table of transitions,
changes conversation and hand-off together, leaves a notice for the worker and an audit entry.
Two who claim at once therefore queue for the lock, and the second one finds it taken.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import access
from api.conversations.cleaning import clean
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.handoff.states import TRANSITIONS, Act, IllegalTransitionError, next_status
from api.live.events import MessageStored, Nobody, Publisher, QueueChanged, StatusChanged
from api.storage.database import Database
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    ActorKind,
    Author,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    Note,
    OutcomeKind,
    Role,
    Staff,
    now,
)
from api.texts import gateway_texts

Clock = Callable[[], datetime]


class Desk:
    """The acts of staff on conversations. All raise ``ApiError``."""

    def __init__(
        self,
        database: Database,
        *,
        publisher: Publisher | None = None,
        message_max_chars: int,
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._publisher = publisher or Nobody()
        self._message_max_chars = message_max_chars
        self._clock = clock

    async def claim(self, conversation_id: str, staff: Staff) -> Handoff:
        """Take a waiting case; who has it already keeps it.

        Raises ``ApiError``: already_claimed with the name of the one who has it,
        conversation_not_found, not_possible_now.
        """
        async with self._database.write() as session:
            conversation, handoff = await _locked(session, conversation_id)
            if handoff.state is HandoffState.CLAIMED:
                if handoff.claimed_by == staff.id:
                    return handoff
                raise ApiError(
                    ErrorCode.ALREADY_CLAIMED, name=await _name(session, handoff.claimed_by)
                )
            self._move(conversation, handoff, Act.CLAIM)
            handoff.claimed_by, handoff.claimed_at = staff.id, self._clock()
            handoff.active_at = handoff.claimed_at
            notice = gateway_texts().desk.claimed.format(name=staff.name)
            await _tell(session, conversation, notice)
            _record(session, Act.CLAIM, staff, conversation)
        self._publish(conversation)
        return handoff

    async def release(self, conversation_id: str, staff: Staff) -> None:
        """Give the conversation back to the bot, which begins afresh.

        Raises ``ApiError``: already_claimed by somebody else, conversation_not_found,
        not_possible_now.
        """
        async with self._database.write() as session:
            conversation, handoff = await _locked(session, conversation_id)
            if handoff.state is HandoffState.CLAIMED:
                await _require_own(session, handoff, staff)
            self._move(conversation, handoff, Act.RELEASE)
            conversation.bot_round += 1
            await _tell(session, conversation, gateway_texts().desk.released)
            _record(session, Act.RELEASE, staff, conversation)
        self._publish(conversation)

    async def transfer(self, conversation_id: str, staff: Staff, to: Staff) -> None:
        """Pass one's own case on to a colleague.

        Raises ``ApiError``: already_claimed by somebody else, conversation_not_found,
        not_possible_now.
        """
        async with self._database.write() as session:
            conversation, handoff = await _locked(session, conversation_id)
            await _require_own(session, handoff, staff)
            self._move(conversation, handoff, Act.TRANSFER)
            handoff.claimed_by, handoff.active_at = to.id, self._clock()
            handoff.snoozed_until = None
            await _tell(
                session, conversation, gateway_texts().desk.transferred.format(name=to.name)
            )
            _record(session, Act.TRANSFER, staff, conversation, to=to.id)
        self._publish(conversation)

    async def put_back(
        self, conversation_id: str, staff: Staff, for_role: Role | None = None
    ) -> None:
        """Put one's own case back into the queue: for any colleague, or for those of a role.

        Raises ``ApiError``: already_claimed by somebody else, conversation_not_found,
        not_possible_now.
        """
        async with self._database.write() as session:
            conversation, handoff = await _locked(session, conversation_id)
            await _require_own(session, handoff, staff)
            if for_role is not None:
                handoff.for_role = for_role
            await self.to_queue(session, conversation, handoff, by=ActorKind.STAFF, staff=staff)
        self._publish(conversation)

    async def to_queue(
        self,
        session: AsyncSession,
        conversation: Conversation,
        handoff: Handoff,
        *,
        by: ActorKind,
        staff: Staff | None = None,
    ) -> None:
        """Return a claimed case to the queue, where it keeps its place by age."""
        self._move(conversation, handoff, Act.RETURN, by)
        handoff.claimed_by = handoff.claimed_at = handoff.active_at = None
        handoff.snoozed_until = None
        await _tell(session, conversation, gateway_texts().desk.returned)
        audit.record(
            session,
            f"handoff.{Act.RETURN}",
            by=by,
            actor_id=staff.id if staff else None,
            subject_kind="conversation",
            subject_id=conversation.id,
        )

    async def resolve(
        self,
        conversation_id: str,
        staff: Staff,
        outcome: str,
        kind: OutcomeKind | None = None,
    ) -> None:
        """Finish one's own case; the next message of the worker opens a linked conversation.

        ``kind``: what came of it, for the figures.
        Raises ``ApiError``: already_claimed by somebody else, conversation_not_found,
        not_possible_now.
        """
        async with self._database.write() as session:
            conversation, handoff = await _locked(session, conversation_id)
            await _require_own(session, handoff, staff)
            self._move(conversation, handoff, Act.RESOLVE)
            handoff.outcome, handoff.outcome_kind = clean(outcome), kind
            conversation.closed_at = self._clock()
            await _tell(session, conversation, gateway_texts().desk.resolved)
            _record(session, Act.RESOLVE, staff, conversation)
        self._publish(conversation)

    async def reply(
        self, conversation_id: str, staff: Staff, text: str, client_message_id: str
    ) -> Message:
        """Write to the worker; a repeated id returns the first message.

        Raises ``ApiError``: empty_message, message_too_long, already_claimed by somebody else,
        conversation_not_found, not_possible_now while nobody has claimed it.
        """
        if len(text) > self._message_max_chars:
            raise ApiError(ErrorCode.MESSAGE_TOO_LONG, limit=self._message_max_chars)
        text = clean(text)
        if not text:
            raise ApiError(ErrorCode.EMPTY_MESSAGE)
        key = _message_key(staff, client_message_id)
        async with self._database.write() as session:
            conversation, handoff = await _locked(session, conversation_id)
            first = await access.find_by_client_id(session, conversation_id, key)
            if first is not None:
                return first
            await _require_own(session, handoff, staff)
            handoff.active_at = self._clock()
            message = Message.of(
                Author.STAFF,
                MessageKind.CHAT,
                text,
                staff_id=staff.id,
                client_message_id=key,
                created_at=handoff.active_at,
            )
            await access.append(session, conversation, [message])
            handoff.answered_at = handoff.answered_at or handoff.active_at
        self._publish(conversation)
        return message

    async def note(self, conversation_id: str, staff: Staff, text: str) -> Note:
        """Keep a private note.

        Raises ``ApiError``: empty_message, message_too_long, conversation_not_found.
        """
        if len(text) > self._message_max_chars:
            raise ApiError(ErrorCode.MESSAGE_TOO_LONG, limit=self._message_max_chars)
        text = clean(text)
        if not text:
            raise ApiError(ErrorCode.EMPTY_MESSAGE)
        note = Note(conversation_id=conversation_id, staff_id=staff.id, text=text)
        async with self._database.write() as session:
            if await access.find_conversation(session, conversation_id) is None:
                raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
            session.add(note)
        return note

    def _move(
        self,
        conversation: Conversation,
        handoff: Handoff,
        act: Act,
        by: ActorKind = ActorKind.STAFF,
    ) -> None:
        try:
            conversation.status = next_status(act, conversation.status, by)
        except IllegalTransitionError:
            raise ApiError(ErrorCode.NOT_POSSIBLE_NOW) from None
        state = TRANSITIONS[act].handoff
        if state is not None:
            handoff.state = state
        if state not in OPEN_HANDOFF_STATES:
            handoff.ended_at = self._clock()

    def _publish(self, conversation: Conversation) -> None:
        self._publisher.publish(MessageStored(conversation.id, conversation.last_seq))
        self._publisher.publish(StatusChanged(conversation.id, conversation.status))
        self._publisher.publish(QueueChanged())


async def _locked(session: AsyncSession, conversation_id: str) -> tuple[Conversation, Handoff]:
    try:
        conversation = await access.lock_conversation(session, conversation_id)
    except NoResultFound:
        raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND) from None
    handoff = await access.open_handoff(session, conversation_id)
    if handoff is None:
        raise ApiError(ErrorCode.NOT_POSSIBLE_NOW)
    return conversation, handoff


async def _require_own(session: AsyncSession, handoff: Handoff, staff: Staff) -> None:
    if handoff.state is not HandoffState.CLAIMED:
        raise ApiError(ErrorCode.NOT_POSSIBLE_NOW)
    if handoff.claimed_by != staff.id:
        raise ApiError(ErrorCode.ALREADY_CLAIMED, name=await _name(session, handoff.claimed_by))


async def _name(session: AsyncSession, staff_id: str | None) -> str:
    staff = await session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else ""


async def _tell(session: AsyncSession, conversation: Conversation, text: str) -> None:
    await access.append(
        session, conversation, [Message.of(Author.SYSTEM, MessageKind.NOTICE, text)]
    )


def _record(
    session: AsyncSession, act: Act, staff: Staff, conversation: Conversation, **details: str
) -> None:
    audit.record(
        session,
        f"handoff.{act}",
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind="conversation",
        subject_id=conversation.id,
        **details,
    )


def _message_key(staff: Staff, client_message_id: str) -> str:
    """A key that no worker's id can equal, and no colleague's."""
    digest = hashlib.blake2b(f"{staff.id} {client_message_id}".encode(), digest_size=24)
    return f"staff {digest.hexdigest()}"
