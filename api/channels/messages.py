"""The worker chat's JSON (design §4.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from api.channels.markdown import plain_to_html, to_html
from api.conversations.turn import TurnResult
from api.storage.models import Author, Channel, Message, MessageKind, Status
from contract import Citation, QuickReply

ClientMessageId = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f]+$")
]


class NewConversationRequest(BaseModel):
    """Begins a conversation."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal[Channel.WEB]


class NewMessageRequest(BaseModel):
    """A worker's message. The client repeats the id when it repeats the message."""

    model_config = ConfigDict(extra="forbid")

    text: str
    client_message_id: ClientMessageId


class MessageView(BaseModel):
    """One message as the worker's client sees it."""

    id: str
    author: Author
    kind: MessageKind
    text: str
    html: str = Field(description="safe HTML of the text")
    citations: list[Citation]
    quick_replies: list[QuickReply]
    created_at: datetime

    @classmethod
    def of(cls, message: Message, zone: ZoneInfo) -> Self:
        """The view of a stored message, its time in the given zone."""
        by_worker = message.author is Author.WORKER
        return cls(
            id=message.id,
            author=message.author,
            kind=message.kind,
            text=message.text,
            html=plain_to_html(message.text) if by_worker else to_html(message.text),
            citations=[Citation.model_validate(citation) for citation in message.citations],
            quick_replies=[QuickReply.model_validate(item) for item in message.quick_replies],
            created_at=message.created_at.astimezone(zone),
        )


def views(messages: Sequence[Message], zone: ZoneInfo) -> list[MessageView]:
    """Views of stored messages, in their order."""
    return [MessageView.of(message, zone) for message in messages]


class MessagesResponse(BaseModel):
    """Messages, and who has the conversation.

    ``conversation_id`` is there only where a message went on in another conversation, because
    the one addressed is closed; the other one answers to the same token.
    """

    messages: list[MessageView]
    status: Status
    conversation_id: str | None = None

    @classmethod
    def of(cls, result: TurnResult, zone: ZoneInfo, *, addressed: str) -> Self:
        """The response for a turn or a replay in the conversation that was addressed."""
        went_on = result.conversation_id != addressed
        return cls(
            messages=views(result.messages, zone),
            status=result.status,
            conversation_id=result.conversation_id if went_on else None,
        )

    @model_serializer(mode="wrap")
    def _without_the_usual(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = serialise(self)
        if data.get("conversation_id") is None:
            data.pop("conversation_id", None)
        return data


class NewConversationResponse(MessagesResponse):
    """A new conversation. The token is shown this once."""

    token: str


class RatingRequest(BaseModel):
    """What the worker thinks of the conversation."""

    model_config = ConfigDict(extra="forbid")

    score: int = Field(ge=1, le=5)
    comment: str = Field(default="", max_length=1000)


class FeedbackRequest(BaseModel):
    """Whether one answer helped."""

    model_config = ConfigDict(extra="forbid")

    helpful: bool
