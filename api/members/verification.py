"""Recognises a worker as a member of the roster, outside the chat, through a one-time link.

Whoever has the link still has to know name, last six of the ID number and phone. 5 failures end
a link; ``failures`` bounds the rest. Every mismatch gets the same answer after the same work, so
that nobody learns who is a member.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import access, tokens
from api.live.events import MessageStored, Nobody, Publisher
from api.members import failures, identity
from api.members.masking import mask_name
from api.members.texts import members_texts
from api.members.vault import Vault
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    Author,
    Conversation,
    Member,
    Message,
    MessageKind,
    Status,
    VerificationLink,
    Worker,
    new_id,
    now,
)

LINK_LIFETIME: Final = timedelta(minutes=30)
MAX_LINK_FAILURES: Final = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody typed into the verification page. Its representation shows nobody."""

    name: str = field(repr=False)
    last_six: str = field(repr=False)
    phone: str = field(repr=False)

    @property
    def canonical(self) -> "Claim":
        """The same in the spelling of the roster; for anything at all, so that it never fails."""
        return Claim(
            identity.canonical_name(self.name),
            identity.canonical_id_number(self.last_six),
            identity.canonical_phone(self.phone),
        )


class LinkState(StrEnum):
    """What the page behind a link has to show."""

    OPEN = "open"
    USED = "used"
    GONE = "gone"
    """Unknown, too old, or ended by failures."""


class Outcome(StrEnum):
    """What became of an attempt."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    LOCKED = "locked"
    GONE = "gone"


class Verification:
    """Makes links and checks claims.

    ``secret_key`` hashes the keys of links. ``public_url``: address under which workers reach
    the gateway, without a slash at the end.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        secret_key: str,
        public_url: str,
        publisher: Publisher | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._vault = vault
        self._secret_key = secret_key
        self._public_url = public_url
        self._publisher = publisher or Nobody()
        self._clock = clock

    async def invite(self, session: AsyncSession, conversation: Conversation) -> str:
        """The address of a new link for the conversation's worker, good for 30 minutes."""
        key = tokens.new_token()
        at = self._clock()
        session.add(
            VerificationLink(
                id=new_id(),
                worker_id=conversation.worker_id,
                conversation_id=conversation.id,
                key_hash=tokens.hash_token(key, self._secret_key),
                failures=0,
                expires_at=at + LINK_LIFETIME,
                created_at=at,
            )
        )
        await session.flush()
        return f"{self._public_url}/verify/{key}"

    async def state(self, key: str) -> LinkState:
        """What to show to whoever opens the link."""
        async with self._database.read() as session:
            link = await session.scalar(self._link_of(key))
        return self._state_of(link)

    async def verify(self, key: str, claim: Claim) -> Outcome:
        """Check a claim; on success link the worker to the member and tell the conversation."""
        told: MessageStored | None = None
        async with self._database.write() as session:
            # Locked until the end of the transaction, or attempts at once would outrun the count.
            link = await session.scalar(self._link_of(key).with_for_update())
            if link is None or self._state_of(link) is not LinkState.OPEN:
                return Outcome.GONE
            worker = await _locked_worker(session, link.worker_id)
            if worker is None:
                return Outcome.GONE
            claim = claim.canonical
            subject = self._vault.claim_hash(claim.name, claim.phone)
            if await failures.are_too_many(session, worker.id, subject, at=self._clock()):
                return Outcome.LOCKED
            member = await self._find(session, claim)
            if member is None:
                failures.record(session, worker.id, subject)
                link.failures += 1
                return Outcome.MISMATCH if link.failures < MAX_LINK_FAILURES else Outcome.GONE
            told = await self._succeed(session, link, worker, member)
        if told is not None:
            self._publisher.publish(told)
        return Outcome.VERIFIED

    async def _find(self, session: AsyncSession, claim: Claim) -> Member | None:
        wanted = self._vault.verification_hash(claim.name, claim.last_six, claim.phone)
        # By keyed hash: how fast the index finds it tells nothing about names and numbers.
        found = (
            await session.scalars(select(Member).where(Member.verification_hash == wanted))
        ).all()
        # Somebody who left may ask too, but never instead of a member of today. Two who cannot be
        # told apart: a person has to look.
        matching = [member for member in found if member.left_at is None] or found
        return matching[0] if len(matching) == 1 else None

    async def _succeed(
        self, session: AsyncSession, link: VerificationLink, worker: Worker, member: Member
    ) -> MessageStored | None:
        at = self._clock()
        worker.member_id, worker.verified_at, link.used_at = member.id, at, at
        audit.record(
            session,
            "member.verified",
            by=ActorKind.WORKER,
            actor_id=worker.id,
            subject_kind="member",
            subject_id=member.id,
        )
        conversation = await access.lock_conversation(session, link.conversation_id)
        if conversation.status is Status.CLOSED:
            return None
        text = members_texts().notice.format(name=mask_name(member.name))
        notice = Message.of(Author.SYSTEM, MessageKind.NOTICE, text)
        await access.append(session, conversation, [notice])
        return MessageStored(conversation.id, conversation.last_seq)

    def _link_of(self, key: str) -> Select[VerificationLink]:
        key_hash = tokens.hash_token(key, self._secret_key)
        return select(VerificationLink).where(VerificationLink.key_hash == key_hash)

    def _state_of(self, link: VerificationLink | None) -> LinkState:
        if link is None or self._clock() >= link.expires_at:
            return LinkState.GONE
        if link.used_at is not None:
            return LinkState.USED
        return LinkState.OPEN if link.failures < MAX_LINK_FAILURES else LinkState.GONE


async def _locked_worker(session: AsyncSession, worker_id: str) -> Worker | None:
    """The worker, held over all their links; None if they had everything deleted."""
    return await session.scalar(
        select(Worker).where(Worker.id == worker_id, Worker.deleted_at.is_(None)).with_for_update()
    )
