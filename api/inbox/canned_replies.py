"""Canned replies: what the desk says again and again, worded once.

A text may hold the variables {姓名} {会话} {坐席} {单位}, which are filled from the case.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.cleaning import clean
from api.inbox.recording import record
from api.inbox.refusals import changed_meanwhile, invalid, name_taken, not_found
from api.inbox.texts import inbox_texts
from api.storage.database import Database
from api.storage.models import (
    CannedReply,
    Conversation,
    Handoff,
    Member,
    Staff,
    Worker,
    new_id,
    now,
)

SHORTCUT_MAX_CHARS: Final = 32
TITLE_MAX_CHARS: Final = 64
TEXT_MAX_CHARS: Final = 2000
VARIABLES: Final = ("姓名", "会话", "坐席", "单位")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SHORTCUT = re.compile(r"[^\s/]+")


async def usable(session: AsyncSession) -> Sequence[CannedReply]:
    """Those that can be used, by shortcut."""
    found = await session.scalars(
        select(CannedReply).where(CannedReply.disabled_at.is_(None)).order_by(CannedReply.shortcut)
    )
    return found.all()


async def create(
    database: Database, staff: Staff, *, shortcut: str, title: str, text: str
) -> CannedReply:
    """A new one, or one that was retired under this shortcut and is used again.

    Raises ``ApiError``: name_taken for the shortcut, invalid_request for a field that is empty,
    too long or holds an unknown variable.
    """
    fields = _checked(shortcut, title, text)
    try:
        async with database.write() as session:
            reply = await session.scalar(
                select(CannedReply).where(CannedReply.shortcut == fields["shortcut"])
            )
            if reply is None:
                reply = CannedReply(id=new_id(), version=0, **fields)
                session.add(reply)
            elif reply.disabled_at is None:
                raise name_taken()
            reply.disabled_at = None
            _change(reply, fields, staff)
            record(session, "canned_reply.create", staff, "canned_reply", reply.id)
    except IntegrityError:  # another one was faster
        raise name_taken() from None
    return reply


async def update(
    database: Database,
    staff: Staff,
    reply_id: str,
    *,
    version: int,
    shortcut: str,
    title: str,
    text: str,
) -> CannedReply:
    """Change one as it was read in a version.

    Raises ``ApiError``: item_not_found; edit_conflict if somebody has changed it since;
    name_taken and invalid_request as for a new one.
    """
    fields = _checked(shortcut, title, text)
    try:
        async with database.write() as session:
            reply = await _locked(session, reply_id, version)
            _change(reply, fields, staff)
            record(
                session,
                "canned_reply.update",
                staff,
                "canned_reply",
                reply.id,
                version=reply.version,
            )
    except IntegrityError:
        raise name_taken() from None
    return reply


async def retire(database: Database, staff: Staff, reply_id: str, *, version: int) -> None:
    """Take one out of use. Raises ``ApiError``: item_not_found, edit_conflict."""
    async with database.write() as session:
        reply = await _locked(session, reply_id, version)
        reply.disabled_at = now()
        record(session, "canned_reply.retire", staff, "canned_reply", reply.id)


async def values(
    session: AsyncSession, conversation: Conversation, staff: Staff
) -> Mapping[str, str]:
    """What the variables stand for in a conversation."""
    texts = inbox_texts().canned
    name = await session.scalar(
        select(Member.name)
        .join(Worker, Worker.member_id == Member.id)
        .where(Worker.id == conversation.worker_id)
    )
    facts = await session.scalar(
        select(Handoff.case_facts)
        .where(Handoff.conversation_id == conversation.id)
        .order_by(Handoff.created_at.desc())
        .limit(1)
    )
    employer = (facts or {}).get("employer")
    return {
        "姓名": name or texts.nobody,
        "会话": conversation.id[-6:],
        "坐席": staff.name,
        "单位": employer if isinstance(employer, str) and employer else texts.employer,
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its variables filled, once: what fills them is not looked at again."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _checked(shortcut: str, title: str, text: str) -> dict[str, str]:
    fields = {"shortcut": clean(shortcut), "title": clean(title), "text": clean(text)}
    limits = {
        "shortcut": SHORTCUT_MAX_CHARS,
        "title": TITLE_MAX_CHARS,
        "text": TEXT_MAX_CHARS,
    }
    for name, limit in limits.items():
        if not 0 < len(fields[name]) <= limit:
            raise invalid(name)
    if not _SHORTCUT.fullmatch(fields["shortcut"]):
        raise invalid("shortcut")
    if any(name not in VARIABLES for name in _VARIABLE.findall(fields["text"])):
        raise invalid("text")
    return fields


def _change(reply: CannedReply, fields: Mapping[str, str], staff: Staff) -> None:
    reply.shortcut, reply.title, reply.text = fields["shortcut"], fields["title"], fields["text"]
    reply.version += 1
    reply.updated_by, reply.updated_at = staff.id, now()


async def _locked(session: AsyncSession, reply_id: str, version: int) -> CannedReply:
    found = await session.scalars(
        select(CannedReply).where(CannedReply.id == reply_id).with_for_update()
    )
    reply = found.one_or_none()
    if reply is None or reply.disabled_at is not None:
        raise not_found()
    if reply.version != version:
        raise changed_meanwhile()
    return reply
