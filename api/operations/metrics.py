"""What this process counts and times, for Prometheus.

Each gateway counts its own; Prometheus adds them up (``sum``). Figures that are read from the
shared database are in ``api.operations.state`` and are the same at every gateway (``max``).
Labels take few values, all of them from enumerations, routes or the settings: never an id, a name
or a word of anybody. Names follow https://prometheus.io/docs/practices/naming/.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from api.error_codes import ErrorCode
from api.operations.program import program_version
from api.storage.models.kinds import Author, Channel, MessageKind
from contract import HandoffReason

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_TURN_BUCKETS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds; with the borders of the promises: 60, 150 and 250 ms lie between two of them."""
_STAGE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_PASSIVE_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 4.5, 5)
"""The platform drops the connection after 5 s."""


class TurnOutcome(StrEnum):
    """How a worker's message was answered."""

    BOT = "bot"
    GATEWAY = "gateway"
    """By the gateway itself: own data, membership, the waiting room."""
    CRISIS = "crisis"
    DEGRADED = "degraded"
    """The bot was away; the knowledge base answered without it."""
    UNAVAILABLE = "unavailable"
    """The bot was away, and a person was asked."""
    SILENT = "silent"
    """A person has the conversation."""


class Stage(StrEnum):
    """A part of a turn."""

    STORE = "store"
    """Committing the worker's message."""
    BOT = "bot"
    """Asking the dialogue server, or what answers in its place."""
    RECORD = "record"
    """The transaction with replies, hand-off and the mark of completion."""


class AttemptResult(StrEnum):
    """What came of one attempt of the outbox."""

    SENT = "sent"
    RETRY = "retry"
    DEAD = "dead"


class Acknowledgement(StrEnum):
    """How a delivery of WeChat was answered."""

    REPLY = "reply"
    """With words for the follower."""
    SUCCESS = "success"
    """With nothing to say; an answer may follow by itself."""
    REFUSED = "refused"
    """Not signed by the platform, or not in time."""
    NOT_UNDERSTOOD = "not_understood"
    FAILED = "failed"
    """Our fault, and hidden from the follower."""


_BUILD = Gauge(
    "union_build_info", "The program's version; always 1.", ["version"], registry=REGISTRY
)
_BUILD.labels(program_version()).set(1)
_TURNS = Counter(
    "union_turns_total",
    "Messages of workers that were handled.",
    ["channel", "outcome"],
    registry=REGISTRY,
)
_FAILED_TURNS = Counter(
    "union_turns_failed_total",
    "Turns that were not completed; each is taken again.",
    registry=REGISTRY,
)
_TURN_SECONDS = Histogram(
    "union_turn_seconds",
    "From the stored message to the stored replies.",
    ["channel"],
    buckets=_TURN_BUCKETS,
    registry=REGISTRY,
)
_STAGE_SECONDS = Histogram(
    "union_turn_stage_seconds",
    "Parts of a turn.",
    ["stage"],
    buckets=_STAGE_BUCKETS,
    registry=REGISTRY,
)
_REPLIES = Counter(
    "union_replies_total",
    "What was said to workers: answers, choices, questions, declines, hand-offs.",
    ["author", "kind"],
    registry=REGISTRY,
)
_HANDOFFS = Counter(
    "union_handoffs_total",
    "Cases that were opened for a person.",
    ["reason", "priority"],
    registry=REGISTRY,
)
_ATTEMPTS = Counter(
    "union_outbox_attempts_total",
    "Attempts to deliver something of the outbox.",
    ["adapter", "result"],
    registry=REGISTRY,
)
_ERRORS = Counter(
    "union_errors_total",
    "Refusals and failures over HTTP and in live channels, by their code.",
    ["code"],
    registry=REGISTRY,
)
_PLACES = Gauge(
    "union_places_taken", "Requests of workers that are being worked on.", registry=REGISTRY
)
_TURNED_AWAY = Counter(
    "union_places_refused_total",
    "Requests of workers for which no place came free in time; nothing was stored.",
    registry=REGISTRY,
)
_SOCKETS = Gauge("union_sockets_open", "Live channels of workers.", registry=REGISTRY)
_ACKNOWLEDGEMENTS = Counter(
    "union_wechat_acknowledgements_total",
    "Deliveries of WeChat, by how they were answered.",
    ["how"],
    registry=REGISTRY,
)
_PASSIVE_SECONDS = Histogram(
    "union_wechat_acknowledgement_seconds",
    "From a delivery of WeChat to its answer; the platform waits 5 s.",
    buckets=_PASSIVE_BUCKETS,
    registry=REGISTRY,
)
_PLATFORM_CALLS = Counter(
    "union_wechat_calls_total",
    "Calls of WeChat's API, by their outcome; ok where it did what it was asked.",
    ["outcome"],
    registry=REGISTRY,
)


def _begin_at_zero() -> None:
    """Prometheus takes no notice of a counter's first value: it must have been 0 before."""
    for channel in Channel:
        for outcome in TurnOutcome:
            _TURNS.labels(channel.value, outcome.value)
    for code in ErrorCode:
        _ERRORS.labels(code.value)
    for how in Acknowledgement:
        _ACKNOWLEDGEMENTS.labels(how.value)


_begin_at_zero()


def turn_handled(channel: Channel, outcome: TurnOutcome, seconds: float) -> None:
    """A turn is over."""
    _TURNS.labels(channel.value, outcome.value).inc()
    _TURN_SECONDS.labels(channel.value).observe(seconds)


def turn_failed() -> None:
    """A turn ended with an error."""
    _FAILED_TURNS.inc()


@contextmanager
def timed(stage: Stage) -> Iterator[None]:
    """Time a part of a turn, also one that fails."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _STAGE_SECONDS.labels(stage.value).observe(time.perf_counter() - started)


def replied(author: Author, kind: MessageKind) -> None:
    """Something was said to a worker."""
    _REPLIES.labels(author.value, kind.value).inc()


def handed_over(reason: HandoffReason, priority: int) -> None:
    """A case was opened."""
    _HANDOFFS.labels(reason.value, str(priority)).inc()


def attempted(adapter: str, result: AttemptResult) -> None:
    """The outbox tried to deliver. ``adapter``: a name of the program's, never of a receiver."""
    _ATTEMPTS.labels(adapter, result.value).inc()


def refused(code: ErrorCode) -> None:
    """A request got an error."""
    _ERRORS.labels(code.value).inc()


@contextmanager
def place_taken() -> Iterator[None]:
    """A request of a worker is worked on for as long as the block lasts."""
    with _PLACES.track_inprogress():
        yield


def turned_away() -> None:
    """More came than could be worked on."""
    _TURNED_AWAY.inc()


@contextmanager
def socket_open() -> Iterator[None]:
    """A live channel is open for as long as the block lasts."""
    with _SOCKETS.track_inprogress():
        yield


def acknowledged(how: Acknowledgement, seconds: float) -> None:
    """A delivery of WeChat was answered."""
    _ACKNOWLEDGEMENTS.labels(how.value).inc()
    _PASSIVE_SECONDS.observe(seconds)


def platform_called(outcome: str) -> None:
    """WeChat's API was called. ``outcome``: ``ok`` or a value of ``PlatformOutcome``."""
    _PLATFORM_CALLS.labels(outcome).inc()
