"""Frames of the live channel: JSON objects, told apart by ``type``."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.channels.messages import ClientMessageId, MessageView
from api.error_codes import ErrorCode
from api.errors import ApiError, ErrorBody
from api.logs import current_request_id
from api.storage.models import ActorKind, Status
from api.texts import gateway_texts

MessageId = Annotated[str, Field(min_length=1, max_length=64)]


class _ClientFrame(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Hello(_ClientFrame):
    """The first frame: the last message the client has, or none. What came after it follows."""

    type: Literal["hello"]
    after: MessageId | None


class SendMessage(_ClientFrame):
    """A worker's message. The client repeats the id when it repeats the message."""

    type: Literal["message"]
    text: str
    client_message_id: ClientMessageId


class StartTyping(_ClientFrame):
    """The worker is writing; repeated every few seconds for as long as it is so."""

    type: Literal["typing"]


class MarkRead(_ClientFrame):
    """The worker has seen everything up to a message."""

    type: Literal["read"]
    message_id: MessageId


class Pong(_ClientFrame):
    """The answer to ``ping``."""

    type: Literal["pong"]


ClientFrame = Annotated[
    Hello | SendMessage | StartTyping | MarkRead | Pong, Field(discriminator="type")
]
_client_frame: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


def parse(text: str) -> ClientFrame:
    """A frame from the client. Raises ``ApiError``: invalid_json, invalid_request."""
    try:
        return _client_frame.validate_json(text)
    except ValidationError as error:
        problems = error.errors(include_input=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        raise ApiError(ErrorCode.INVALID_JSON)
    # Field names only: what was sent must not come back.
    fields = dict.fromkeys(str(problem["loc"][-1]) for problem in problems if problem["loc"])
    raise ApiError(ErrorCode.INVALID_REQUEST, fields=", ".join(fields) or "type")


class MessagesFrame(BaseModel):
    """The next messages of the record, without a gap, and who has the conversation."""

    type: Literal["messages"] = "messages"
    messages: list[MessageView]
    status: Status


class AcceptedFrame(BaseModel):
    """A message of this client is in the record. Comes before the message itself does."""

    type: Literal["accepted"] = "accepted"
    client_message_id: str
    message_id: str


class TypingFrame(BaseModel):
    """Somebody else is writing; holds for some seconds or until the next message."""

    type: Literal["typing"] = "typing"
    by: ActorKind


class ReadFrame(BaseModel):
    """One side has seen everything up to a message."""

    type: Literal["read"] = "read"
    by: ActorKind
    message_id: str


class StatusFrame(BaseModel):
    """Somebody else has the conversation now."""

    type: Literal["status"] = "status"
    status: Status


class PingFrame(BaseModel):
    """The client answers with ``pong``."""

    type: Literal["ping"] = "ping"


class ErrorFrame(BaseModel):
    """A refusal, in the shape of the HTTP interface; of a message if it names one.

    ``retry_after``: seconds after which that may be said again, where the gateway knows.
    """

    type: Literal["error"] = "error"
    error: ErrorBody
    client_message_id: str | None = None
    retry_after: int | None = None

    @classmethod
    def of(cls, error: ApiError, client_message_id: str | None = None) -> Self:
        """The frame for a refusal."""
        message = gateway_texts().errors[error.code].format_map(error.details)
        body = ErrorBody(code=error.code, message=message, request_id=current_request_id())
        return cls(error=body, client_message_id=client_message_id, retry_after=error.retry_after_s)


ServerFrame = (
    MessagesFrame | AcceptedFrame | TypingFrame | ReadFrame | StatusFrame | PingFrame | ErrorFrame
)
