"""One turn as the actions see it: what the worker said, what is kept in mind, what comes of it."""

import logging
import re
import time
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import opencc
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop
from rasa_sdk.executor import CollectingDispatcher

import tracing
from actions import logs
from actions.entities import Entity, entities_of
from actions.memory import Memory
from actions.reading import Reading, reading_of
from actions.texts import texts
from contract import Reply
from knowledge_base.calendar import today

_YIELDED = "yielded"
"""The name in the message of an intent that had its share and yielded to a likelier one; see the
dialogue server's ``IntentCaution``."""

_NO_SUBJECTS = ("工会",)
"""Every question is about the union in some way."""

_DENIED = re.compile(r"(不是|没问|不问|没说|不说|不要)$")
"""What stands before a subject that is not meant."""

_PRIVATE_NUMBER = re.compile(r"(?<!\d)(\d{15,19}|\d{17}[xX])(?!\d)")
"""An identity number has 15 or 18 characters, a bank card 16 to 19 digits."""

_simplifier = opencc.OpenCC("t2s")
_log = logging.getLogger(__name__)


def fold(text: str) -> str:
    """Return a text as the patterns of the texts expect it: simplified characters, half width,
    lower case."""
    return str(_simplifier.convert(unicodedata.normalize("NFKC", text).lower()))


@dataclass(frozen=True)
class Turn:
    """The worker's last message, as the dialogue server understood it."""

    text: str
    intent: str | None
    memory: Memory
    confidence: float = 1.0
    entities: tuple[Entity, ...] = ()
    loop: str | None = None
    """The form that is being filled in."""
    day: date = date.min
    may_be_in_danger: bool = False
    """Whether the message also reads like a crisis."""

    @classmethod
    def of(cls, tracker: Tracker) -> Self:
        """Read the tracker that came with the call."""
        message: dict[str, Any] = tracker.latest_message
        intent: dict[str, Any] = message.get("intent") or {}
        return cls(
            text=message.get("text") or "",
            intent=intent.get("name"),
            confidence=float(intent.get("confidence") or 0),
            entities=entities_of(message),
            memory=Memory.of(tracker.slots),
            loop=tracker.active_loop_name,
            day=today(),
            may_be_in_danger=message.get(_YIELDED) == "crisis",
        )

    @property
    def folded(self) -> str:
        """The text for patterns; see ``fold``."""
        return fold(self.text)

    @property
    def stops_for_a_person(self) -> bool:
        """Whether the message ends something because the worker wants a person instead."""
        stops = self.intent in ("stop", "skip", "not_helpful")
        return stops and texts().wants_person.search(self.folded) is not None

    @property
    def subjects(self) -> tuple[str, ...]:
        """The services and matters that the message names, as the worker wrote them."""
        return tuple(
            self.text[each.start : each.end]
            for each in self.entities
            if each.entity == "service"
            and each.value not in _NO_SUBJECTS
            and not _DENIED.search(self.text[: each.start])
        )


@dataclass(frozen=True)
class Outcome:
    """What comes of a turn.

    ``response`` names a response of the domain, said before ``reply``. ``loop`` is the form that
    goes on; an action that is not this form itself leaves the talking to it.
    """

    memory: Memory
    reply: Reply | None = None
    response: str | None = None
    loop: str | None = None


def with_privacy_warning(reply: Reply, text: str) -> Reply:
    """Return a reply that also asks the worker to keep numbers of identity and bank cards out of
    the chat, where the message holds one."""
    if not _PRIVATE_NUMBER.search(text):
        return reply
    return reply.model_copy(update={"text": f"{reply.text}\n\n{texts().talk.private_number}"})


def with_help_in_danger(reply: Reply, turn: Turn) -> Reply:
    """Return a reply that first says where help is, where the message also reads like a crisis."""
    if not turn.may_be_in_danger:
        return reply
    return reply.model_copy(update={"text": f"{texts().talk.in_danger}\n\n{reply.text}"})


Handler = Callable[[Turn], Awaitable[Outcome]]
Hear = Callable[[Reading], None]


class DialogueAction(Action):  # type: ignore[misc]
    """A custom action of the dialogue server: reads the tracker, calls its handler, returns
    events.

    ``hear`` is told first what was read of the message, if that came with the call.
    """

    def __init__(self, name: str, handler: Handler, hear: Hear | None = None) -> None:
        self._name = name
        self._handler = handler
        self._hear = hear

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        metadata: dict[str, Any] = tracker.latest_message.get("metadata") or {}
        message_id = str(metadata.get("message_id"))
        logs.bind_message_id(message_id)
        # Rasa 3.6 knows nothing of traces; the gateway's comes with the message.
        with tracing.span(self._name, tracing.Kind.SERVER, parent=metadata) as span:
            span.note({"messaging.message.id": message_id})
            return await self._act(dispatcher, tracker, span)

    async def _act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, span: tracing.Span
    ) -> list[dict[str, Any]]:
        started = time.perf_counter()
        turn = Turn.of(tracker)
        reading = reading_of(tracker.latest_message)
        if self._hear and reading:
            self._hear(reading)
        outcome = await self._handler(turn)
        if outcome.response:
            dispatcher.utter_message(response=outcome.response)
        if outcome.reply:
            reply = with_help_in_danger(with_privacy_warning(outcome.reply, turn.text), turn)
            dispatcher.utter_message(json_message=reply.model_dump(mode="json"))
        events = outcome.memory.changes_since(turn.memory)
        if outcome.loop != turn.loop:
            events.append(ActiveLoop(outcome.loop))
        trace = outcome.reply.trace if outcome.reply else None
        said = outcome.reply.kind if outcome.reply else outcome.response
        decision = trace.decision if trace else None
        span.note({"union.intent": turn.intent, "union.reply": said, "union.decision": decision})
        _log.info(
            "action",
            extra={
                "action": self._name,
                "intent": turn.intent,
                "reply": said,
                "decision": decision,
                "index": trace.index_fingerprint if trace else None,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return events
