"""The life of a conversation between bot and desk (design §6) as one table.

Every act names who may do it, from which status of the conversation and to which it leads, and
what becomes of the hand-off. Nothing else in the gateway changes a status.
"""

from dataclasses import dataclass
from enum import StrEnum

from api.storage.models import ActorKind, HandoffState, Status


class Act(StrEnum):
    """What can happen to a conversation."""

    HAND_OVER = "hand_over"
    """The bot, the crisis guard or a failure of the bot brings a person."""
    HEAR = "hear"
    """The bot takes the case down while it is on the desk already."""
    CLAIM = "claim"
    TRANSFER = "transfer"
    RELEASE = "release"
    """Back to the bot."""
    RETURN = "return"
    """Back to the queue, because the one who had it fell silent."""
    RESOLVE = "resolve"
    CANCEL = "cancel"
    """The worker does not want a person any more."""
    EXPIRE = "expire"
    """Nobody said anything to the bot for a long time."""
    LOSE = "lose"
    """The worker has left the channel, and nothing reaches them there any more."""
    ERASE = "erase"
    """The worker's data are deleted, on request or because their time is over."""


@dataclass(frozen=True)
class Transition:
    """One row of the table. ``handoff``: the state the open hand-off gets; None: it stays."""

    by: frozenset[ActorKind]
    sources: frozenset[Status]
    target: Status
    handoff: HandoffState | None


class IllegalTransitionError(Exception):
    """The act is not possible from where the conversation stands, or not for this actor."""

    def __init__(self, act: Act, status: Status, by: ActorKind) -> None:
        super().__init__(f"{act} from {status} by {by}")
        self.act = act
        self.status = status


def _row(
    by: set[ActorKind], sources: set[Status], target: Status, handoff: HandoffState | None
) -> Transition:
    return Transition(frozenset(by), frozenset(sources), target, handoff)


_BOT, _WAITING, _WITH_STAFF, _CLOSED = (
    Status.BOT,
    Status.WAITING,
    Status.WITH_STAFF,
    Status.CLOSED,
)
_SYSTEM, _STAFF, _WORKER = ActorKind.SYSTEM, ActorKind.STAFF, ActorKind.WORKER

TRANSITIONS: dict[Act, Transition] = {
    Act.HAND_OVER: _row({ActorKind.BOT, _SYSTEM}, {_BOT, _WAITING}, _WAITING, HandoffState.WAITING),
    Act.HEAR: _row({ActorKind.BOT}, {_BOT}, _BOT, HandoffState.WAITING),
    # A case that the bot still takes down is on the desk and may be claimed from there.
    Act.CLAIM: _row({_STAFF}, {_WAITING, _BOT}, _WITH_STAFF, HandoffState.CLAIMED),
    Act.TRANSFER: _row({_STAFF}, {_WITH_STAFF}, _WITH_STAFF, HandoffState.CLAIMED),
    Act.RELEASE: _row({_STAFF}, {_WAITING, _WITH_STAFF}, _BOT, HandoffState.RELEASED),
    Act.RETURN: _row({_STAFF, _SYSTEM}, {_WITH_STAFF}, _WAITING, HandoffState.WAITING),
    Act.RESOLVE: _row({_STAFF}, {_WITH_STAFF}, _CLOSED, HandoffState.RESOLVED),
    Act.CANCEL: _row({_WORKER}, {_BOT, _WAITING}, _BOT, HandoffState.CANCELLED),
    Act.EXPIRE: _row({_SYSTEM}, {_BOT}, _CLOSED, None),
    Act.LOSE: _row({_SYSTEM}, {_BOT, _WAITING, _WITH_STAFF}, _CLOSED, HandoffState.UNREACHABLE),
    Act.ERASE: _row(
        {_WORKER, _SYSTEM}, {_BOT, _WAITING, _WITH_STAFF}, _CLOSED, HandoffState.CANCELLED
    ),
}


def next_status(act: Act, status: Status, by: ActorKind) -> Status:
    """Return where an act leads.

    Raises:
        IllegalTransitionError: not from this status, or not by this actor.
    """
    transition = TRANSITIONS[act]
    if by not in transition.by or status not in transition.sources:
        raise IllegalTransitionError(act, status, by)
    return transition.target
