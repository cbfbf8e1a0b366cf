import asyncio

import pytest

from api.channels.wechat.places import Places

pytestmark = pytest.mark.anyio
LONG_S = 60.0


class Worker:
    """Works in a place until told to stop."""

    def __init__(self, places: Places) -> None:
        self.at_work = asyncio.Event()
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(self._work(places))

    async def _work(self, places: Places) -> None:
        async with places.one():
            self.at_work.set()
            await self.stop.wait()


async def end(*workers: Worker) -> None:
    for worker in workers:
        worker.stop.set()
        await worker.at_work.wait()
    await asyncio.gather(*(worker.task for worker in workers))


async def turn_of_the_loop() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_work_than_there_are_places() -> None:
    first, second, third = workers = [Worker(places) for places in [Places(2, LONG_S)] * 3]
    await first.at_work.wait()
    await second.at_work.wait()
    await turn_of_the_loop()
    assert not third.at_work.is_set()
    first.stop.set()
    await third.at_work.wait()
    await end(*workers)


async def test_who_takes_long_gives_the_place_to_the_next() -> None:
    first, second, third = workers = [Worker(places) for places in [Places(1, 0.01)] * 3]
    for worker in workers:
        await asyncio.wait_for(worker.at_work.wait(), 5)
    assert not first.task.done()
    await end(first, second, third)


async def test_a_place_is_given_back_once() -> None:
    places = Places(1, 0.01)
    slow = Worker(places)
    await slow.at_work.wait()
    quick = Worker(places)
    await asyncio.wait_for(quick.at_work.wait(), 5)
    await end(quick, slow)
    async with places.one():
        waits = Worker(places)
        await turn_of_the_loop()
        assert not waits.at_work.is_set()
    await end(waits)


async def test_a_failure_leaves_its_place() -> None:
    places = Places(1, LONG_S)
    with pytest.raises(RuntimeError):
        async with places.one():
            raise RuntimeError
    worker = Worker(places)
    await asyncio.wait_for(worker.at_work.wait(), 5)
    await end(worker)
