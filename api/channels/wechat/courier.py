"""Sends what waits for a follower, by customer-service messages.

At least once, in order. A part is leased, sent with no transaction open, then deleted together
with its entry in the ledger. Two couriers never have the same part, and neither have a courier
and a passive reply. What can be sent twice: a part whose sender dies between the platform's
answer and the commit, and one to which the platform's answer is lost. The platform has no
idempotency key for it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from api.channels.wechat import errands
from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.errands import Errand
from api.channels.wechat.form import COMPOSED_MAX_BYTES
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.channels.wechat.splitting import size_of
from api.outbox import deliveries
from api.outbox.adapters import TemporaryError
from api.storage.database import Database
from api.storage.models import Channel, ChannelIdentity, Conversation, now

ADAPTER = deliveries.PUSHED[Channel.WECHAT]
_ROUND = timedelta(seconds=8)
"""After that no further part is begun: the outbox would cut the call off in the middle."""
_RECORD_PAUSES_S = (0.2, 1.0)
"""The database fails while a sent part is to be recorded: its lease leaves time to repeat."""
_log = logging.getLogger(__name__)


class Sender(Protocol):
    """What the courier needs of the platform."""

    async def send_text(self, openid: str, text: str) -> None:
        """Return once the platform has it. Raises ``PlatformError``."""


class Courier:
    """The outbox's adapter for the Official Account. Without a sender everything is held."""

    def __init__(
        self,
        database: Database,
        sender: Sender | None,
        account: WechatAccount,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._sender = sender if account.may_send else None
        self._clock = clock

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        """Send what waits for the follower of ``conversation_id``. What the platform does not take
        now is held for the follower's next contact.

        Raises ``TemporaryError``: the platform may take it later, or somebody else is sending.
        """
        conversation_id: str = payload["conversation_id"]
        openid = await self._openid_of(conversation_id)
        if openid is None:
            await self._give_up(conversation_id)
        else:
            await self.deliver_to(openid, conversation_id)

    async def deliver_to(self, openid: str, conversation_id: str) -> None:
        """``deliver``, where the conversation's follower is known."""
        begun, max_bytes = self._clock(), COMPOSED_MAX_BYTES
        while True:
            errand = await self._take(openid, conversation_id, max_bytes)
            if errand is None or self._sender is None:
                return
            try:
                await self._sender.send_text(openid, errand.text)
            except PlatformError as error:
                if not await self._refuse(errand, error):
                    return
                if error.outcome is PlatformOutcome.TOO_LONG:
                    # Or the halves would be merged again.
                    max_bytes = min(max_bytes, size_of(errand.text) // 2)
            else:
                more = await self._finish(errand)
                if not more and errand.conversation_id == conversation_id:
                    return
            if self._clock() - begun > _ROUND:
                async with self._database.write() as session:
                    await deliveries.schedule(session, ADAPTER, conversation_id, self._clock())
                return

    async def _openid_of(self, conversation_id: str) -> str | None:
        async with self._database.read() as session:
            return await session.scalar(
                select(ChannelIdentity.external_id)
                .join(Conversation, Conversation.worker_id == ChannelIdentity.worker_id)
                .where(
                    Conversation.id == conversation_id, ChannelIdentity.channel == Channel.WECHAT
                )
            )

    async def _give_up(self, conversation_id: str) -> None:
        """The worker had everything deleted: nobody is left to be told."""
        async with self._database.write() as session:
            messages = await deliveries.pending_of(session, conversation_id)
            await deliveries.mark_failed(
                session, {message.id for message in messages}, "no_follower"
            )

    async def _take(self, openid: str, conversation_id: str, max_bytes: int) -> Errand | None:
        async with self._database.write() as session:
            return await errands.take(
                session,
                openid,
                conversation_id,
                self._clock(),
                may_send=self._sender is not None,
                max_bytes=max_bytes,
            )

    async def _finish(self, errand: Errand) -> bool:
        """Whether there is more to send."""
        for pause_s in _RECORD_PAUSES_S:
            try:
                return await self._record(errand)
            except DBAPIError:
                await asyncio.sleep(pause_s)
        return await self._record(errand)

    async def _record(self, errand: Errand) -> bool:
        async with self._database.write() as session:
            return await errands.finish(session, errand, self._clock())

    async def _refuse(self, errand: Errand, error: PlatformError) -> bool:
        """Whether to go on. Raises ``TemporaryError``."""
        async with self._database.write() as session:
            goes_on = await errands.refuse(session, errand, error)
        _log.warning("refused by the platform", extra={"outcome": error.outcome})
        if error.is_temporary and not goes_on:
            raise TemporaryError(error.outcome)
        return goes_on
