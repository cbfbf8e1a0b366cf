import json
from collections import Counter
from itertools import count

import httpx2
import pytest

from benchmarks.soak_workers import Book, Crowd

pytestmark = pytest.mark.anyio
PATH = "/api/v1/conversations"


class FakeGateway:
    """Answers each message with one reply; the first attempt at each with ``failure`` instead."""

    def __init__(self, failure: httpx2.Response | None = None) -> None:
        self.failure = failure
        self.attempts: Counter[str] = Counter()
        self.replies: dict[str, str] = {}
        self._numbers = count()

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        if request.url.path == PATH:
            found = {"conversation_id": f"c{next(self._numbers)}", "token": "t"}
            return httpx2.Response(201, json=found)
        key = body["client_message_id"]
        self.attempts[key] += 1
        if self.failure is not None and self.attempts[key] == 1:
            return self.failure
        reply = self.replies.setdefault(key, f"r{next(self._numbers)}")
        return httpx2.Response(200, json={"messages": [{"id": reply}], "status": "waiting"})

    async def serve(self) -> Book:
        """Let one second's workers come."""
        book = Book()
        await Crowd(self.connect, ["你好"], book, seed=1).come(rate=30, seconds=0.3)
        return book

    def connect(self) -> httpx2.AsyncClient:
        transport = httpx2.MockTransport(self.answer)
        return httpx2.AsyncClient(transport=transport, base_url="http://gateway")


async def test_workers_write_down_what_they_are_told() -> None:
    gateway = FakeGateway()
    book = await gateway.serve()
    assert book.sent
    assert sorted(book.sent) == sorted(gateway.attempts)
    assert {asked.key: asked.replies for asked in book.asked} == {
        key: (reply,) for key, reply in gateway.replies.items()
    }
    assert book.different_on_repetition == book.given_up == 0


async def test_what_fails_is_repeated_and_its_shape_is_looked_at() -> None:
    error = {"error": {"code": "x", "message": "y", "request_id": "z"}}
    gateway = FakeGateway(httpx2.Response(503, json=error))
    book = await gateway.serve()
    assert min(gateway.attempts.values()) >= 2
    assert book.outcomes["503"] == len(book.sent)
    assert book.errors_of_another_shape == 0


async def test_an_error_of_another_shape_is_found() -> None:
    book = await FakeGateway(httpx2.Response(500, text="<html>")).serve()
    assert book.errors_of_another_shape == len(book.sent)
