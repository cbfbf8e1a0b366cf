"""The gateway under test, over its HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx2

from api.app import create_app
from api.settings import Settings
from api.storage.database import Database

_numbers = count()


class Worker:
    """A worker in one conversation."""

    def __init__(self, client: httpx2.AsyncClient, created: dict[str, Any]) -> None:
        self.client = client
        self.created = created
        self.id = created["conversation_id"]
        self.headers = {"Authorization": f"Bearer {created['token']}"}
        self.url = f"/api/v1/conversations/{self.id}/messages"

    async def post(self, text: str, client_message_id: str | None = None) -> httpx2.Response:
        body = {"text": text, "client_message_id": client_message_id or f"m{next(_numbers)}"}
        return await self.client.post(self.url, json=body, headers=self.headers)

    async def say(self, text: str, client_message_id: str | None = None) -> dict[str, Any]:
        response = await self.post(text, client_message_id)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    async def history(self, after: str | None = None) -> dict[str, Any]:
        params = {"after": after} if after else {}
        response = await self.client.get(self.url, params=params, headers=self.headers)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result


class Gateway:
    def __init__(self, app: Any, client: httpx2.AsyncClient) -> None:
        self.app = app
        self.client = client

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    async def worker(self) -> Worker:
        response = await self.client.post("/api/v1/conversations", json={"channel": "web"})
        assert response.status_code == 201, response.text
        return Worker(self.client, response.json())


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Gateway]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield Gateway(app, client)
