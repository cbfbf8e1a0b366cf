import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from api.conversations.dialogue import BotUnavailableError, DialogueServers, Question, new_client
from tests.api import fake_rasa

QUESTION = Question("c1", 0, "m1", "年假有几天", "web")
BODY = fake_rasa.turn({"kind": "chat", "text": "好"})
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def servers(*urls: str) -> DialogueServers:
    return DialogueServers(new_client(), list(urls), secret="s", timeout_s=1, max_chars=10)


@asynccontextmanager
async def saying(response: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that says this to whoever calls, and then hangs up."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(response)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", heard


@asynccontextmanager
async def asking(*urls: str) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    dialogue = servers(*urls)

    async def ask() -> str:
        return (await dialogue.ask(QUESTION)).replies[0].text

    yield ask
    await dialogue.close()


@pytest.mark.anyio
async def test_what_the_bot_says() -> None:
    async with saying(WHOLE) as (url, heard), asking(url) as ask:
        assert await ask() == "好"
        assert b"Authorization: Bearer s" in heard[0]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("response", "cause"),
    [
        (WHOLE[:-5], "ClientPayloadError"),
        (b"", "ServerDisconnectedError"),
        (b"nothing of the kind\r\n\r\n", "ClientResponseError"),
    ],
    ids=["cut off", "hung up", "no HTTP"],
)
async def test_a_server_that_breaks_off_is_unavailable(response: bytes, cause: str) -> None:
    async with saying(response) as (url, heard), asking(url) as ask:
        for _ in range(3):
            with pytest.raises(BotUnavailableError) as caught:
                await ask()
        assert caught.value.cause in (cause, "circuit open")
        assert heard


@pytest.mark.anyio
@pytest.mark.parametrize("status", [302, 307])
async def test_nobody_else_is_told_what_a_worker_wrote(status: int) -> None:
    async with saying(WHOLE) as (elsewhere, told):
        moved = b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
        async with saying(moved % (status, elsewhere.encode())) as (url, _), asking(url) as ask:
            with pytest.raises(BotUnavailableError, match=str(status)):
                await ask()
        assert told == []


def test_losing_a_server_moves_only_its_own_conversations() -> None:
    three, two = servers("a", "b", "c"), servers("a", "b")
    ids = [f"conversation-{number}" for number in range(300)]
    for conversation_id in ids:
        first = three.ranked(conversation_id)[0]
        if first != "c":
            assert two.ranked(conversation_id)[0] == first
    share = sum(three.ranked(conversation_id)[0] == "c" for conversation_id in ids)
    assert 60 < share < 140
