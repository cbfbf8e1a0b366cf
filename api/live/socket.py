"""The live channel: ``/api/v1/conversations/{conversation_id}/ws``.

A client that gets no socket, or loses it, asks over HTTP (``GET …/messages?after=``) until it
has one again; there it is also told why, which a browser does not tell of a refused handshake.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from fastapi import APIRouter, WebSocket
from ulid import ULID

from api.error_codes import ErrorCode
from api.errors import ApiError, error_response
from api.live.connection import Connection
from api.live.follower import Follower, Record
from api.live.handshake import bearer_token, chosen_subprotocol, is_allowed_origin
from api.live.hub import Hub
from api.live.limits import Admission, SocketLimits
from api.logs import bind_request_id
from api.operations import metrics

_READS_AT_ONCE = 2
"""Half of the readers of SQLite; turns have the others."""
_log = logging.getLogger(__name__)


class LiveSockets:
    """The sockets of one gateway.

    ``allowed_origins``: pages of other hosts that may open one, as ``https://host``. Needs in
    ``app.state``: ``settings``, ``database``, ``conversations``, ``places``, ``hub`` and
    ``publisher`` (the hub itself, or the bridge that reaches those of other gateways, too).
    """

    def __init__(
        self,
        *,
        allowed_origins: Collection[str] = (),
        limits: SocketLimits | None = None,
        admission: Admission | None = None,
    ) -> None:
        self._allowed_origins = allowed_origins
        self._limits = limits or SocketLimits()
        self._admission = admission
        self._reads = asyncio.Semaphore(_READS_AT_ONCE)
        self._open: Counter[str] = Counter()
        self.router = APIRouter(tags=["worker chat"])
        self.router.add_api_websocket_route(
            "/api/v1/conversations/{conversation_id}/ws", self._serve
        )

    async def _serve(self, websocket: WebSocket, conversation_id: str) -> None:
        bind_request_id(str(ULID()))
        try:
            token = await self._check(websocket, conversation_id)
        except ApiError as refusal:
            _log.info("socket refused", extra={"code": refusal.code})
            await websocket.send_denial_response(error_response(refusal.code))
            return
        started = time.perf_counter()
        with self._counted(conversation_id), metrics.socket_open():
            await websocket.accept(chosen_subprotocol(websocket))
            code = await self._run(websocket, conversation_id, token)
        seconds = round(time.perf_counter() - started, 1)
        _log.info("socket closed", extra={"code": code, "seconds": seconds})

    async def _check(self, websocket: WebSocket, conversation_id: str) -> str:
        """The token of a client that may come in."""
        if not is_allowed_origin(websocket, self._allowed_origins):
            raise ApiError(ErrorCode.FORBIDDEN)
        token = bearer_token(websocket)
        if token is None:
            raise ApiError(ErrorCode.UNAUTHORIZED)
        await websocket.app.state.conversations.authenticate(conversation_id, token)
        if self._open[conversation_id] >= self._limits.sockets_a_conversation:
            raise ApiError(ErrorCode.TOO_MANY_REQUESTS)
        return token

    async def _run(self, websocket: WebSocket, conversation_id: str, token: str) -> int:
        state = websocket.app.state
        hub: Hub = state.hub
        record = Record(state.conversations, state.database, state.settings.timezone, self._reads)
        # Subscribed before the record is read for the first time, so that nothing falls between.
        async with hub.subscribe(conversation_id) as mailbox:
            follower = Follower(record, hub, mailbox, conversation_id=conversation_id, token=token)
            connection = Connection(
                websocket,
                follower,
                mailbox,
                state.publisher,
                self._limits,
                max_frame_chars=state.settings.max_body_bytes,
                places=state.places,
                admission=self._admission,
            )
            code = await connection.run()
        await connection.close(code)
        return code

    @contextmanager
    def _counted(self, conversation_id: str) -> Iterator[None]:
        self._open[conversation_id] += 1
        try:
            yield
        finally:
            self._open[conversation_id] -= 1
            if not self._open[conversation_id]:
                del self._open[conversation_id]
