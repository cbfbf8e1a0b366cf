"""Input channel of the union's gateway (design §4.2).

The stock ``rest`` channel has no authentication and answers a failure with ``200 []``, which a
worker sees as silence. This one checks a shared secret and names every failure.
"""

import hmac
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import unquote

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.constants import SESSION_START_METADATA_SLOT
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.message_text import clean_text
from tracker_store.sqlite_store import SQLiteTrackerStore

logger = logging.getLogger(__name__)

MAX_SENDER_CHARACTERS: Final = 255
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-(?P<trace_id>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

Json = dict[str, Any]
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class RejectedRequestError(Exception):
    """A request that is refused before it reaches the dialogue engine."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class ReplyCollector(OutputChannel):
    """Collects the replies of one turn in order, in the form of the gateway's contract."""

    def __init__(self) -> None:
        self.replies: list[Json] = []

    @classmethod
    def name(cls) -> str:
        return "gateway"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        self._add_chat(text, [])

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[Json], **kwargs: Any
    ) -> None:
        self._add_chat(text, _quick_replies(buttons))

    async def send_custom_json(self, recipient_id: str, json_message: Json, **kwargs: Any) -> None:
        self.replies.append(json_message)

    def add_recorded(self, event: BotUttered) -> None:
        """Add a reply as the tracker keeps it."""
        custom = event.data.get("custom")
        if custom:
            self.replies.append(custom)
        elif event.text:
            self._add_chat(event.text, _quick_replies(event.data.get("buttons") or []))

    def _add_chat(self, text: str, quick_replies: list[Json]) -> None:
        self.replies.append({"kind": "chat", "text": text, "quick_replies": quick_replies})


def _quick_replies(buttons: list[Json]) -> list[Json]:
    return [
        {"title": button["title"], "text": button.get("payload") or button["title"]}
        for button in buttons
    ]


class GatewayInput(InputChannel):
    """Receives the messages that the gateway has stored and ordered."""

    def __init__(self, gateway_secret: str) -> None:
        """Keep the shared secret.

        Raises:
            InvalidConfigException: when the secret is empty, so that the server never starts
                open.
        """
        if not gateway_secret.strip():
            raise InvalidConfigException("The gateway channel needs a secret: UNION_RASA_SECRET.")
        self._authorization = f"Bearer {gateway_secret}".encode()

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Json | None) -> "GatewayInput":
        """Build the channel from ``credentials.yml``.

        Raises:
            InvalidConfigException: when no secret is set.
        """
        secret = (credentials or {}).get("gateway_secret")
        return cls(str(secret or ""))

    def get_metadata(self, request: Request) -> Json:
        """The gateway's metadata, which reaches the actions with the message."""
        metadata = request.json.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of the channel, below ``/webhooks/gateway``."""
        routes = Blueprint("gateway", __name__)

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            if _ready_agent(request) is None:
                return response.json({"status": "loading"}, status=503)
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                self._authenticate(request)
                message, collector = self._read_message(request)
                agent = _require_agent(request)
                if (message.metadata or {}).get("repeated") is True:
                    # The gateway was stopped in the middle of this turn: the bot must not hear
                    # the message twice.
                    before = await agent.tracker_store.retrieve(message.sender_id)
                    said = _said_to(before, message.message_id) if before else []
                    if before is not None and said:
                        return response.json(_turn(said, message.message_id, before))
                started = time.perf_counter()
                await on_new_message(message)
                tracker = await _tracker_after(agent, message.sender_id)
                if tracker is None or not collector.replies:
                    # Rasa logs the failure of an action and carries on without a word.
                    raise RejectedRequestError(500, "no_reply", "the turn produced no reply")
                _log_turn(message, tracker, time.perf_counter() - started)
                return response.json(_turn(collector.replies, message.message_id, tracker))
            except RejectedRequestError as error:
                return _error(error)
            except Exception as error:
                # The message of the exception may quote the worker, its type does not.
                logger.error("A turn failed with %s.", type(error).__name__)
                return _error(RejectedRequestError(500, "turn_failed", "the turn failed"))

        @routes.delete("/conversations/<sender:str>")
        async def forget(request: Request, sender: str) -> HTTPResponse:
            # Sanic hands out the path as it came.
            sender = unquote(sender)
            try:
                self._authenticate(request)
                agent = _require_agent(request)
                async with agent.lock_store.lock(sender):
                    # Rasa wraps the store in one that knows nothing of deletion.
                    await agent.tracker_store._tracker_store.delete(sender)
                return response.empty()
            except RejectedRequestError as error:
                return _error(error)
            except Exception as error:
                logger.error("A conversation was not deleted: %s.", type(error).__name__)
                return _error(RejectedRequestError(500, "not_deleted", "nothing was deleted"))

        return routes

    def _authenticate(self, request: Request) -> None:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._authorization):
            raise RejectedRequestError(401, "unauthorized", "the shared secret is wrong")

    def _read_message(self, request: Request) -> tuple[UserMessage, ReplyCollector]:
        try:
            body = request.json
        except Exception as error:
            raise RejectedRequestError(422, "bad_json", "the body is not JSON") from error
        if not isinstance(body, dict):
            raise RejectedRequestError(422, "bad_json", "the body is not a JSON object")
        sender = body.get("sender")
        if not isinstance(sender, str) or not 0 < len(sender.strip()) <= MAX_SENDER_CHARACTERS:
            raise RejectedRequestError(422, "bad_sender", "sender is not a conversation id")
        raw_text = body.get("text")
        if not isinstance(raw_text, str):
            raise RejectedRequestError(422, "bad_text", "text is not a string")
        text = clean_text(raw_text)
        if not text:
            raise RejectedRequestError(422, "empty_text", "text holds nothing to read")
        metadata = self.get_metadata(request)
        collector = ReplyCollector()
        message = UserMessage(
            text,
            collector,
            sender,
            input_channel=self.name(),
            message_id=metadata.get("message_id"),
            metadata=metadata,
        )
        return message, collector


async def _tracker_after(agent: Agent, sender: str) -> DialogueStateTracker | None:
    """The conversation as the turn has left it."""
    # Rasa wraps the store in one that knows nothing of ours.
    store = agent.tracker_store._tracker_store
    saved = store.saved_last(sender) if isinstance(store, SQLiteTrackerStore) else None
    return saved or await agent.tracker_store.retrieve(sender)


def _ready_agent(request: Request) -> Agent | None:
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def _require_agent(request: Request) -> Agent:
    agent = _ready_agent(request)
    if agent is None:
        raise RejectedRequestError(503, "model_not_loaded", "the model is not loaded")
    return agent


def _log_turn(message: UserMessage, tracker: DialogueStateTracker, seconds: float) -> None:
    """``message_id`` names the turn in the logs of the gateway and the actions as well, and so
    does ``trace_id`` where the gateway has traces."""
    uttered = _find_message(tracker, message.message_id)
    logger.info(
        "turn",
        extra={
            "message_id": message.message_id,
            "intent": uttered.intent_name if uttered else None,
            "milliseconds": round(seconds * 1000, 1),
            **_trace_fields(message.metadata or {}),
        },
    )


def _trace_fields(metadata: Json) -> dict[str, str]:
    """The trace of a ``traceparent`` (W3C Trace Context): version-trace-parent-flags."""
    found = _TRACEPARENT.fullmatch(str(metadata.get("traceparent")))
    return {"trace_id": found["trace_id"]} if found else {}


def _turn(replies: list[Json], message_id: str, tracker: DialogueStateTracker) -> Json:
    uttered = _find_message(tracker, message_id)
    intent = uttered.intent if uttered else {}
    slots = tracker.current_slot_values()
    # Rasa keeps the first message's metadata in a slot of its own; the gateway sent it.
    slots.pop(SESSION_START_METADATA_SLOT, None)
    return {
        "replies": replies,
        "intent": {"name": intent.get("name"), "confidence": intent.get("confidence", 0.0)},
        "entities": uttered.entities if uttered else [],
        "slots": slots,
        "active_form": tracker.active_loop_name,
    }


def _said_to(tracker: DialogueStateTracker, message_id: str) -> list[Json]:
    """The replies to a message that is in the tracker already; none if it was cut off."""
    collector = ReplyCollector()
    is_after = False
    for event in tracker.events:
        if isinstance(event, UserUttered):
            is_after = event.message_id == message_id
        elif is_after and isinstance(event, BotUttered):
            collector.add_recorded(event)
    return collector.replies


def _find_message(tracker: DialogueStateTracker, message_id: str) -> UserUttered | None:
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and event.message_id == message_id:
            return event
    return None


def _error(error: RejectedRequestError) -> HTTPResponse:
    body = {"error": {"code": error.code, "message": error.message}}
    return response.json(body, status=error.status)
