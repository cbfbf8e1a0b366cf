"""The durable inbox: what the platform delivered is committed before it is acknowledged.

The platform delivers a message up to three times, perhaps to different gateways, perhaps with a
restart in between. Its row is the one place that says whether it is new, and which reply it got.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat import ledger
from api.channels.wechat.followers import follower_of
from api.channels.wechat.incoming import (
    Click,
    Incoming,
    OtherEvent,
    Scan,
    Subscribe,
    Text,
    Unsubscribe,
    View,
)
from api.storage.database import Database
from api.storage.models import WechatFollower, WechatInbound, new_id

_LOCK = select(WechatInbound).where(WechatInbound.id == bindparam("wanted")).with_for_update()


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery's row. ``is_new``: this delivery is the one that stored it."""

    row: WechatInbound
    is_new: bool


class Inbox:
    """Stores deliveries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def store(self, incoming: Incoming, at: datetime) -> Received:
        """Commit a delivery, with what it does to the follower's ledger; a repeated one changes
        nothing."""
        row = WechatInbound(
            id=new_id(),
            dedupe_key=incoming.dedupe_key,
            openid=incoming.openid,
            kind=incoming.kind,
            payload=incoming.model_dump(mode="json"),
            received_at=at,
        )
        try:
            async with self._database.write() as session:
                session.add(row)
                await session.flush()  # a repetition fails here, before it opens a window
                follower = await follower_of(session, incoming.openid)
                note_contact(follower, incoming, at)
        except IntegrityError:
            known = await self._find(incoming.dedupe_key)
            if known is None:
                raise
            return Received(known, is_new=False)
        return Received(row, is_new=True)

    async def _find(self, dedupe_key: str) -> WechatInbound | None:
        async with self._database.read() as session:
            return await session.scalar(
                select(WechatInbound).where(WechatInbound.dedupe_key == dedupe_key)
            )


def note_contact(follower: WechatFollower, incoming: Incoming, at: datetime) -> None:
    """Keep in the ledger what a delivery allows us to send, and whether we are followed."""
    match incoming:
        case Unsubscribe():
            follower.subscribed = False
            follower.window_opened_at = follower.click_opened_at = None
            return
        case View() | OtherEvent():
            return  # they come without the follower having asked for anything
        case Subscribe() | Scan() | Click():
            ledger.note_click(follower, at)
        case Text(menu_id=str()):
            ledger.note_click(follower, at)
        case _:
            ledger.note_message(follower, at)
    follower.subscribed = True


async def lock(session: AsyncSession, row_id: str) -> WechatInbound:
    """The row, held until the transaction ends. Raises ``sqlalchemy.exc.NoResultFound``."""
    return (await session.scalars(_LOCK, {"wanted": row_id})).one()


async def unhandled(session: AsyncSession, *, received_before: datetime) -> Sequence[WechatInbound]:
    """Deliveries that were stored and then left, oldest first."""
    found = select(WechatInbound).where(
        WechatInbound.handled_at.is_(None), WechatInbound.received_at < received_before
    )
    return (await session.scalars(found.order_by(WechatInbound.id))).all()
