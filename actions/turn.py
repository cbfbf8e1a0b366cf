"""What an action reads of the tracker and says to the dispatcher."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from contract import Reply

FAILED_TURNS = "failed_turns"


@dataclass(frozen=True)
class Turn:
    """The worker's last message, as the dialogue server understood it."""

    text: str
    intent: str | None
    failed_turns: int

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        message: dict[str, Any] = tracker.latest_message
        return cls(
            text=message.get("text") or "",
            intent=(message.get("intent") or {}).get("name"),
            failed_turns=int(tracker.get_slot(FAILED_TURNS) or 0),
        )


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Send a reply as the ``custom`` payload of the contract."""
    dispatcher.utter_message(json_message=reply.model_dump(mode="json"))


def remember_failures(count: int) -> list[dict[str, Any]]:
    """Return the event that stores how many turns in a row have failed."""
    return [SlotSet(FAILED_TURNS, float(count))]
