"""A small engine of discrete-event simulation: a clock, and servers with a queue in front."""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

Act = Callable[[], None]


class Simulation:
    """A clock in seconds, and what is going to happen."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Act]] = []
        self._numbers = count()

    def at(self, time: float, act: Act) -> None:
        """Do something at that time; of the same instant, what was planned first comes first."""
        heapq.heappush(self._events, (time, next(self._numbers), act))

    def run(self) -> None:
        """Let everything happen."""
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()


class Station:
    """Servers with one queue in front of them, first come, first served."""

    def __init__(self, simulation: Simulation, servers: int, service: Callable[[], float]) -> None:
        """``service`` draws the seconds that a customer is served."""
        self._simulation = simulation
        self._free = servers
        self._service = service
        self._queue: deque[tuple[float, Callable[[float], None]]] = deque()

    def enter(self, then: Callable[[float], None]) -> None:
        """Join the queue; ``then`` is called when served, with the seconds waited before."""
        self._queue.append((self._simulation.now, then))
        self._serve()

    def _serve(self) -> None:
        if not self._free or not self._queue:
            return
        self._free -= 1
        entered, then = self._queue.popleft()
        waited = self._simulation.now - entered

        def leave() -> None:
            self._free += 1
            self._serve()
            then(waited)

        self._simulation.at(self._simulation.now + self._service(), leave)
