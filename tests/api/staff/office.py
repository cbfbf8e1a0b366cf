"""The desk under test, over its HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api import errors
from api.conversations import access, tokens
from api.handoff.desk import Desk
from api.settings import Settings
from api.staff import routes
from api.staff.accounts import Accounts
from api.staff.sessions import LIFETIME, Sessions
from api.storage.database import Database
from api.storage.models import (
    Channel,
    Conversation,
    Handoff,
    Role,
    Staff,
    StaffSession,
    Status,
    new_id,
)
from contract import HandoffReason
from tests.api.outbox.clock import Clock

on_both_engines = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
SECRET_KEY = "key"
PASSWORD = "correct horse battery"
BASE = "/api/v1/staff"


class Colleague:
    """A member of staff who is logged in."""

    def __init__(self, client: httpx2.AsyncClient, token: str) -> None:
        self._client = client
        self.token = token

    async def request(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self._client.request(method, BASE + path, json=body, headers=headers)

    async def get(self, path: str) -> Any:
        response = await self.request("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    async def do(self, conversation_id: str, act: str, **body: str) -> httpx2.Response:
        """One act on a case."""
        return await self.request("POST", f"/conversations/{conversation_id}/{act}", body)

    async def does(self, conversation_id: str, act: str, **body: str) -> Any:
        """One act that succeeds."""
        response = await self.do(conversation_id, act, **body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    async def case(self, conversation_id: str) -> Any:
        return await self.get(f"/conversations/{conversation_id}")

    async def queue(self, query: str = "") -> list[str]:
        """Ids of the conversations in the queue."""
        cases = (await self.get(f"/conversations{query}"))["cases"]
        return [case["conversation_id"] for case in cases]


class Office:
    def __init__(
        self, app: FastAPI, client: httpx2.AsyncClient, accounts: Accounts, clock: Clock
    ) -> None:
        self.app = app
        self.client = client
        self.accounts = accounts
        self.clock = clock
        self.database: Database = app.state.database

    async def login(
        self, username: str, password: str = PASSWORD, code: str | None = None
    ) -> httpx2.Response:
        body = {"username": username, "password": password, "code": code}
        return await self.client.post(f"{BASE}/login", json=body)

    async def hire(self, username: str, role: Role = Role.AGENT) -> Colleague:
        """A new account, logged in; its name is the username with 姐 behind it."""
        await self.accounts.create(username, f"{username}姐", role, PASSWORD)
        return Colleague(self.client, (await self.login(username)).json()["token"])

    async def hire_many(self, number: int) -> list[Colleague]:
        """Agents agent0, agent1, …, logged in; all of them in one transaction."""
        tokens_of = {f"agent{i}": tokens.new_token() for i in range(number)}
        async with self.database.write() as session:
            staff = [
                Staff(id=new_id(), username=u, name=f"{u}姐", role=Role.AGENT, password_hash="")
                for u in tokens_of
            ]
            session.add_all(staff)
            await session.flush()
            session.add_all(
                StaffSession(
                    staff_id=one.id,
                    token_hash=tokens.hash_token(tokens_of[one.username], SECRET_KEY),
                    expires_at=self.clock() + LIFETIME,
                )
                for one in staff
            )
        return [Colleague(self.client, token) for token in tokens_of.values()]

    async def conversation(self, worker_id: str | None = None) -> str:
        """A conversation with the bot, with one message of the worker."""
        async with self.database.write() as session:
            new = await access.create_conversation(session, Channel.WEB, token_hash=new_id())
            if worker_id is not None:
                new.worker_id = worker_id
                await session.flush()
            await access.add_worker_message(
                session, new.id, text="老板三个月没发工资", client_message_id="m1"
            )
        return new.id

    async def worker_of(self, conversation_id: str) -> str:
        async with self.database.read() as session:
            conversation = await access.find_conversation(session, conversation_id)
            assert conversation is not None
            return conversation.worker_id

    async def hand_over(self, conversation_id: str, priority: int = 2) -> str:
        """Put a conversation on the desk, as the bot would."""
        async with self.database.write() as session:
            conversation = await access.lock_conversation(session, conversation_id)
            first = (await access.messages_after(session, conversation_id, 0))[0]
            conversation.status = Status.WAITING
            session.add(
                Handoff(
                    conversation_id=conversation_id,
                    message_id=first.id,
                    reason=HandoffReason.LEGAL_CASE,
                    category="欠薪",
                    priority=priority,
                    summary="三个月没发工资",
                    case_facts={"employer": "某电子厂", "amount": "18000 元"},
                    package={"why": "涉及具体案情", "slots": {"months": 3}},
                )
            )
        return conversation_id

    async def case(self, priority: int = 2, worker_id: str | None = None) -> str:
        """A case that waits."""
        return await self.hand_over(await self.conversation(worker_id), priority)

    async def follow_up(self, conversation_id: str) -> Conversation:
        """The conversation that a message after closing opens."""
        async with self.database.write() as session:
            closed = await access.lock_conversation(session, conversation_id)
            following = await access.successor_of(session, closed)
            await access.add_worker_message(
                session, following.id, text="他又拖着不给", client_message_id="m2"
            )
        return following


@asynccontextmanager
async def running(
    database: Database, accounts: Accounts, sessions: Sessions, clock: Clock
) -> AsyncIterator[Office]:
    app = FastAPI()
    app.state.settings = Settings()
    app.state.database = database
    app.state.desk = Desk(database, message_max_chars=100)
    app.state.staff_sessions = sessions
    errors.install(app)
    app.include_router(routes.public)
    app.include_router(routes.own)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield Office(app, client, accounts, clock)
