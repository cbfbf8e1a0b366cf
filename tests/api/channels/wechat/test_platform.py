import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from api.channels.wechat.platform import Platform
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from tests.api.channels.wechat import api_server
from tests.api.channels.wechat.api_server import STABLE_TOKEN, Answer, ApiServer, error
from tests.api.channels.wechat.gateways import Gateways, gateways

pytestmark = pytest.mark.anyio
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
MEDIA = "/cgi-bin/media/get"
GET_MENU = "/cgi-bin/menu/get"
CREATE_MENU = "/cgi-bin/menu/create"
MENU = {"button": [{"type": "click", "name": "找人工", "key": "person"}]}


@pytest.fixture
async def api() -> AsyncIterator[ApiServer]:
    async with api_server.running() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """Follows redirects unless it is told not to."""
    async with httpx2.AsyncClient(
        trust_env=False, timeout=None, follow_redirects=True, verify=False
    ) as client:
        yield client


@pytest.fixture
async def office(
    tmp_path: Path, migrated_file: Path, api: ApiServer, client: httpx2.AsyncClient
) -> AsyncIterator[Gateways]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    url = f"sqlite+aiosqlite:///{tmp_path}/gateway.db"
    async with gateways(url, api, client) as office:
        yield office


@pytest.fixture
def platform(office: Gateways, api: ApiServer, client: httpx2.AsyncClient) -> Platform:
    return Platform(client, office.start(), api.url, timeout_s=1.0)


async def outcome_of(call: Awaitable[object]) -> tuple[PlatformOutcome, int | None]:
    with pytest.raises(PlatformError) as caught:
        await call
    return caught.value.outcome, caught.value.errcode


async def test_a_text_is_sent_as_it_is(platform: Platform, api: ApiServer) -> None:
    await platform.send_text("o-1", "您好，“工会”😀\n<a>")
    [request] = api.calls(SEND)
    assert (request.method, request.query) == ("POST", {"access_token": api.token(1)})
    assert "您好，“工会”😀" in request.body.decode()  # not as escapes
    assert request.json == {
        "touser": "o-1",
        "msgtype": "text",
        "text": {"content": "您好，“工会”😀\n<a>"},
    }


async def test_a_menu_message(platform: Platform, api: ApiServer) -> None:
    await platform.send_menu("o-1", "满意吗", [("1", "满意"), ("2", "不满意")], "谢谢您")
    assert api.calls(SEND)[0].json == {
        "touser": "o-1",
        "msgtype": "msgmenu",
        "msgmenu": {
            "head_content": "满意吗",
            "list": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}],
            "tail_content": "谢谢您",
        },
    }


@pytest.mark.parametrize(("on", "command"), [(True, "Typing"), (False, "CancelTyping")])
async def test_the_typing_indicator(
    platform: Platform, api: ApiServer, on: bool, command: str
) -> None:
    await platform.typing("o-1", on=on)
    assert api.calls(TYPING)[0].json == {"touser": "o-1", "command": command}


async def test_one_token_does_for_many_calls(platform: Platform, api: ApiServer) -> None:
    for _ in range(3):
        await platform.send_text("o-1", "您好")
    assert len(api.calls(STABLE_TOKEN)) == 1


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_rejected_token_is_renewed_and_the_call_repeated(
    platform: Platform, api: ApiServer, errcode: int
) -> None:
    api.will(SEND, error(errcode))
    await platform.send_text("o-1", "您好")
    tokens = [request.query["access_token"] for request in api.calls(SEND)]
    assert tokens == [api.token(1), api.token(2)]
    assert api.forced == [False, True]


async def test_once_only(platform: Platform, api: ApiServer) -> None:
    api.will(SEND, error(42001), error(40001), error(40001))
    outcome = await outcome_of(platform.send_text("o-1", "您好"))
    assert outcome == (PlatformOutcome.TOKEN_REJECTED, 40001)
    assert [len(api.calls(SEND)), len(api.calls(STABLE_TOKEN))] == [2, 2]


async def test_wrong_credentials_are_not_repeated(platform: Platform, api: ApiServer) -> None:
    api.will(STABLE_TOKEN, error(40001))
    outcome = await outcome_of(platform.send_text("o-1", "您好"))
    assert outcome == (PlatformOutcome.TOKEN_REJECTED, 40001)
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("errcode", "outcome"),
    [
        (45015, PlatformOutcome.OUT_OF_WINDOW),
        (45047, PlatformOutcome.QUOTA_USED),
        (-1, PlatformOutcome.BUSY),
        (12345, PlatformOutcome.REFUSED),
    ],
)
async def test_a_refusal_is_told_and_the_call_not_repeated(
    platform: Platform, api: ApiServer, errcode: int, outcome: PlatformOutcome
) -> None:
    api.will(SEND, error(errcode))
    assert await outcome_of(platform.send_text("o-1", "您好")) == (outcome, errcode)
    assert len(api.calls(SEND)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>busy</html>", content_type="text/html"),
        Answer(b""),
        Answer(b"\xff\xfe"),
        Answer(b"[" * 100_000),
        Answer(b'"ok"'),
        Answer(b'{"errcode":"0"}'),
        Answer(b'{"errcode":null}'),
        Answer(b" " * (1024 * 1024 + 1)),
        Answer(b'{"errcode":0}', status="500 Internal Server Error"),
        Answer(b'{"errcode":0}', status="502 Bad Gateway"),
        Answer(b'{"errcode":0}', status="404 Not Found"),
        Answer(b'{"errcode":', length=100),
        Answer(b'{"errcode":0}', status="307 Temporary Redirect\r\nLocation: {url}/elsewhere"),
    ],
)
async def test_what_is_not_the_platforms_answer_is_none(
    platform: Platform, api: ApiServer, answer: Answer
) -> None:
    answer.status = answer.status.format(url=api.url)
    api.will(SEND, answer)
    outcome = await outcome_of(platform.send_text("o-1", "您好"))
    assert outcome == (PlatformOutcome.UNREACHABLE, None)
    assert {request.path for request in api.requests} == {STABLE_TOKEN, SEND}


async def test_silence_is_a_timeout(
    office: Gateways, api: ApiServer, client: httpx2.AsyncClient
) -> None:
    tokens = office.start()
    await tokens.get()
    api.is_silent = True
    hasty = Platform(client, tokens, api.url, timeout_s=0.05)
    for call in (hasty.send_text("o-1", "您好"), hasty.fetch_media("m", 100)):
        assert await outcome_of(call) == (PlatformOutcome.UNREACHABLE, None)


async def test_nobody_there(office: Gateways, client: httpx2.AsyncClient, unused_url: str) -> None:
    platform = Platform(client, office.start(), unused_url)
    outcome = await outcome_of(platform.send_text("o-1", "您好"))
    assert outcome == (PlatformOutcome.UNREACHABLE, None)


async def test_one_who_is_called_off_leaves_no_error_behind(
    platform: Platform, api: ApiServer
) -> None:
    await platform.send_text("o-1", "您好")
    api.is_silent = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await platform.send_text("o-1", "您好")


async def test_a_file_is_fetched(platform: Platform, api: ApiServer) -> None:
    picture = bytes(range(256)) * 64
    api.will(MEDIA, Answer(picture, content_type="image/jpeg"))
    assert await platform.fetch_media("media 1&x", len(picture)) == picture
    [request] = api.calls(MEDIA)
    assert request.method == "GET"
    assert request.query == {"access_token": api.token(1), "media_id": "media 1&x"}


@pytest.mark.parametrize("length", [None, 50])
async def test_a_file_that_is_too_large_is_not_fetched(
    platform: Platform, api: ApiServer, length: int | None
) -> None:
    api.will(MEDIA, Answer(b"x" * 101, content_type="image/jpeg", length=length))
    call = platform.fetch_media("m", 100 if length is None else 49)
    assert await outcome_of(call) == (PlatformOutcome.TOO_LARGE, None)


async def test_a_file_that_does_not_say_how_long_it_is_has_a_limit_too(
    platform: Platform, api: ApiServer
) -> None:
    chunked = b"".join(b"64\r\n" + b"x" * 100 + b"\r\n" for _ in range(100)) + b"0\r\n\r\n"
    answer = Answer(chunked, content_type="image/jpeg", is_chunked=True)
    api.will(MEDIA, answer)
    assert await outcome_of(platform.fetch_media("m", 500)) == (PlatformOutcome.TOO_LARGE, None)


async def test_a_file_that_breaks_off_is_none(platform: Platform, api: ApiServer) -> None:
    api.will(MEDIA, Answer(b"x" * 10, content_type="image/jpeg", length=20))
    assert await outcome_of(platform.fetch_media("m", 100)) == (PlatformOutcome.UNREACHABLE, None)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/plain"])
async def test_a_file_that_is_gone(platform: Platform, api: ApiServer, content_type: str) -> None:
    gone = error(40007)
    gone.content_type = content_type
    api.will(MEDIA, gone)
    assert await outcome_of(platform.fetch_media("m", 5)) == (PlatformOutcome.MEDIA_GONE, 40007)


async def test_a_rejected_token_is_renewed_for_a_file_too(
    platform: Platform, api: ApiServer
) -> None:
    api.will(MEDIA, error(40001), Answer(b"picture", content_type="image/png"))
    assert await platform.fetch_media("m", 100) == b"picture"


async def test_a_video_is_not_looked_for_elsewhere(platform: Platform, api: ApiServer) -> None:
    api.will(MEDIA, Answer(json.dumps({"video_url": f"{api.url}/video"}).encode()))
    assert await outcome_of(platform.fetch_media("m", 100)) == (PlatformOutcome.REFUSED, None)
    assert {request.path for request in api.requests} == {STABLE_TOKEN, MEDIA}


async def test_the_menu_that_was_published(platform: Platform, api: ApiServer) -> None:
    api.will(GET_MENU, Answer(json.dumps({"menu": MENU}).encode()), error(46003), Answer(b"{}"))
    assert await platform.menu() == MENU
    assert await platform.menu() is None
    assert await outcome_of(platform.menu()) == (PlatformOutcome.UNREACHABLE, None)


async def test_a_menu_is_published(platform: Platform, api: ApiServer) -> None:
    await platform.publish_menu(MENU)
    assert api.calls(CREATE_MENU)[0].json == MENU
    assert "找人工" in api.calls(CREATE_MENU)[0].body.decode()


@pytest.mark.parametrize(
    "call",
    [
        lambda platform: platform.send_menu("o-1", "", [], ""),
        lambda platform: platform.typing("o-1", on=True),
        lambda platform: platform.menu(),
        lambda platform: platform.publish_menu(MENU),
        lambda platform: platform.fetch_media("m", 100),
    ],
)
async def test_every_call_tells_that_the_address_is_not_allowed(
    platform: Platform, api: ApiServer, call: Callable[[Platform], Awaitable[object]]
) -> None:
    for path in (SEND, TYPING, GET_MENU, CREATE_MENU, MEDIA):
        api.will(path, error(40164))
    assert await outcome_of(call(platform)) == (PlatformOutcome.ADDRESS_NOT_ALLOWED, 40164)
