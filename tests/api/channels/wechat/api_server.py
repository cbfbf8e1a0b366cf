"""A small HTTP server that answers as the platform's API, or as it should not."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

STABLE_TOKEN = "/cgi-bin/stable_token"


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    body: bytes
    status: str = "200 OK"
    """And further header lines."""
    content_type: str = "application/json; charset=utf-8"
    length: int | None = None
    """What is announced, where that is not the truth."""
    is_chunked: bool = False


def error(errcode: int) -> Answer:
    return Answer(json.dumps({"errcode": errcode, "errmsg": "quotes token and secret"}).encode())


class ApiServer:
    """Tokens are ``token-1`` and so on, padded to 512 characters; an answer that was not ordered
    is ``{"errcode": 0}``. While ``gate`` is closed no token is given, and with ``is_silent``
    nothing is answered."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.expires_in = 7200
        self.gate = asyncio.Event()
        self.gate.set()
        self._arrivals = asyncio.Condition()
        self.is_silent = False
        self._released = asyncio.Event()

    def will(self, path: str, *answers: Answer) -> None:
        self.answers[path].extend(answers)

    def calls(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def got(self, number: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(10), self._arrivals:
            await self._arrivals.wait_for(lambda: len(self.requests) >= number)

    @property
    def forced(self) -> list[bool]:
        """Of every call for a token, whether it was to be a new one."""
        return [request.json["force_refresh"] for request in self.calls(STABLE_TOKEN)]

    @staticmethod
    def token(number: int) -> str:
        return f"token-{number}".ljust(512, "x")

    async def _answer_to(self, request: Request) -> Answer:
        if self.is_silent:
            await self._released.wait()
        is_token = request.path == STABLE_TOKEN
        number = len(self.calls(STABLE_TOKEN))
        if is_token:
            await self.gate.wait()
        if self.answers[request.path]:
            return self.answers[request.path].popleft()
        if is_token:
            given = {"access_token": self.token(number), "expires_in": self.expires_in}
            return Answer(json.dumps(given).encode())
        return Answer(b'{"errcode":0,"errmsg":"ok"}')

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = head.split(" ")
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                address = urlsplit(target)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                request = Request(method, address.path, query, headers, body)
                async with self._arrivals:
                    self.requests.append(request)
                    self._arrivals.notify_all()
                answer = await self._answer_to(request)
                length = len(answer.body) if answer.length is None else answer.length
                framing = f"Content-Length: {length}"
                if answer.is_chunked:
                    framing = "Transfer-Encoding: chunked"
                writer.write(
                    f"HTTP/1.1 {answer.status}\r\nContent-Type: {answer.content_type}\r\n"
                    f"{framing}\r\n\r\n".encode()
                    + answer.body
                )
                await writer.drain()
                if answer.length is not None:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def release(self) -> None:
        self._released.set()
        self.gate.set()


@asynccontextmanager
async def running() -> AsyncIterator[ApiServer]:
    api = ApiServer()
    server = await asyncio.start_server(api._serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield api
    finally:
        api.release()
        server.close()
