"""Order inside a conversation: messages are stored and handled first in, first out."""

import asyncio
from weakref import WeakValueDictionary


class Lane:
    """One conversation's order. ``arrival`` is held while a message gets its place; the turns
    then follow one another, each waiting for ``last_turn``."""

    __slots__ = ("__weakref__", "arrival", "last_turn")

    def __init__(self) -> None:
        self.arrival = asyncio.Lock()  # wakes waiters in the order in which they came
        self.last_turn: asyncio.Task[object] | None = None


class Lanes:
    """Lanes of the conversations at work; a lane goes when nobody holds it any more.

    They order within this process; between several gateways ``TurnLocks`` do.
    """

    def __init__(self) -> None:
        self._lanes: WeakValueDictionary[str, Lane] = WeakValueDictionary()

    def of(self, conversation_id: str) -> Lane:
        """The conversation's lane; keep the reference for as long as you rely on it."""
        lane = self._lanes.get(conversation_id)
        if lane is None:
            lane = self._lanes[conversation_id] = Lane()
        return lane
