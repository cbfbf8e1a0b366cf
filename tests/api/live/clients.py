"""Worker's clients of the live channel, and the gateway that serves them on a real socket."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.app import create_app
from api.conversations import access
from api.live.events import MessageStored, StatusChanged
from api.live.hub import Hub
from api.live.limits import Admission, SocketLimits
from api.live.socket import LiveSockets
from api.settings import Settings
from api.storage.models import Author, Channel, Message, MessageKind, Status

SOON = 5.0


@dataclass
class Client:
    """One open socket. ``messages`` are all that came, in their order."""

    connection: ClientConnection
    messages: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    @property
    def last_id(self) -> str | None:
        return self.messages[-1]["id"] if self.messages else None

    async def send(self, kind: str, **fields: Any) -> None:
        await self.connection.send(json.dumps({"type": kind, **fields}))

    async def hello(self, after: str | None = None) -> Self:
        await self.send("hello", after=after)
        return self

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(SOON):
            frame: dict[str, Any] = json.loads(await self.connection.recv())
        self.frames.append(frame)
        if frame["type"] == "messages":
            self.messages += frame["messages"]
        return frame

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next frame of a kind, with these fields."""
        while True:
            frame = await self.next()
            if frame["type"] == kind and fields.items() <= frame.items():
                return frame

    async def until_text(self, text: str) -> None:
        while text not in self.texts:
            await self.next()

    async def close_code(self) -> int | None:
        """The code with which the gateway closes; frames before it are passed over."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.next()
        return self.connection.close_code


@dataclass
class LiveGateway:
    app: FastAPI
    address: str
    server: uvicorn.Server

    @property
    def hub(self) -> Hub:
        hub: Hub = self.app.state.hub
        return hub

    async def conversation(self) -> "Conversation":
        new = await self.app.state.conversations.create(Channel.WEB)
        return Conversation(self, new.conversation.id, new.token)

    async def everybody_left(self) -> None:
        async with asyncio.timeout(SOON):
            while self.hub.subscriber_count:  # noqa: ASYNC110
                await asyncio.sleep(0)


@dataclass
class Conversation:
    gateway: LiveGateway
    id: str
    token: str

    @asynccontextmanager
    async def client(self, query: str = "", **options: Any) -> AsyncIterator[Client]:
        options.setdefault("additional_headers", {"Authorization": f"Bearer {self.token}"})
        url = f"ws://{self.gateway.address}/api/v1/conversations/{self.id}/ws{query}"
        async with connect(url, close_timeout=0.2, max_size=None, **options) as connection:
            yield Client(connection)

    async def by_staff(self, text: str, status: Status | None = None) -> str:
        """Something that the desk stores and tells of; returns the message's id."""
        state = self.gateway.app.state
        message = Message.of(Author.STAFF, MessageKind.CHAT, text)
        async with state.database.write() as session:
            locked = await access.lock_conversation(session, self.id)
            locked.status = status or locked.status
            await access.append(session, locked, [message])
        state.publisher.publish(MessageStored(self.id, message.seq))
        if status:
            state.publisher.publish(StatusChanged(self.id, status))
        return message.id


@asynccontextmanager
async def serving(
    settings: Settings,
    limits: SocketLimits | None = None,
    *,
    allowed_origins: tuple[str, ...] = (),
    admission: Admission | None = None,
) -> AsyncIterator[LiveGateway]:
    """The gateway with sockets of its own limits."""
    core = create_app(settings)
    sockets = LiveSockets(allowed_origins=allowed_origins, limits=limits, admission=admission)
    app = FastAPI()
    app.state = core.state
    app.include_router(sockets.router)
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws_per_message_deflate=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Small, so that a client who does not read is noticed after kilobytes.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        host, port = listener.getsockname()
        async with core.router.lifespan_context(core):
            task = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0)
            try:
                yield LiveGateway(app, f"{host}:{port}", server)
            finally:
                server.should_exit = True
                await task
