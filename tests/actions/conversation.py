"""Actions as the dialogue server calls them."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from contract import Reply


@dataclass(frozen=True)
class Outcome:
    """What one action said, and the failed turns it left behind."""

    reply: Reply
    failed_turns: float


def tracker_state(text: str, intent: str | None, failed_turns: float | None) -> dict[str, Any]:
    return {
        "sender_id": "c1",
        "slots": {"failed_turns": failed_turns},
        "latest_message": {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [],
        },
        "events": [],
        "paused": False,
        "latest_input_channel": "gateway",
        "latest_action_name": "action_listen",
        "followup_action": None,
        "active_loop": {},
    }


async def run(
    action: Action,
    text: str,
    *,
    intent: str | None = "ask_service",
    failed_turns: float | None = None,
) -> Outcome:
    """Run an action on one message of a worker."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker.from_dict(tracker_state(text, intent, failed_turns))
    events = await action.run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    (event,) = events
    assert (event["event"], event["name"]) == ("slot", "failed_turns")
    return Outcome(Reply.model_validate(message["custom"]), event["value"])
