"""How a page hears of what happens."""

import asyncio

import pytest

from api.console.inbox.live import Live
from api.live.events import MessageStored, QueueChanged, Typing
from api.live.hub import Hub
from api.storage.models import ActorKind

pytestmark = pytest.mark.anyio


class Heard:
    """Counts what the page was told to look at."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.something = asyncio.Event()

    def tell(self, what: str) -> None:
        self.told.append(what)
        self.something.set()

    async def queue(self) -> None:
        self.tell("queue")

    async def case(self) -> None:
        self.tell("case")
        if self.told.count("case") == 1:
            raise RuntimeError("the database is busy")

    async def typing(self) -> None:
        self.tell("typing")

    async def next(self) -> str:
        async with asyncio.timeout(5):
            await self.something.wait()
        self.something.clear()
        return self.told[-1]


async def settled() -> None:
    """Every task has had its turn."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_queue_case_and_typing() -> None:
    hub, heard = Hub(), Heard()
    live = Live(hub, on_queue=heard.queue, on_case=heard.case, on_typing=heard.typing)
    live.start()
    live.follow("open")
    await settled()
    hub.publish(QueueChanged())
    assert await heard.next() == "queue"
    for seq in (1, 2):  # the first one fails, and the listening goes on
        hub.publish(MessageStored("open", seq))
        assert await heard.next() == "case"
    hub.publish(Typing("open", ActorKind.WORKER))
    assert await heard.next() == "typing"
    hub.publish(Typing("open", ActorKind.STAFF))
    live.watch(["own", "own"])
    hub.publish(MessageStored("own", 1))
    assert await heard.next() == "queue"
    assert heard.told.count("typing") == 1
    live.follow("other")
    await settled()
    assert hub.subscriber_count == 2
    live.stop()
    await settled()
    assert hub.subscriber_count == 0
