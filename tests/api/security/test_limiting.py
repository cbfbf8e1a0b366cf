from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from pydantic import BaseModel
from starlette.types import Message

from api import errors
from api.security.client_address import parse_networks
from api.security.limiting import RateLimiting
from api.security.rate_limits import RateLimits
from api.security.windows import MemoryWindows
from tests.api.security.clock import FEW, Seconds

pytestmark = pytest.mark.anyio
CHAT = "/api/v1/conversations"
LOGIN = "/api/v1/staff/login"


class Login(BaseModel):
    username: str


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def app(clock: Seconds) -> FastAPI:
    limits = RateLimits(MemoryWindows(clock), rules=FEW, clock=clock)
    rate_limiting = RateLimiting(limits, parse_networks(["127.0.0.0/8"]))
    app = FastAPI(dependencies=[Depends(rate_limiting)])
    errors.install(app)
    router = APIRouter(prefix=CHAT)
    router.add_api_route("", lambda: None, methods=["POST"])
    router.add_api_route("/{conversation_id}/messages", lambda: None, methods=["GET", "POST"])
    app.include_router(router)

    @app.post(LOGIN)
    async def login(body: Login) -> None: ...

    @app.delete("/api/v1/me")
    async def delete() -> None: ...

    @app.websocket(f"{CHAT}/{{conversation_id}}/ws")
    async def ws(websocket: WebSocket, conversation_id: str) -> None:
        await websocket.accept()

    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def post(
    client: httpx2.AsyncClient, url: str, address: str = "192.0.2.1", **kw: object
) -> int:
    response = await client.post(url, headers={"X-Forwarded-For": address}, **kw)
    return response.status_code


async def test_a_refusal_says_when_to_come_back(client: httpx2.AsyncClient, clock: Seconds) -> None:
    for _ in range(10):
        assert await post(client, CHAT) == 200
        clock.forward(1)
    refused = await client.post(CHAT, headers={"X-Forwarded-For": "192.0.2.1"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "50"
    error = refused.json()["error"]
    assert error["code"] == "too_many_requests"
    assert error["message"]
    assert await post(client, CHAT, "192.0.2.2") == 200
    clock.forward(50)
    assert await post(client, CHAT) == 200


async def test_messages_are_limited_by_conversation_and_address(client: httpx2.AsyncClient) -> None:
    sent = [
        await post(client, f"{CHAT}/{conversation}/messages")
        for conversation in range(7)
        for _ in range(21)
    ]
    assert sent[:21] == [200] * 20 + [429]
    assert sent.count(200) == 120
    assert await post(client, f"{CHAT}/0/messages", "192.0.2.2") == 429
    assert await post(client, f"{CHAT}/9/messages", "192.0.2.2") == 200


async def test_reading_is_not_limited(client: httpx2.AsyncClient) -> None:
    for _ in range(130):
        assert (await client.get(f"{CHAT}/1/messages")).status_code == 200


async def test_logins_are_limited_by_address_and_username(client: httpx2.AsyncClient) -> None:
    ann, bob = {"username": "ann"}, {"username": "bob"}
    assert [await post(client, LOGIN, json=ann) for _ in range(6)] == [200] * 5 + [429]
    assert await post(client, LOGIN, json=bob) == 200
    assert await post(client, LOGIN, "192.0.2.2", json=ann) == 200
    assert await post(client, LOGIN, content=b"{") == 422
    for odd in ([], {"username": None}, "ann"):
        assert await post(client, LOGIN, json=odd) == 422


async def test_a_token_is_limited_wherever_it_comes_from(client: httpx2.AsyncClient) -> None:
    codes = [
        (
            await client.delete(
                "/api/v1/me",
                headers={"Authorization": "Bearer t", "X-Forwarded-For": f"192.0.2.{number}"},
            )
        ).status_code
        for number in range(6)
    ]
    assert codes == [200] * 5 + [429]


async def test_a_socket_opens_uncounted(app: FastAPI) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    path = f"{CHAT}/1/ws"
    scope = {"type": "websocket", "path": path, "headers": [], "query_string": b""}
    await app(scope | {"subprotocols": []}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.accept"]
