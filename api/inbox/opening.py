"""Everything that a desk shows of one case, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat.accounts import WechatAccount
from api.handoff.queue import CaseDetail
from api.inbox import canned_replies, cards, drafts, history, rows
from api.inbox.cards import WorkerCard
from api.inbox.history import Screenful
from api.inbox.rows import Row
from api.members.vault import Vault
from api.staff import cases
from api.staff.channel_state import WechatState, wechat_state
from api.storage.models import CannedReply, Note, Staff


@dataclass(frozen=True)
class OpenCase:
    """One case. ``notes``: each with the name of who wrote it. ``canned``: each with its text
    filled from the case."""

    row: Row
    history: Screenful
    notes: Sequence[tuple[Note, str]]
    card: WorkerCard
    wechat: WechatState | None
    draft: str
    canned: Sequence[tuple[CannedReply, str]]


async def open_case(
    session: AsyncSession,
    staff: Staff,
    conversation_id: str,
    *,
    vault: Vault,
    account: WechatAccount,
    zone: ZoneInfo,
    at: datetime,
) -> OpenCase:
    """One case as this person may see it. Raises ``ApiError``: conversation_not_found,
    forbidden."""
    await cases.require_visible(session, staff, conversation_id)
    (row,) = await rows.read(session, [conversation_id])
    values = await canned_replies.values(session, row.conversation, staff)
    return OpenCase(
        row=row,
        history=await history.read(session, conversation_id),
        notes=await notes_of(session, conversation_id),
        card=await cards.card(session, vault, staff, conversation_id),
        wechat=await channel_of(session, row, account, zone, at),
        draft=await drafts.load(session, staff.id, conversation_id),
        canned=[
            (reply, canned_replies.filled(reply.text, values))
            for reply in await canned_replies.usable(session)
        ],
    )


async def notes_of(session: AsyncSession, conversation_id: str) -> list[tuple[Note, str]]:
    """The private notes of a conversation, in order."""
    found = await session.execute(
        select(Note, Staff.name)
        .join(Staff, Staff.id == Note.staff_id)
        .where(Note.conversation_id == conversation_id)
        .order_by(Note.created_at)
    )
    return [(note, name) for note, name in found]


async def channel_of(
    session: AsyncSession, row: Row, account: WechatAccount, zone: ZoneInfo, at: datetime
) -> WechatState | None:
    """What the worker's channel takes now; None for one that takes everything."""
    case = CaseDetail(row.conversation, row.handoff, row.holder, (), (), (), {}, ())
    return await wechat_state(session, case, account, zone, at)
