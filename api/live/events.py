"""Events of the live channel. They say that something is in the record, never what it is:
whoever hears one reads the record, so that a lost event loses nothing."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter

from api.storage.models import ActorKind, Status


@dataclass(frozen=True)
class MessageStored:
    """Messages up to ``seq`` are in the record."""

    conversation_id: str
    seq: int


@dataclass(frozen=True)
class Typing:
    """Somebody is writing; holds for some seconds."""

    conversation_id: str
    by: ActorKind


@dataclass(frozen=True)
class Read:
    """One side has read up to ``seq``."""

    conversation_id: str
    by: ActorKind
    seq: int


@dataclass(frozen=True)
class StatusChanged:
    """Somebody else has the conversation now."""

    conversation_id: str
    status: Status


@dataclass(frozen=True)
class QueueChanged:
    """The desk's queue is not what it was."""


Event = MessageStored | Typing | Read | StatusChanged | QueueChanged
_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (MessageStored, Typing, Read, StatusChanged, QueueChanged)
}


class Publisher(Protocol):
    """Takes events; never blocks and never fails its caller."""

    def publish(self, event: Event) -> None: ...


class Nobody:
    """A publisher without listeners."""

    def publish(self, event: Event) -> None:
        """Nobody hears it."""


def to_json(event: Event) -> dict[str, Any]:
    """The event for another gateway."""
    return {"kind": type(event).__name__, **asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """The event from another gateway.

    Raises:
        ValueError: it is none of ours.
    """
    fields = dict(data)
    adapter = _ADAPTERS.get(str(fields.pop("kind", "")))
    if adapter is None:
        raise ValueError("unknown kind of event")
    event: Event = adapter.validate_python(fields)
    return event
