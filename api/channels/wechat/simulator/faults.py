"""What goes wrong on purpose."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from api.channels.wechat.simulator.codes import Code


class Drop(StrEnum):
    """When the connection of a call breaks off."""

    BEFORE = "before"
    """Nothing has been done."""
    AFTER = "after"
    """It has been done, and the caller does not get to know."""


@dataclass(slots=True)
class Faults:
    """Switches of a simulator. All are off at the start.

    ``latency_s``: seconds that every call of the platform's API takes.
    ``answer_delay_s``: seconds that the gateway's answers to deliveries need on their way back.
    ``refuses_address``: calls come from an address that the account does not allow (40164).
    """

    latency_s: float = 0
    answer_delay_s: float = 0
    refuses_address: bool = False
    _failures: list[tuple[Code, str | None]] = field(default_factory=list)
    _drops: deque[Drop] = field(default_factory=deque)
    _lost_answers: int = 0

    def fail_next(self, code: Code, times: int = 1, *, path: str | None = None) -> None:
        """Answer the next calls (of a path) with an error code; they do nothing then."""
        self._failures += [(code, path)] * times

    def drop_next(self, times: int = 1, *, when: Drop = Drop.BEFORE) -> None:
        """Break off the next calls."""
        self._drops.extend([when] * times)

    def lose_answers(self, times: int = 1) -> None:
        """Lose the gateway's next answers to deliveries on their way: the time runs out."""
        self._lost_answers += times

    def take_failure(self, path: str) -> Code | None:
        """The error code that a call gets."""
        for failure in self._failures:
            code, only_path = failure
            if only_path in (None, path):
                self._failures.remove(failure)
                return code
        return None

    def take_drop(self) -> Drop | None:
        """Whether a call breaks off, and when."""
        return self._drops.popleft() if self._drops else None

    def take_lost_answer(self) -> bool:
        """Whether an answer gets lost."""
        if self._lost_answers == 0:
            return False
        self._lost_answers -= 1
        return True
