"""The real gateway on a free port, window and console of it, with a scripted bot, beside the
browser's thread."""

import asyncio
import json
import shutil
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from api.app import create_app
from api.conversations import access
from api.handoff.desk import Desk
from api.live.events import Typing
from api.settings import Settings
from api.storage.models import (
    ActorKind,
    Author,
    Channel,
    Conversation,
    Message,
    MessageKind,
    Role,
    Staff,
    new_id,
)
from tests.api import fake_rasa
from tests.api.console import anew
from tests.api.fake_rasa import FakeRasa
from tests.browser.line import Line

T = TypeVar("T")
Reply = dict[str, Any]
HOST = "127.0.0.1"


@dataclass
class Stage:
    """``url`` of the gateway itself; ``line`` leads to it over a connection that can be cut."""

    app: FastAPI
    rasa: FakeRasa
    url: str
    line: Line
    _loop: asyncio.AbstractEventLoop
    _replies: dict[str, bytes] = field(default_factory=dict)
    _articles: dict[str, Reply] = field(default_factory=dict)
    _staff: dict[str, Staff] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the gateway's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    def soon(self, work: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(work)

    def bot_says(self, to: str, *replies: Reply) -> None:
        """What the bot answers to a message; to any other it repeats it."""
        self._replies[to] = fake_rasa.turn(*replies)

    def knowledge_says(self, to: str, reply: Reply) -> None:
        """What the search of the desk finds; to anything else it finds nothing."""
        self._articles[to] = reply

    def answer(self, request: dict[str, Any]) -> bytes:
        if request.keys() == {"text"}:  # asks the action server, not the bot
            found = self._articles.get(request["text"])
            return json.dumps(found, ensure_ascii=False).encode() if found else b""
        return self._replies.get(request["text"]) or fake_rasa.echo(request)

    # The desk.

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.desk
        return desk

    def latest(self) -> Conversation:
        """The conversation that was begun last."""

        async def read() -> Conversation:
            async with self.app.state.database.read() as session:
                found = await session.scalars(
                    select(Conversation).order_by(Conversation.id.desc()).limit(1)
                )
                latest: Conversation = found.one()
                return latest

        return self.run(read())

    @property
    def latest_id(self) -> str:
        return self.latest().id

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so at the gateway."""
        deadline = time.monotonic() + 5
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def count(self) -> int:
        async def read() -> int:
            async with self.app.state.database.read() as session:
                return len((await session.scalars(select(Conversation.id))).all())

        return self.run(read())

    def texts(self, author: Author = Author.WORKER) -> list[str]:
        """What stands in the record of the latest conversation."""
        conversation = self.latest()

        async def read() -> list[str]:
            async with self.app.state.database.read() as session:
                messages = await access.messages_after(session, conversation.id, 0)
            return [each.text for each in messages if each.author is author]

        return self.run(read())

    def colleague(self, name: str) -> Staff:
        if name not in self._staff:

            async def hire() -> Staff:
                async with self.app.state.database.write() as session:
                    staff = Staff(
                        id=new_id(),
                        username=new_id(),
                        name=name,
                        role=Role.AGENT,
                        password_hash="",
                    )
                    session.add(staff)
                return staff

            self._staff[name] = self.run(hire())
        return self._staff[name]

    def claim(self, name: str = "王芳") -> None:
        self.run(self.desk.claim(self.latest().id, self.colleague(name)))

    def staff_says(self, text: str, name: str = "王芳") -> None:
        self.run(self.desk.reply(self.latest().id, self.colleague(name), text, new_id()))

    def staff_types(self) -> None:
        event = Typing(self.latest().id, ActorKind.STAFF)
        self.soon(lambda: self.app.state.publisher.publish(event))

    def resolve(self, name: str = "王芳") -> None:
        self.run(self.desk.resolve(self.latest().id, self.colleague(name), "办结"))

    def conversation_of(self, messages: int) -> tuple[str, str]:
        """A conversation with so many messages; its id and its token."""

        async def write() -> tuple[str, str]:
            new = await self.app.state.conversations.create(Channel.WEB)
            async with self.app.state.database.write() as session:
                locked = await access.lock_conversation(session, new.conversation.id)
                await access.append(
                    session,
                    locked,
                    [_message(number) for number in range(messages - len(new.messages))],
                )
            return new.conversation.id, new.token

        return self.run(write())


def _message(number: int) -> Message:
    if number % 2 == 0:
        return Message.of(Author.WORKER, MessageKind.CHAT, f"第{number}句，加班费怎么算？")
    text = f"第{number}句：**可以申请**。\n\n1. 先收好考勤和工资条\n2. 再到镇街工会登记\n\n有出处。"
    return Message.of(Author.BOT, MessageKind.ANSWER, text, citations=fake_rasa.ANSWER["citations"])


@contextmanager
def running(folder: Path, migrated_file: Path, **settings: Any) -> Iterator[Stage]:
    """The stage; everything of it runs in one thread of its own."""
    shutil.copy(migrated_file, folder / "gateway.db")
    ready: list[Stage | BaseException] = []
    is_ready = threading.Event()
    stop: list[Callable[[], object]] = []

    async def play() -> None:
        async with AsyncExitStack() as stack:
            try:
                stage, end = await _opened(stack, folder, settings)
            except BaseException as error:
                ready.append(error)
                is_ready.set()
                raise
            loop = asyncio.get_running_loop()
            stop.append(lambda: loop.call_soon_threadsafe(end.set))
            ready.append(stage)
            is_ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(play()), daemon=True)
    thread.start()
    is_ready.wait(30)
    stage = ready[0]
    if isinstance(stage, BaseException):
        raise stage
    try:
        yield stage
    finally:
        stop[0]()
        thread.join(30)


async def _opened(
    stack: AsyncExitStack, folder: Path, settings: dict[str, Any]
) -> tuple[Stage, asyncio.Event]:
    rasa = await stack.enter_async_context(fake_rasa.running())
    listener = stack.enter_context(socket.create_server((HOST, 0)))
    port = listener.getsockname()[1]
    app = create_app(
        Settings(
            data_dir=folder,
            rasa_urls=[rasa.url],
            actions_url=rasa.url,
            rasa_timeout=10,
            recovery_wait=0,
            rate_limit_scale=0,
            port=port,
            working_hours="mon-sun 00:00-23:59",
            **settings,
        )
    )
    anew.mount(app)
    await stack.enter_async_context(app.router.lifespan_context(app))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stack.push_async_callback(_ended, server, serving)
    while not server.started:  # noqa: ASYNC110 - it has no event for that
        await asyncio.sleep(0.01)
    line = await stack.enter_async_context(Line.to(HOST, port))
    stage = Stage(app, rasa, f"http://{HOST}:{port}", line, asyncio.get_running_loop())
    rasa.answer = stage.answer
    return stage, asyncio.Event()


async def _ended(server: uvicorn.Server, serving: Awaitable[None]) -> None:
    server.should_exit = True
    server.force_exit = True
    await serving
