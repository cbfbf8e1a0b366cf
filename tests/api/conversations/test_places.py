"""More requests than the gateway can work on at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.conversations.places import Places
from api.error_codes import ErrorCode
from api.errors import ApiError
from tests.api.channels.test_webchat import code_of
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio
LONG = 60.0


@asynccontextmanager
async def a_turn_at_work(worker: Worker, rasa: FakeRasa) -> AsyncIterator[None]:
    """As long as the block lasts the bot is busy with a message of the worker."""
    rasa.hold()
    turn = asyncio.create_task(worker.say("第一句"))
    await rasa.arrived.wait()
    try:
        yield
    finally:
        rasa.gate.set()
        await turn


async def test_without_a_place_a_message_is_refused_and_can_be_sent_again(
    running_gateway: Gateway, rasa: FakeRasa
) -> None:
    first, second = await running_gateway.worker(), await running_gateway.worker()
    running_gateway.app.state.places = Places(1, patience_s=0)
    async with a_turn_at_work(first, rasa):
        refused = await second.post("第二句", "m")
        assert refused.status_code == 503
        assert code_of(refused) == "storage_unavailable"
        assert refused.headers["Retry-After"] == "3"
        new = await running_gateway.client.post("/api/v1/conversations", json={"channel": "web"})
        assert new.status_code == 503
    result = await second.say("第二句", "m")
    assert [message["text"] for message in result["messages"]] == ["收到：第二句"]
    assert rasa.texts == ["第一句", "第二句"]


async def test_a_message_waits_for_its_place(running_gateway: Gateway, rasa: FakeRasa) -> None:
    first, second = await running_gateway.worker(), await running_gateway.worker()
    running_gateway.app.state.places = Places(1, patience_s=LONG)
    async with a_turn_at_work(first, rasa):
        waiting = asyncio.create_task(second.post("第二句"))
    assert (await waiting).status_code == 200


async def test_a_crisis_needs_no_place(running_gateway: Gateway, rasa: FakeRasa) -> None:
    first, second = await running_gateway.worker(), await running_gateway.worker()
    running_gateway.app.state.places = Places(1, patience_s=0)
    async with a_turn_at_work(first, rasa):
        answer = asyncio.create_task(second.say("不想活了"))
        while not (await running_gateway.client.get("/healthz")).is_success:
            pass
        rasa.gate.set()
        texts = [message["text"] for message in (await answer)["messages"]]
    assert any("12356" in text for text in texts)


@pytest.mark.parametrize("body", ["[]", "{", '{"text": 1, "client_message_id": "m"}', '"不想活了"'])
async def test_what_is_no_message_is_told_so(worker: Worker, body: str) -> None:
    response = await worker.client.post(worker.url, content=body, headers=worker.headers)
    assert response.status_code in (400, 422)


async def test_a_place_comes_free_however_the_block_ends() -> None:
    places = Places(1, patience_s=0)
    with pytest.raises(ZeroDivisionError):
        async with places.one():
            raise ZeroDivisionError
    async with places.one():
        with pytest.raises(ApiError) as refused:
            async with places.one():
                pass
    assert refused.value.code is ErrorCode.STORAGE_UNAVAILABLE
    async with places.one():
        pass


async def test_the_more_wait_the_later_they_come_again() -> None:
    places = Places(1, patience_s=0.01)

    async def turned_away() -> int | None:
        with pytest.raises(ApiError) as refused:
            async with places.one():
                pass
        return refused.value.retry_after_s

    async with places.one():
        asked_for = await asyncio.gather(*(turned_away() for _ in range(12)))
    assert asked_for == [30, 30, 30, 27, 24, 21, 18, 15, 12, 9, 6, 3]
    async with places.one():
        assert await turned_away() == 3


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Tried:
    """Who has got a place of these, in order."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.order: list[str] = []

    async def refused(self, whose: str) -> None:
        with pytest.raises(ApiError):
            await self._try(whose)

    async def _try(self, whose: str, *, ahead: bool = False) -> None:
        async with self._places.one(whose=whose, ahead=ahead):
            self.order.append(whose)

    async def waiting(self, whose: str, *, ahead: bool = False) -> asyncio.Task[None]:
        task = asyncio.create_task(self._try(whose, ahead=ahead))
        await asyncio.sleep(0)
        return task


async def test_who_was_turned_away_keeps_the_turn() -> None:
    places = Places(1, patience_s=0)
    tried = Tried(places)
    async with places.one():
        await tried.refused("early")
        await tried.refused("late")
        await tried.refused("early")
        places.patience_s = LONG
        tasks = [await tried.waiting(each) for each in ("new", "late", "early")]
    await asyncio.gather(*tasks)
    assert tried.order == ["early", "late", "new"]


async def test_who_had_a_place_has_no_turn_to_keep() -> None:
    places = Places(1, patience_s=0)
    tried = Tried(places)
    async with places.one():
        await tried.refused("early")
    await (await tried.waiting("early"))
    places.patience_s = LONG
    async with places.one():
        tasks = [await tried.waiting(each) for each in ("new", "early")]
    await asyncio.gather(*tasks)
    assert tried.order == ["early", "new", "early"]


async def test_what_begins_a_conversation_goes_first() -> None:
    places = Places(1, patience_s=LONG)
    tried = Tried(places)
    async with places.one():
        tasks = [await tried.waiting("message"), await tried.waiting("beginning", ahead=True)]
    await asyncio.gather(*tasks)
    assert tried.order == ["beginning", "message"]


async def test_what_begins_a_conversation_does_not_keep_others_waiting_for_ever() -> None:
    clock = Clock()
    places = Places(1, patience_s=0, clock=clock)
    tried = Tried(places)
    async with places.one():
        await tried.refused("message")
        clock.now += 31
        places.patience_s = LONG
        tasks = [await tried.waiting("beginning", ahead=True), await tried.waiting("message")]
    await asyncio.gather(*tasks)
    assert tried.order == ["message", "beginning"]


async def test_a_turn_is_kept_for_a_minute() -> None:
    clock = Clock()
    places = Places(1, patience_s=0, clock=clock)
    tried = Tried(places)
    async with places.one():
        await tried.refused("early")
        clock.now += 61
        places.patience_s = LONG
        tasks = [await tried.waiting(each) for each in ("new", "early")]
    await asyncio.gather(*tasks)
    assert tried.order == ["new", "early"]


async def so_many_wait(number: int, places: Places) -> None:
    for _ in range(100_000):
        if places.waiting == number:
            return
        await asyncio.sleep(0)
    raise AssertionError(places.waiting)


async def test_who_looks_at_the_record_keeps_the_turn_too(
    running_gateway: Gateway, rasa: FakeRasa
) -> None:
    first, second, third = [await running_gateway.worker() for _ in range(3)]
    places = running_gateway.app.state.places = Places(1, patience_s=0)
    order: list[str] = []

    async def look() -> None:
        await second.history()
        order.append("look")

    async def say() -> None:
        await third.say("新来的")
        order.append("say")

    async with a_turn_at_work(first, rasa):
        refused = await second.client.get(second.url, headers=second.headers)
        assert refused.status_code == 503
        places.patience_s = LONG
        newcomer = asyncio.create_task(say())
        await so_many_wait(1, places)
        again = asyncio.create_task(look())
        await so_many_wait(2, places)
    await asyncio.gather(newcomer, again)
    assert order == ["look", "say"]


async def test_who_goes_away_takes_no_place_along() -> None:
    places = Places(1, patience_s=LONG)
    tried = Tried(places)
    async with places.one():
        gone, other = await tried.waiting("gone"), await tried.waiting("other")
        gone.cancel()  # and the place comes free at the same moment
    await asyncio.gather(gone, other, return_exceptions=True)
    async with places.one():
        given = await tried.waiting("given")
    given.cancel()  # has been given the place, and does not know yet
    await asyncio.gather(given, return_exceptions=True)
    assert not places.are_taken
    assert tried.order == ["other"]


async def test_half_a_character_is_no_crisis_and_no_fault() -> None:
    places = Places(1, patience_s=0)
    async with places.one():
        with pytest.raises(ApiError):
            async with places.one("\ud800"):
                pass


async def test_files_need_no_place(running_gateway: Gateway, rasa: FakeRasa) -> None:
    first, second = await running_gateway.worker(), await running_gateway.worker()
    running_gateway.app.state.places = Places(1, patience_s=0)
    url = f"/api/v1/conversations/{second.id}/attachments"
    async with a_turn_at_work(first, rasa):
        response = await second.client.post(url, headers=second.headers)
        assert response.status_code in (400, 422)
