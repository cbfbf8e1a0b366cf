"""A bound on the turns that are at work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Places:
    """So many can be at work at once; the others wait in order of arrival.

    A place is held for ``held_s`` at most. Who takes longer is waiting for something itself, and
    keeps nobody from working: a limit without that would make a slow bot slower still.
    """

    def __init__(self, number: int, held_s: float) -> None:
        self._free = asyncio.Semaphore(number)
        self._held_s = held_s

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        await self._free.acquire()
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self._free.release()

        timer = asyncio.get_running_loop().call_later(self._held_s, give_back)
        try:
            yield
        finally:
            timer.cancel()
            give_back()
