"""Answers what the platform delivers, within its five seconds.

A delivery is committed, then carried out in a task of its own, and answered by whichever comes
first: the passive reply with what the conversation has for the follower, or the end of the time.
In the latter case the answer goes out by customer-service message where the account may send
them, else the follower taps a line to fetch it.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat import form, inbox, parts
from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.choices import asks_to_view, more_line, tap_line
from api.channels.wechat.courier import Courier
from api.channels.wechat.followers import conversations_with_mail, has_parts
from api.channels.wechat.form_texts import form_texts
from api.channels.wechat.handling import Handler
from api.channels.wechat.inbox import Inbox
from api.channels.wechat.incoming import INCOMING, Incoming, Text
from api.channels.wechat.platform import Platform
from api.channels.wechat.platform_errors import PlatformError
from api.conversations.crisis import is_crisis
from api.conversations.turn import TurnResult
from api.outbox import deliveries
from api.outbox.adapters import DeliveryError
from api.security.rate_limits import Per, RateLimits, RouteGroup, TooManyRequestsError
from api.storage.database import Database
from api.storage.models import Channel, WechatInbound, now

ANSWER_WITHIN_S = 4.5
"""The platform drops the connection after 5 s."""
_TYPING_AFTER_S = 0.8
"""Most answers are there before; the indicator costs a call."""
_BUSY = 10
"""Behind so many turns an answer takes half a second: nobody should wait for it."""
_STORE_RETRY_S = 0.5
_SWEEP_S = 5.0
_ABANDONED_AFTER = timedelta(seconds=15)
"""The platform has given up on a delivery by then, and so has whoever was handling it."""
_log = logging.getLogger(__name__)


class WechatChannel:
    """The Official Account's side of the gateway."""

    def __init__(
        self,
        database: Database,
        handler: Handler,
        courier: Courier,
        platform: Platform | None,
        account: WechatAccount,
        limits: RateLimits,
        *,
        answer_within_s: float | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._inbox = Inbox(database)
        self._handler = handler
        self._courier = courier
        self._platform = platform if account.may_send else None
        self._account = account
        self._limits = limits
        self._answer_within_s = answer_within_s or ANSWER_WITHIN_S
        self._clock = clock
        self._in_flight: dict[str, asyncio.Task[TurnResult | None]] = {}
        self._late: set[str] = set()
        self._of_follower: defaultdict[str, set[asyncio.Task[Any]]] = defaultdict(set)
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Take up deliveries that a crash left, now and again and again."""
        self._spawn(self._sweep())

    async def close(self) -> None:
        """Leave the rest to the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, incoming: Incoming) -> str:
        """The passive reply to a delivery; empty: there is nothing to say now.

        A repeated delivery gets the reply of the first one: the platform repeats what it believes
        that nobody answered.
        """
        deadline = asyncio.get_running_loop().time() + self._answer_within_s
        try:
            received = await self._store(incoming, deadline)
        except SQLAlchemyError:
            _log.exception("delivery not stored")
            return form_texts().storage_down
        row = received.row
        if row.reply is not None or row.handled_at is not None:
            return row.reply or ""
        try:
            if received.is_new:
                await self._admit(incoming)
        except TooManyRequestsError:
            return await self._conclude(row, form_texts().flood)
        if isinstance(incoming, Text) and await self._is_about_view(incoming):
            return await self._view(row, deadline)
        task = self._work(row, incoming)
        return await self._await_turn(row, incoming, task, deadline)

    async def _store(self, incoming: Incoming, deadline: float) -> inbox.Received:
        """Commit the delivery. While the database fails, try again for as long as there is time."""
        while True:
            try:
                return await self._inbox.store(incoming, self._clock())
            except SQLAlchemyError:
                left = deadline - asyncio.get_running_loop().time()
                if left < 2 * _STORE_RETRY_S:
                    raise
                await asyncio.sleep(_STORE_RETRY_S)

    async def _admit(self, incoming: Incoming) -> None:
        """Raises ``TooManyRequestsError``, but not for a word of crisis."""
        if _is_crisis(incoming):
            return
        await self._limits.require(RouteGroup.WECHAT, {Per.FOLLOWER: incoming.openid})

    def _work(self, row: WechatInbound, incoming: Incoming) -> asyncio.Task[TurnResult | None]:
        """The task that carries the delivery out, the running one if there is."""
        task = self._in_flight.get(row.id)
        if task is None:
            task = self._spawn(self._handler.handle(row, incoming))
            self._in_flight[row.id] = task
            of_follower = self._of_follower[row.openid]
            of_follower.add(task)
            task.add_done_callback(lambda done: self._leave(row, done))
        return task

    def _leave(self, row: WechatInbound, task: asyncio.Task[Any]) -> None:
        self._in_flight.pop(row.id, None)
        of_follower = self._of_follower[row.openid]
        of_follower.discard(task)
        if not of_follower:
            del self._of_follower[row.openid]

    async def _await_turn(
        self,
        row: WechatInbound,
        incoming: Incoming,
        task: asyncio.Task[TurnResult | None],
        deadline: float,
    ) -> str:
        if patience := self._patience(incoming, deadline):
            typing = self._spawn(self._show_typing(incoming.openid)) if self._platform else None
            try:
                await asyncio.wait({task}, timeout=patience)
            finally:
                if typing is not None:
                    typing.cancel()
        if not task.done():
            # What follows by itself needs no record of having said nothing.
            reply = ""
            if not self._account.may_send:
                reply = await self._conclude(row, tap_line(row.id), is_done=False)
            if row.id not in self._late:
                self._late.add(row.id)
                self._spawn(self._finish_late(row, task))
            return reply
        if task.cancelled() or task.exception() is not None:
            _log.error("delivery failed", extra={"inbox_id": row.id}, exc_info=_error_of(task))
            return form_texts().delayed  # the sweep takes it up again
        return await self._conclude(row, None, result=task.result())

    async def _is_about_view(self, incoming: Text) -> bool:
        """Whether the follower wants to see what was announced."""
        if not asks_to_view(incoming.content, incoming.menu_id):
            return False
        if incoming.menu_id is not None or self._of_follower.get(incoming.openid):
            return True
        async with self._database.read() as session:
            return await has_parts(session, incoming.openid) or bool(
                await conversations_with_mail(session, incoming.openid)
            )

    async def _view(self, row: WechatInbound, deadline: float) -> str:
        """What waits for the follower, once the turns that are going on have brought it."""
        running = self._of_follower.get(row.openid, set()).copy()
        if running:
            await asyncio.wait(running, timeout=self._left(deadline))
        still_running = any(not task.done() for task in running)
        nothing = tap_line(row.id) if still_running else form_texts().nothing_waiting
        return await self._conclude(row, None, otherwise=nothing)

    async def _conclude(
        self,
        row: WechatInbound,
        reply: str | None,
        *,
        is_done: bool = True,
        result: TurnResult | None = None,
        otherwise: str = "",
    ) -> str:
        """Settle the one reply of a delivery and commit it, before it leaves.

        ``reply`` None: what waits for the follower, ``otherwise`` where nothing does.
        """
        async with self._database.write() as session:
            stored = await inbox.lock(session, row.id)
            stored.conversation_id = row.conversation_id
            if is_done:
                stored.handled_at = stored.handled_at or self._clock()
            if stored.reply is not None:
                return stored.reply
            taken = None
            if reply is None:
                # What was erased is not in the record any more, and nobody is to be looked up.
                erased = result is not None and result.is_erased
                taken = None if erased else await self._take(session, row.openid)
                reply = taken.text if taken else self._erased_words(result) or otherwise
            left = taken.left if taken else 0
            if left and not self._account.may_send:
                reply = f"{reply}\n\n{more_line(left)}"
            stored.reply = reply
            waiting: list[str] = []
            if left and self._account.may_send:
                waiting = await self._wake(session, row.openid)
        if waiting:
            self._spawn(self._deliver(row.openid, waiting))
        return reply

    async def _take(self, session: AsyncSession, openid: str) -> parts.Taken | None:
        waiting = await conversations_with_mail(session, openid)
        for conversation_id in waiting:
            await parts.render(session, openid, conversation_id)
        return await parts.take_passive(session, openid, self._clock()) if waiting else None

    def _erased_words(self, result: TurnResult | None) -> str:
        """The last words of a conversation that has just been erased at the worker's wish: they
        are not in the record any more."""
        if result is None or not result.is_erased:
            return ""
        composed = form.compose(result.messages)
        return composed[0].text if composed else ""

    async def _finish_late(self, row: WechatInbound, task: asyncio.Task[TurnResult | None]) -> None:
        """Send what came too late for the passive reply."""
        try:
            await asyncio.wait({task})
            if task.cancelled() or task.exception() is not None:
                _log.error("delivery failed", extra={"inbox_id": row.id}, exc_info=_error_of(task))
                return
            waiting: list[str] = []
            async with self._database.write() as session:
                stored = await inbox.lock(session, row.id)
                stored.conversation_id = row.conversation_id
                stored.handled_at = stored.handled_at or self._clock()
                if self._account.may_send:
                    waiting = await self._wake(session, row.openid)
            await self._deliver(row.openid, waiting)
        finally:
            self._late.discard(row.id)

    async def _wake(self, session: AsyncSession, openid: str) -> list[str]:
        """Have the outbox send what is left, should this process not live to do it at once.
        Returns the conversations."""
        waiting = await conversations_with_mail(session, openid)
        for conversation_id in waiting:
            await deliveries.wake(session, Channel.WECHAT, conversation_id, clock=self._clock)
        return waiting

    async def _deliver(self, openid: str, conversation_ids: Iterable[str]) -> None:
        """Deliver now what the outbox would deliver in some seconds."""
        for conversation_id in conversation_ids:
            try:
                await self._courier.deliver_to(openid, conversation_id)
            except DeliveryError as error:
                _log.warning("left to the outbox", extra={"reason": error.reason})

    async def _show_typing(self, openid: str) -> None:
        await asyncio.sleep(_TYPING_AFTER_S)
        if self._platform is not None:
            try:
                await self._platform.typing(openid, on=True)
            except PlatformError as error:
                _log.info("no typing indicator", extra={"outcome": error.outcome})

    async def _sweep(self) -> None:
        """Carry out deliveries that were stored and left; never ends by itself."""
        abandoned_before = self._clock()
        while True:
            try:
                async with self._database.read() as session:
                    rows = await inbox.unhandled(session, received_before=abandoned_before)
                for row in rows:
                    if row.id not in self._in_flight:
                        task = self._work(row, INCOMING.validate_python(row.payload))
                        self._spawn(self._finish_late(row, task))
            except SQLAlchemyError:
                _log.exception("sweep failed")
            await asyncio.sleep(_SWEEP_S)
            abandoned_before = self._clock() - _ABANDONED_AFTER

    def _patience(self, incoming: Incoming, deadline: float) -> float:
        """Seconds to wait for a turn. Under a flood the platform is acknowledged early where the
        answer can follow by itself, so that deliveries do not pile up on its side. What a word of
        crisis gets needs no bot, and is said at once."""
        is_flood = self._account.may_send and len(self._in_flight) > _BUSY
        return 0.0 if is_flood and not _is_crisis(incoming) else self._left(deadline)

    def _left(self, deadline: float) -> float:
        return max(0.0, deadline - asyncio.get_running_loop().time())

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.debug("task ended", extra={"error": type(error).__name__})


def _is_crisis(incoming: Incoming) -> bool:
    return isinstance(incoming, Text) and is_crisis(incoming.content)


def _error_of(task: asyncio.Task[Any]) -> BaseException | None:
    return None if task.cancelled() else task.exception()
