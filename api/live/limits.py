"""What one client may do, and how long it is waited for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Admission = Callable[[str], Awaitable[None]]
"""Told the conversation of a message before it is taken; raises ``ApiError`` if it comes too
soon."""


@dataclass(frozen=True)
class SocketLimits:
    """Times in seconds. ``dead_after``: without any frame of the client; ``slow_after``: for one
    frame that the client does not take; ``typing_every``: more often nobody is told."""

    hello_within: float = 10.0
    ping_every: float = 25.0
    dead_after: float = 60.0
    slow_after: float = 10.0
    typing_every: float = 1.0
    messages_in_flight: int = 8
    sockets_a_conversation: int = 10
