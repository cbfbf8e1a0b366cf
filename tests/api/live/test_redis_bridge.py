"""Two gateways' worth of bridges on a real Redis."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from api.live.events import Event, MessageStored, QueueChanged, Read, StatusChanged, Typing
from api.live.hub import Hub
from api.live.mailbox import Mailbox, News
from api.live.redis_bridge import CHANNEL, BridgeTimes, RedisBridge
from api.storage.models import ActorKind, Status
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio
SOON = 5.0
QUICK = BridgeTimes(first_pause=0.01, longest_pause=0.05)
MISSED = News((), missed=True)


@dataclass
class Side:
    hub: Hub
    bridge: RedisBridge
    mailbox: Mailbox

    async def hears(self) -> News:
        async with asyncio.timeout(SOON):
            return await self.mailbox.get()


@asynccontextmanager
async def gateway(url: str, times: BridgeTimes = QUICK) -> AsyncIterator[Side]:
    """A gateway with one subscriber to conversation "a"."""
    hub = Hub()
    bridge = RedisBridge(hub, url, times)
    async with hub.subscribe("a") as mailbox:
        bridge.start()
        try:
            yield Side(hub, bridge, mailbox)
        finally:
            await bridge.close()


@asynccontextmanager
async def two_gateways(url: str) -> AsyncIterator[tuple[Side, Side]]:
    async with gateway(url) as here, gateway(url) as there:
        # Whoever has joined looks at the record once.
        assert await here.hears() == MISSED
        assert await there.hears() == MISSED
        yield here, there


class Way:
    """The network between a gateway and Redis, interrupted at first."""

    def __init__(self, server: RedisServer) -> None:
        self.is_open = False
        self.tried = asyncio.Event()
        self._port = urlsplit(server.url).port

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tried.set()
        if not self.is_open:
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(4096):
            writer.write(data)
    writer.close()


async def test_an_event_reaches_both_gateways_once(redis_url: str) -> None:
    async with two_gateways(redis_url) as (here, there):
        for seq in (1, 2):
            here.bridge.publish(MessageStored("a", seq))
            for side in (here, there):
                assert await side.hears() == News((MessageStored("a", seq),), missed=False)


@pytest.mark.parametrize(
    "event",
    [
        MessageStored("a", 7),
        Typing("a", ActorKind.STAFF),
        Read("a", ActorKind.WORKER, 3),
        StatusChanged("a", Status.WITH_STAFF),
    ],
)
async def test_every_kind_of_event_arrives_as_it_was(redis_url: str, event: Event) -> None:
    async with two_gateways(redis_url) as (here, there):
        here.bridge.publish(event)
        assert (await there.hears()).events == (event,)


async def test_the_queue_is_shared(redis_url: str) -> None:
    async with two_gateways(redis_url) as (here, there), there.hub.subscribe_queue() as desk:
        here.bridge.publish(QueueChanged())
        async with asyncio.timeout(SOON):
            assert (await desk.get()).events == (QueueChanged(),)


async def test_after_a_restart_of_redis_everybody_looks_again_and_events_flow(
    redis_server: RedisServer,
) -> None:
    async with two_gateways(redis_server.url) as (here, there):
        redis_server.stop()
        while here.bridge.is_connected or there.bridge.is_connected:  # noqa: ASYNC110
            await asyncio.sleep(0)
        here.bridge.publish(MessageStored("a", 1))
        assert await here.hears() == News((MessageStored("a", 1),), missed=False)
        redis_server.start()
        assert (await there.hears()).missed
        assert (await here.hears()).missed
        there.bridge.publish(MessageStored("a", 2))
        while MessageStored("a", 2) not in (await here.hears()).events:
            pass


async def test_what_was_published_without_redis_reaches_the_others_later(
    redis_server: RedisServer,
) -> None:
    """Also those whose own connection was never lost."""
    way = Way(redis_server)
    async with (
        await asyncio.start_server(way.carry, "127.0.0.1", 0) as server,
        gateway(redis_server.url) as there,
        gateway(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0") as cut_off,
    ):
        assert await there.hears() == MISSED
        cut_off.bridge.publish(MessageStored("a", 1))
        assert (await cut_off.hears()).events == (MessageStored("a", 1),)
        async with asyncio.timeout(SOON):
            await way.tried.wait()
        way.is_open = True
        news = await there.hears()
        assert news.missed or news.events == (MessageStored("a", 1),)


async def test_a_flood_is_one_look_at_the_record(redis_url: str) -> None:
    async with two_gateways(redis_url) as (here, there):
        for seq in range(5000):
            here.bridge.publish(MessageStored("a", seq))
        assert await there.hears() == MISSED


async def test_publishing_needs_neither_redis_nor_time() -> None:
    hub = Hub()
    bridge = RedisBridge(hub, "redis://127.0.0.1:1/0", QUICK)
    async with hub.subscribe("a") as mailbox:
        bridge.publish(MessageStored("a", 1))
        assert (await mailbox.get()).events == (MessageStored("a", 1),)
    await bridge.close()


async def test_the_last_events_are_sent_before_the_bridge_closes(redis_url: str) -> None:
    async with gateway(redis_url) as there:
        assert await there.hears() == MISSED
        async with gateway(redis_url) as here:
            here.bridge.publish(MessageStored("a", 1))
        assert (await there.hears()).events == (MessageStored("a", 1),)


async def test_it_closes_at_any_moment_of_connecting(redis_url: str) -> None:
    for steps in range(60):
        bridge = RedisBridge(Hub(), redis_url, QUICK)
        bridge.start()
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(SOON):
            await bridge.close()


@pytest.mark.parametrize(
    "data", ["", "[]", "5", '{"from": "x"}', '{"from": "x", "events": [{"kind": "?"}]}', b"\xff"]
)
async def test_what_is_not_ours_is_passed_over(redis_url: str, data: str | bytes) -> None:
    async with two_gateways(redis_url) as (here, there):
        async with Redis.from_url(redis_url) as stranger:
            await stranger.publish(CHANNEL, data)
        here.bridge.publish(MessageStored("a", 1))
        assert await there.hears() == News((MessageStored("a", 1),), missed=False)


async def test_a_quiet_connection_is_tested_and_kept(redis_url: str) -> None:
    async with gateway(redis_url, BridgeTimes(idle=0.02)) as side:
        assert await side.hears() == MISSED
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await side.mailbox.get()
        assert side.bridge.is_connected


async def test_a_connection_without_an_answer_is_given_up() -> None:
    """A Redis whose machine has vanished: connected, and silent for ever."""
    connections: list[asyncio.StreamWriter] = []
    lost = asyncio.Event()

    async def answer_a_subscription(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connections.append(writer)
        subscribed = False
        while command := await reader.read(4096):
            if subscribed:
                continue
            if b"SUBSCRIBE" in command:
                subscribed = True
                bulk = b"$%d\r\n%s\r\n" % (len(CHANNEL), CHANNEL.encode())
                writer.write(b"*3\r\n$9\r\nsubscribe\r\n" + bulk + b":1\r\n")
            else:
                writer.write(b"-ERR unknown command\r\n" * command.count(b"*"))
        lost.set()

    server = await asyncio.start_server(answer_a_subscription, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    times = BridgeTimes(first_pause=0.01, longest_pause=0.05, idle=0.05)
    async with server, gateway(f"redis://127.0.0.1:{port}/0?protocol=2", times) as side:
        assert await side.hears() == MISSED
        async with asyncio.timeout(SOON):
            await lost.wait()
        # Connected anew, so that everything is looked up again.
        assert await side.hears() == MISSED
        for connection in connections:
            connection.close()
