"""One open socket: frames in, frames out, and the reasons to close it."""

import asyncio
import contextlib
import logging
from typing import NoReturn

from starlette import status
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from api.conversations.places import Places
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import Event, Publisher, Read, Typing
from api.live.follower import Follower
from api.live.limits import Admission, SocketLimits
from api.live.mailbox import Mailbox, MailboxClosedError, News
from api.live.protocol import (
    ClientFrame,
    ErrorFrame,
    Hello,
    MarkRead,
    PingFrame,
    Pong,
    SendMessage,
    ServerFrame,
    StartTyping,
    TypingFrame,
    parse,
)
from api.operations import metrics
from api.storage.models import ActorKind

_log = logging.getLogger(__name__)


class _ClosingError(Exception):
    """Ends every task of the connection."""


class Connection:
    """Serves one client. Two tasks, one that listens to it and one that tells it the news; and
    one for each message whose turn is not over."""

    def __init__(
        self,
        websocket: WebSocket,
        follower: Follower,
        mailbox: Mailbox,
        publisher: Publisher,
        limits: SocketLimits,
        *,
        max_frame_chars: int,
        places: Places,
        admission: Admission | None = None,
    ) -> None:
        self._websocket = websocket
        self._follower = follower
        self._mailbox = mailbox
        self._publisher = publisher
        self._limits = limits
        self._max_frame_chars = max_frame_chars
        self._places = places
        self._admission = admission
        self._clock = asyncio.get_running_loop().time
        self._sending = asyncio.Lock()
        self._in_flight = 0
        self._typing_from = 0.0
        self._code: int | None = None
        self._gone = False

    async def run(self) -> int:
        """Serve the client until there is a reason to end it; returns the reason's code."""
        try:
            await self._greet()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(tasks))
                tasks.create_task(self._tell_news())
        except* _ClosingError:
            pass
        except* Exception as failures:
            for failure in failures.exceptions:
                _log.error("socket failed", exc_info=failure)
        return self._code or status.WS_1011_INTERNAL_ERROR

    async def close(self, code: int) -> None:
        """Say goodbye, if the client is still there; one that does not read gets a last chance."""
        if not self._gone:
            with contextlib.suppress(TimeoutError, WebSocketDisconnect):
                async with asyncio.timeout(self._limits.slow_after):
                    await self._websocket.close(code)

    def _end(self, code: int) -> NoReturn:
        self._code = self._code or code  # the first reason is the reason
        raise _ClosingError

    async def _greet(self) -> None:
        try:
            async with asyncio.timeout(self._limits.hello_within):
                while not isinstance(frame := await self._receive(), Hello):
                    await self._refuse(ErrorCode.INVALID_REQUEST, fields="type")
        except TimeoutError:
            self._end(status.WS_1008_POLICY_VIOLATION)
        self._follower.start_after(frame.after)
        await self._catch_up()

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            try:
                async with asyncio.timeout(self._limits.dead_after):
                    frame = await self._receive()
            except TimeoutError:
                self._end(status.WS_1008_POLICY_VIOLATION)
            try:
                await self._handle(frame, tasks)
            except ApiError as refusal:
                message_id = frame.client_message_id if isinstance(frame, SendMessage) else None
                await self._send(_error_frame(refusal, message_id))

    async def _handle(self, frame: ClientFrame, tasks: asyncio.TaskGroup) -> None:
        conversation_id = self._follower.conversation_id
        match frame:
            case SendMessage():
                if self._in_flight >= self._limits.messages_in_flight:
                    raise ApiError(ErrorCode.TOO_MANY_REQUESTS)
                if self._admission:
                    await self._admission(conversation_id)
                self._in_flight += 1
                tasks.create_task(self._take(frame))
            case StartTyping():
                if self._clock() >= self._typing_from:
                    self._typing_from = self._clock() + self._limits.typing_every
                    self._publisher.publish(Typing(conversation_id, ActorKind.WORKER))
            case MarkRead():
                seq = await self._follower.mark_read(frame.message_id)
                if seq is not None:
                    self._publisher.publish(Read(conversation_id, ActorKind.WORKER, seq))
            case Hello():
                raise ApiError(ErrorCode.INVALID_REQUEST, fields="type")
            case Pong():
                pass  # that it came is all it says

    async def _take(self, frame: SendMessage) -> None:
        answer: ServerFrame | None
        try:
            async with self._places.one(frame.text, whose=self._follower.conversation_id):
                answer = await self._follower.send(frame.text, frame.client_message_id)
        except ApiError as refusal:
            answer = _error_frame(refusal, frame.client_message_id)
        except Exception:
            _log.exception("message failed")
            answer = _error_frame(ApiError(ErrorCode.INTERNAL_ERROR), frame.client_message_id)
        finally:
            self._in_flight -= 1
        if answer:
            await self._send(answer)

    async def _tell_news(self) -> None:
        ping_at = self._clock() + self._limits.ping_every
        while True:
            news = await self._news_until(ping_at)
            if news is None:
                ping_at = self._clock() + self._limits.ping_every
                await self._send(PingFrame())
                # Nothing announces what a gateway stored just before it died.
                news = News((), missed=True)
            if news.missed or not all(self._is_no_news(event) for event in news.events):
                await self._catch_up()
            last = news.events[-1] if news.events else None
            # Whoever wrote before the latest message has finished.
            if isinstance(last, Typing) and last.by is not ActorKind.WORKER:
                await self._send(TypingFrame(by=last.by))

    def _is_no_news(self, event: Event) -> bool:
        return isinstance(event, Typing) or self._follower.knows(event)

    async def _news_until(self, time: float) -> News | None:
        if self._clock() >= time:
            return None
        try:
            async with asyncio.timeout_at(time):
                return await self._mailbox.get()
        except TimeoutError:
            return None
        except MailboxClosedError:
            self._end(status.WS_1012_SERVICE_RESTART)

    async def _catch_up(self) -> None:
        try:
            frames = await self._follower.catch_up()
        except ApiError as refusal:
            await self._send(_error_frame(refusal))
            self._end(status.WS_1008_POLICY_VIOLATION)
        for frame in frames:
            await self._send(frame)

    async def _receive(self) -> ClientFrame:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                self._gone = True
                self._end(message.get("code") or status.WS_1005_NO_STATUS_RCVD)
            text = message.get("text")
            if text is None:
                self._end(status.WS_1003_UNSUPPORTED_DATA)
            if len(text) > self._max_frame_chars:
                self._end(status.WS_1009_MESSAGE_TOO_BIG)
            try:
                return parse(text)
            except ApiError as refusal:
                await self._send(_error_frame(refusal))

    async def _refuse(self, code: ErrorCode, *, fields: str) -> None:
        await self._send(_error_frame(ApiError(code, fields=fields)))

    async def _send(self, frame: ServerFrame) -> None:
        try:
            async with asyncio.timeout(self._limits.slow_after), self._sending:
                await self._websocket.send_text(frame.model_dump_json())
        except TimeoutError:
            self._end(status.WS_1013_TRY_AGAIN_LATER)
        except (WebSocketDisconnect, WebSocketDisconnected):
            self._gone = True
            self._end(status.WS_1006_ABNORMAL_CLOSURE)


def _error_frame(error: ApiError, client_message_id: str | None = None) -> ErrorFrame:
    metrics.refused(error.code)
    return ErrorFrame.of(error, client_message_id)
