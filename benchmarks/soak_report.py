"""What a soak came to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from benchmarks.faults.injecting import Fault
from benchmarks.record import Stored, Verdict, answered_out_of_order
from benchmarks.soak_memory import FLAT_WITHIN, Sample, lives, totals
from benchmarks.soak_workers import Asked, Book

QUIET: Final = "quiet"
_SETTLES_S: Final = 15.0
"""So long after a fault a message still counts to it: what had piled up has to go."""
_JUDGED_FROM_MINUTES: Final = 30
"""A shorter run has not warmed up."""
_SERIES_EVERY_S: Final = 60.0


@dataclass(kw_only=True)
class SoakReport(Verdict):
    """Besides the verdict: the next five have to be 0, and ``memory["is_flat"]`` not false."""

    out_of_order: int = 0
    """Replies that stand behind the reply to a later message."""
    told_otherwise: int = 0
    """Conversations that the API does not tell as the record has them."""
    replies_not_as_told: int = 0
    """Messages whose replies in the record are not those that the worker was given."""
    errors_of_another_shape: int = 0
    given_up: int = 0
    """Workers whose message was not answered within five minutes of repetition."""
    minutes: float
    rate: float
    seed: int
    messages: int = 0
    conversations: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    latency: dict[str, dict[str, float]] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong and the memory is flat."""
        return (
            super().is_clean
            and not (self.out_of_order or self.told_otherwise or self.replies_not_as_told)
            and not (self.errors_of_another_shape or self.given_up)
            and self.memory.get("is_flat") is not False
        )

    def take_book(self, book: Book, faults: Sequence[Fault], started: float) -> None:
        """What workers saw, in quiet times and while something was wrong."""
        self.messages, self.conversations = len(book.sent), len(book.tokens)
        self.outcomes = dict(book.outcomes)
        self.different_on_repetition = book.different_on_repetition
        self.errors_of_another_shape = book.errors_of_another_shape
        self.given_up = book.given_up
        times: dict[str, list[float]] = {}
        for asked in book.asked:
            times.setdefault(_met_by(asked, faults), []).append(asked.answered_at - asked.sent_at)
        self.latency = {name: _percentiles(found) for name, found in sorted(times.items())}
        self.faults = [
            {
                "kind": fault.kind,
                "at_s": round(fault.from_s - started, 1),
                "lasted_s": round(fault.to_s - fault.from_s, 1),
                **fault.hit,
            }
            for fault in faults
        ]

    def take_record(self, conversations: Mapping[str, Sequence[Stored]], book: Book) -> None:
        """Order and replies in the record."""
        self.out_of_order = sum(map(answered_out_of_order, conversations.values()))
        replies: dict[str, tuple[str, ...]] = {}
        keys: dict[str, str] = {}
        for messages in conversations.values():
            for message in messages:
                if message.client_message_id is not None:
                    keys[message.id] = message.client_message_id
                elif message.in_reply_to in keys:
                    key = keys[message.in_reply_to]
                    replies[key] = (*replies.get(key, ()), message.id)
        self.replies_not_as_told = sum(
            replies.get(asked.key, ()) != asked.replies for asked in book.asked
        )

    def take_memory(self, samples: Sequence[Sample]) -> None:
        """The second sixth of the run against the last one: minutes 10-20 and 50-60 of an hour."""
        whole = self.minutes * 60
        first = totals(samples, whole / 6, whole / 3)
        last = totals(samples, whole * 5 / 6, whole + 1)
        change = None if first is None or last is None else last / first - 1
        is_judged = change is not None and self.minutes >= _JUDGED_FROM_MINUTES
        self.memory = {
            "total_mib_first": first,
            "total_mib_last": last,
            "change_percent": None if change is None else round(100 * change, 2),
            "is_flat": abs(change) <= FLAT_WITHIN if change is not None and is_judged else None,
            "growth_within_lives": [
                {**asdict(life), "growth_percent": round(100 * life.growth, 2)}
                for life in lives(samples)
            ],
            "series": [
                {"at_s": round(each.at_s), "total": each.total}
                | {part: mib for part, (_, mib) in each.parts.items()}
                for each in _thinned(samples)
            ],
        }


def _met_by(asked: Asked, faults: Sequence[Fault]) -> str:
    for fault in faults:
        if asked.sent_at < fault.to_s + _SETTLES_S and asked.answered_at > fault.from_s:
            return f"{fault.kind} of {fault.hit['part']}" if "part" in fault.hit else fault.kind
    return QUIET


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    ranked = sorted(times)
    figures = {
        f"p{percent}_ms": round(1000 * ranked[min(len(ranked) - 1, len(ranked) * percent // 100)])
        for percent in (50, 95, 99)
    }
    return {"messages": len(ranked), **figures, "slowest_ms": round(1000 * ranked[-1])}


def _thinned(samples: Sequence[Sample]) -> list[Sample]:
    found: list[Sample] = []
    for sample in samples:
        if not found or sample.at_s >= found[-1].at_s + _SERIES_EVERY_S - 1:
            found.append(sample)
    return found
