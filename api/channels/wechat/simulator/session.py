"""A conversation as it went: everybody's words and acts in one line of time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.channels.wechat.simulator.screen import Shown
from api.channels.wechat.simulator.state import PlatformState


class Who(StrEnum):
    """Whose entry it is."""

    FOLLOWER = "follower"
    STAFF = "staff"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``shown`` is there where it came to the follower's screen."""

    who: Who
    text: str
    at: datetime
    shown: Shown | None = None


class Session:
    """Collects entries. ``on_entry`` is told of each, to print it."""

    def __init__(
        self, clock: Callable[[], datetime], on_entry: Callable[[Entry], None] | None = None
    ) -> None:
        self._clock = clock
        self._on_entry = on_entry
        self.entries: list[Entry] = []

    def did(self, who: Who, text: str) -> None:
        """Somebody has said or done something."""
        self._add(Entry(who, text, self._clock()))

    def saw(self, shown: Shown) -> None:
        """Something has come to the follower's screen."""
        self._add(Entry(Who.ACCOUNT, shown.text, shown.at, shown))

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self._on_entry is not None:
            self._on_entry(entry)

    def as_json(self, state: PlatformState) -> dict[str, Any]:
        """Entries, deliveries and calls of the API, without secrets; times in UTC."""
        return {
            "account": state.account.kind.value,
            "mode": state.account.mode.value,
            "session": [_entry(entry) for entry in self.entries],
            "deliveries": [
                {
                    "kind": delivery.push.kind,
                    "attempts": [
                        {
                            "outcome": attempt.outcome.value,
                            "seconds": round(attempt.seconds, 3),
                            "status": attempt.status,
                        }
                        for attempt in delivery.attempts
                    ],
                }
                for delivery in state.deliveries
            ],
            "api_calls": [
                {
                    "path": call.path,
                    "errcode": None if call.code is None else call.code.value,
                    "at": _time(call.at),
                }
                for call in state.calls
            ],
        }


def _entry(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {"at": _time(entry.at), "who": entry.who.value, "text": entry.text}
    if entry.shown is not None:
        told["by"] = entry.shown.by.value
        told["links"] = [link.text for link in entry.shown.links]
    return told


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
