"""Conversations with the actions, as the dialogue server holds them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.assistant import actions
from actions.memory import Memory
from actions.search import Search
from contract import Reply

_BOT = Path(__file__).parents[2] / "bot"
DOMAIN_FILE = _BOT / "domain" / "domain.yml"
RULES_FILE = _BOT / "data" / "rules.yml"


@dataclass(frozen=True)
class Mention:
    """Words of a message, and what the dialogue server takes them for."""

    entity: str
    words: str
    value: Any

    def parsed(self, text: str) -> dict[str, Any]:
        start = text.index(self.words)
        end = start + len(self.words)
        return {"entity": self.entity, "start": start, "end": end, "value": self.value}


def service(words: str) -> Mention:
    return Mention("service", words, words)


def money(words: str, amount: str, per: str | None = None) -> Mention:
    return Mention("money", words, {"amount": amount, "per": per})


def years(words: str, figure: str) -> Mention:
    return Mention("duration", words, {"years": figure})


def days(words: str, figure: str) -> Mention:
    return Mention("duration", words, {"days": figure})


@cache
def action_by_intent() -> dict[str, str]:
    """Return which action the rules of the dialogue server name for an intent."""
    rules = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))["rules"]
    return {
        rule["steps"][0]["intent"]: rule["steps"][1]["action"]
        for rule in rules
        if "intent" in rule["steps"][0]
    }


def tracker_state(
    text: str,
    intent: str | None = "ask_service",
    slots: dict[str, Any] | None = None,
    *,
    mentions: Sequence[Mention] = (),
    loop: str | None = None,
    confidence: float = 0.9,
) -> dict[str, Any]:
    """Return a tracker as it comes with the call of an action."""
    return {
        "sender_id": "c1",
        "slots": slots or {},
        "latest_message": {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [mention.parsed(text) for mention in mentions],
        },
        "events": [],
        "paused": False,
        "latest_input_channel": "gateway",
        "latest_action_name": "action_listen",
        "followup_action": None,
        "active_loop": {"name": loop} if loop else {},
    }


@dataclass(frozen=True)
class Outcome:
    """What one action said and did."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]


async def run(action: Action, state: dict[str, Any]) -> Outcome:
    """Run an action; its events come back as over the network."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, Tracker.from_dict(state), {})
    return Outcome(dispatcher.messages, json.loads(json.dumps(events)))


@dataclass
class Conversation:
    """Keeps the slots and the form between messages, and follows the rules of the dialogue
    server: the form in hand first, otherwise the action of the intent."""

    search: Search
    slots: dict[str, Any] = field(default_factory=dict)
    loop: str | None = None
    responses: list[str] = field(default_factory=list)
    """The responses of the domain to the latest message."""

    def __post_init__(self) -> None:
        self._actions = {action.name(): action for action in actions(self.search)}

    @property
    def memory(self) -> Memory:
        """What is kept in mind."""
        return Memory.of(self.slots)

    async def say(self, text: str, intent: str = "ask_service", *mentions: Mention) -> Reply:
        """Send one message; return the one reply to it.

        Outside forms, the domain's own responses need no action and are not said here.
        """
        self.responses = []
        replies: list[Reply] = []
        name = self.loop or action_by_intent()[intent]
        while True:
            state = tracker_state(text, intent, self.slots, mentions=mentions, loop=self.loop)
            outcome = await run(self._actions[name], state)
            self._take(outcome, replies)
            # An action that opens a form leaves the talking to it.
            if self.loop is None or self.loop == name:
                break
            name = self.loop
        (reply,) = replies
        return reply

    def _take(self, outcome: Outcome, replies: list[Reply]) -> None:
        for message in outcome.messages:
            if message.get("custom"):
                replies.append(Reply.model_validate(message["custom"]))
            else:
                self.responses.append(message["response"])
        for event in outcome.events:
            if event["event"] == "active_loop":
                self.loop = event["name"]
            else:
                assert event["event"] == "slot", event
                self.slots = {**self.slots, event["name"]: event["value"]}


def offered(reply: Reply) -> list[str]:
    """Return what the buttons below a reply send."""
    return [each.text for each in reply.quick_replies]


def cited(reply: Reply) -> list[str]:
    """Return the ids of the articles that a reply cites."""
    return [each.article_id for each in reply.citations]
