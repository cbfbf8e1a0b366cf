"""The worker chat over HTTP: create, send, replay."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute

from api.channels.messages import (
    FeedbackRequest,
    MessagesResponse,
    NewConversationRequest,
    NewConversationResponse,
    NewMessageRequest,
    RatingRequest,
    views,
)
from api.conversations.places import Places
from api.conversations.service import ConversationService
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.settings import Settings
from api.storage.models import Conversation

_PREFIX = "/api/v1/conversations"
_MESSAGES = "/messages"


# Asynchronous though they wait for nothing: what is not runs in another thread, which costs each
# request more than the rest of its way to the route.
async def _service(request: Request) -> ConversationService:
    service: ConversationService = request.app.state.conversations
    return service


def _places(request: Request) -> Places:
    places: Places = request.app.state.places
    return places


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _conversation(
    request: Request,
    conversation_id: str,  # noqa: ARG001 - the API description takes the parameter from here
) -> Conversation:
    conversation: Conversation = request.state.conversation
    return conversation


Service = Annotated[ConversationService, Depends(_service)]
GatewaySettings = Annotated[Settings, Depends(_settings)]
OwnConversation = Annotated[Conversation, Depends(_conversation)]


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class BeginningRoute(APIRoute):
    """A route that begins something: it waits for one of the places, with a head start."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler, in a place."""
        handler = super().get_route_handler()

        async def placed(request: Request) -> Response:
            async with _places(request).one(ahead=True):
                return await handler(request)

        return placed


class WorkerRoute(APIRoute):
    """A route of one conversation: the token is checked before the body is looked at."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the check."""
        handler = super().get_route_handler()

        async def authenticated(request: Request) -> Response:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise ApiError(ErrorCode.UNAUTHORIZED)
            service = await _service(request)
            request.state.conversation = await service.authenticate(
                request.path_params["conversation_id"], token.strip()
            )
            return await handler(request)

        return authenticated


class ChatRoute(WorkerRoute):
    """The same, and its requests wait for one of the places, except in a crisis. Not for files: a
    slow upload would hold its place for minutes."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the check, in a place."""
        handler = super().get_route_handler()

        async def placed(request: Request) -> Response:
            places = _places(request)
            is_message = request.method == "POST" and request.url.path.endswith(_MESSAGES)
            text = await _said(request) if is_message and places.are_taken else ""
            # A message may come again over a socket, which knows the conversation alone.
            whose = request.path_params["conversation_id"] if is_message else request.url.path
            async with places.one(text, whose=whose):
                return await handler(request)

        return placed


async def _said(request: Request) -> str:
    """The text of a message, as far as it can be told before the handler reads it."""
    try:
        text = (await request.json())["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""  # the handler says what is wrong with it
    return text if isinstance(text, str) else ""


public = APIRouter(prefix=_PREFIX, route_class=BeginningRoute, tags=["worker chat"])
own = APIRouter(
    prefix=_PREFIX + "/{conversation_id}",
    route_class=ChatRoute,
    tags=["worker chat"],
)


@public.post("", status_code=201)
async def create_conversation(
    body: NewConversationRequest, service: Service, settings: GatewaySettings
) -> NewConversationResponse:
    """Begin a conversation; the only call that needs no token."""
    new = await service.create(body.channel)
    return NewConversationResponse(
        conversation_id=new.conversation.id,
        token=new.token,
        messages=views(new.messages, settings.timezone),
        status=new.conversation.status,
    )


@own.post(_MESSAGES)
async def send_message(
    body: NewMessageRequest,
    conversation: OwnConversation,
    service: Service,
    settings: GatewaySettings,
) -> MessagesResponse:
    """Send a message; the response carries the bot's replies to it."""
    result = await service.send(conversation.id, body.text, body.client_message_id)
    return MessagesResponse.of(result, settings.timezone, addressed=conversation.id)


@own.get(_MESSAGES)
async def replay_messages(
    conversation: OwnConversation,
    service: Service,
    settings: GatewaySettings,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> MessagesResponse:
    """All messages after one of them, the worker's own included."""
    result = await service.history(conversation, after)
    return MessagesResponse.of(result, settings.timezone, addressed=conversation.id)


@own.post("/rating", status_code=204)
async def rate(body: RatingRequest, conversation: OwnConversation, service: Service) -> None:
    """Rate the conversation; a second rating takes the place of the first."""
    await service.rate(conversation, body.score, body.comment)


@own.post("/messages/{message_id}/feedback", status_code=204)
async def give_feedback(
    message_id: str, body: FeedbackRequest, conversation: OwnConversation, service: Service
) -> None:
    """Say whether an answer of the bot or of staff helped; the latest word counts."""
    await service.give_feedback(conversation, message_id, helpful=body.helpful)
