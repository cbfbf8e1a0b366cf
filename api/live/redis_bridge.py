"""Fan-out between gateways over Redis pub/sub.

Pub/sub delivers at most once. Whenever something may have been lost on the way (Redis was away,
too much was waiting), everybody whom it could concern looks at the record instead.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.live.events import Event, from_json, to_json
from api.live.hub import Hub
from api.live.mailbox import Mailbox, MailboxClosedError, News
from api.storage.models import new_id

CHANNEL = "union:live"
_TIMEOUT_S = 5.0
_CANCEL_AGAIN_S = 0.5
_OUTGOING = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BridgeTimes:
    """All in seconds. The pause before connecting again doubles from the first to the longest;
    a connection on which nothing comes for ``idle`` is tested; ``flush`` is what is left for
    sending when the bridge is closed."""

    first_pause: float = 0.1
    longest_pause: float = 5.0
    idle: float = 15.0
    flush: float = 1.0


class RedisBridge:
    """A publisher that reaches the subscribers of every gateway. Works without Redis, too: then
    it reaches those of its own."""

    def __init__(self, hub: Hub, url: str, times: BridgeTimes | None = None) -> None:
        self._hub = hub
        self._times = times or BridgeTimes()
        self._id = new_id()
        self._outgoing = Mailbox(_OUTGOING)
        # Every loss of a connection has to be seen here, so the client must not retry by itself.
        self._redis = Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = False

    @property
    def is_connected(self) -> bool:
        """Whether events of other gateways arrive."""
        return self._listening

    def publish(self, event: Event) -> None:
        """Tell this gateway's subscribers now, and the others' soon; never blocks."""
        self._hub.publish(event)
        self._outgoing.put(event)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._tasks = [
            asyncio.create_task(self._keep(self._send)),
            asyncio.create_task(self._keep(self._listen)),
        ]

    async def close(self) -> None:
        """Send what is left, if that is quick, and disconnect."""
        self._outgoing.close()
        if self._tasks:
            await asyncio.wait(self._tasks[:1], timeout=self._times.flush)
        left = set(self._tasks)
        while left:
            for task in left:
                task.cancel()
            # Once is not enough: redis-py loses a cancellation that meets it while it connects.
            _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_S)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    async def _keep(self, work: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        """Do the work again and again, with growing pauses until it says that it succeeds."""
        pause = self._times.first_pause

        def succeeded() -> None:
            nonlocal pause
            pause = self._times.first_pause

        while True:
            try:
                await work(succeeded)
            except MailboxClosedError:
                return
            except (RedisError, OSError) as error:
                _log.warning("redis unreachable", extra={"error": type(error).__name__})
            # Not all gateways at the same instant.
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 2, self._times.longest_pause)

    async def _send(self, succeeded: Callable[[], None]) -> None:
        while True:
            news = await self._outgoing.get()
            try:
                await self._redis.publish(CHANNEL, self._pack(news))
            except (RedisError, OSError):
                # Told again as soon as it can be, in the short form.
                self._outgoing.miss()
                raise
            succeeded()

    async def _listen(self, succeeded: Callable[[], None]) -> None:
        async with self._redis.pubsub() as subscription:
            try:
                await subscription.subscribe(CHANNEL)
                await self._receive(subscription, succeeded)
            finally:
                self._listening = False

    async def _receive(self, subscription: PubSub, succeeded: Callable[[], None]) -> None:
        tested = False
        while True:
            message = await subscription.get_message(timeout=self._times.idle)
            if message is None:
                if tested:
                    raise TimeoutError("no answer from Redis")
                await subscription.ping()
                tested = True
                continue
            tested = False
            if message["type"] == "subscribe":
                # From here on nothing is lost; what was before is in the record.
                succeeded()
                self._listening = True
                self._hub.miss()
            elif message["type"] == "message":
                self._deliver(message["data"])

    def _pack(self, news: News) -> str:
        events = [to_json(event) for event in news.events]
        return json.dumps({"from": self._id, "events": events, "missed": news.missed})

    def _deliver(self, data: bytes) -> None:
        try:
            content = json.loads(data)
            if content["from"] == self._id:
                return
            events = [from_json(event) for event in content["events"]]
            missed = content["missed"]
        except (ValueError, TypeError, KeyError):
            # Of a gateway of another version, or of somebody else.
            _log.warning("unknown event from redis")
            return
        for event in events:
            self._hub.publish(event)
        if missed:
            self._hub.miss()
