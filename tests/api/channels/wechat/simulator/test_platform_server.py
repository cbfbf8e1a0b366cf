import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.simulator import By, Code, SimulatedAccount
from api.channels.wechat.simulator.clock import MovableClock
from api.channels.wechat.simulator.faults import Drop
from api.channels.wechat.simulator.messages import Credit
from api.channels.wechat.simulator.platform_server import (
    CREATE_MENU,
    GET_MENU,
    MEDIA,
    SEND,
    STABLE_TOKEN,
    TYPING,
    platform_app,
)
from api.channels.wechat.simulator.serving import serving
from api.channels.wechat.simulator.state import MEDIA_KEPT, PlatformState, Profile
from tests.api.channels.wechat.simulator.still_clock import still_clock

pytestmark = pytest.mark.anyio


class Api:
    """The account's program."""

    def __init__(self, state: PlatformState, client: httpx2.AsyncClient) -> None:
        self.state = state
        self.client = client
        self.token = state.tokens.give(forced=False)[0]

    async def post(self, path: str, body: Any) -> int:
        answer = await self.client.post(path, params={"access_token": self.token}, json=body)
        code: int = answer.json()["errcode"]
        return code

    async def get(self, path: str, **query: str) -> httpx2.Response:
        return await self.client.get(path, params={"access_token": self.token, **query})

    async def send(self, text: str, openid: str = "o1") -> int:
        return await self.post(SEND, text_message(text, openid))


def text_message(text: str, openid: str = "o1") -> dict[str, Any]:
    return {"touser": openid, "msgtype": "text", "text": {"content": text}}


def menu_message(head: str, tail: str = "") -> dict[str, Any]:
    options = [{"id": "a", "content": "满意"}, {"id": "b", "content": "不满意"}]
    menu = {"head_content": head, "list": options, "tail_content": tail}
    return {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu}


@pytest.fixture
def clock() -> MovableClock:
    return still_clock()


@pytest.fixture
def account() -> SimulatedAccount:
    return SimulatedAccount()


@pytest.fixture
def state(account: SimulatedAccount, clock: MovableClock) -> PlatformState:
    return PlatformState(account, clock)


@pytest.fixture
def profile(state: PlatformState) -> Profile:
    """A follower who has just written."""
    profile = state.profiles["o1"] = Profile("o1", is_following=True)
    profile.note(Credit.MESSAGE, state.clock())
    return profile


@pytest.fixture
async def api(state: PlatformState, profile: Profile) -> AsyncIterator[Api]:
    transport = httpx2.ASGITransport(platform_app(state))
    async with httpx2.AsyncClient(transport=transport, base_url="http://platform") as client:
        yield Api(state, client)


class TestStableToken:
    @pytest.fixture
    def request_body(self, account: SimulatedAccount) -> dict[str, Any]:
        return {
            "grant_type": "client_credential",
            "appid": account.app_id,
            "secret": account.secret,
        }

    async def test_gives_a_token_and_a_new_one_by_force(
        self, api: Api, request_body: dict[str, Any]
    ) -> None:
        answer = await api.client.post(STABLE_TOKEN, json=request_body)
        assert answer.json() == {"access_token": api.token, "expires_in": 7200}
        forced = await api.client.post(STABLE_TOKEN, json=request_body | {"force_refresh": True})
        assert forced.json()["access_token"] != api.token

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"grant_type": "x"}, Code.INVALID_GRANT_TYPE),
            ({"appid": "x"}, Code.INVALID_APP_ID),
            ({"secret": "x"}, Code.INVALID_SECRET),
        ],
    )
    async def test_refuses_who_is_not_the_account(
        self, api: Api, request_body: dict[str, Any], wrong: dict[str, str], code: Code
    ) -> None:
        answer = await api.client.post(STABLE_TOKEN, json=request_body | wrong)
        assert answer.json()["errcode"] == code


class TestSend:
    async def test_a_text_comes_to_the_screen(self, api: Api, profile: Profile) -> None:
        assert await api.send("您好") == 0
        [shown] = profile.screen.shown
        assert (shown.text, shown.by) == ("您好", By.CUSTOMER_SERVICE)

    async def test_a_menu_message_can_be_tapped(self, api: Api, profile: Profile) -> None:
        assert await api.post(SEND, menu_message("满意吗？", "谢谢")) == 0
        [shown] = profile.screen.shown
        assert shown.text == "满意吗？\n满意\n不满意\n谢谢"
        assert [(link.menu_id, link.message) for link in shown.links] == [
            ("a", "满意"),
            ("b", "不满意"),
        ]

    async def test_five_messages_and_no_more(self, api: Api, profile: Profile) -> None:
        codes = [await api.send(f"{number}") for number in range(6)]
        assert codes == [0] * 5 + [Code.QUOTA_USED]
        assert len(profile.screen) == 5

    async def test_not_after_48_hours(self, api: Api, clock: MovableClock) -> None:
        clock.advance(timedelta(hours=48))
        api.token = api.state.tokens.give(forced=False)[0]
        assert await api.send("您好") == Code.OUT_OF_WINDOW

    @pytest.mark.parametrize(
        ("text", "code"), [("工" * 682, Code.OK), ("工" * 682 + "abc", Code.TOO_LONG)]
    )
    async def test_2048_bytes(self, api: Api, text: str, code: Code) -> None:
        assert await api.send(text) == code

    async def test_a_refused_message_costs_nothing(self, api: Api, profile: Profile) -> None:
        await api.send("工" * 1000)
        await api.send(" ")
        assert profile.quota.left(api.state.clock()) == 5

    async def test_only_to_followers(self, api: Api, profile: Profile) -> None:
        assert await api.send("您好", "nobody") == Code.INVALID_OPENID
        profile.is_following = False
        assert await api.send("您好") == Code.NOT_FOLLOWING

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ([], Code.INVALID_JSON),
            ({"touser": "o1"}, Code.INVALID_MESSAGE_TYPE),
            ({"touser": "o1", "msgtype": "text"}, Code.INVALID_MESSAGE_TYPE),
            ({"touser": "o1", "msgtype": "msgmenu", "msgmenu": {}}, Code.INVALID_JSON),
            (text_message(" "), Code.EMPTY_TEXT),
        ],
    )
    async def test_what_is_no_message_is_refused(self, api: Api, body: Any, code: Code) -> None:
        assert await api.post(SEND, body) == code

    async def test_what_is_not_json_is_refused(self, api: Api) -> None:
        answer = await api.client.post(SEND, params={"access_token": api.token}, content=b"{")
        assert answer.json()["errcode"] == Code.INVALID_JSON


class TestUnverifiedAccount:
    @pytest.fixture
    def account(self) -> SimulatedAccount:
        return SimulatedAccount(kind=WechatAccount.UNVERIFIED)

    @pytest.mark.parametrize("path", [SEND, TYPING, CREATE_MENU])
    async def test_may_not_call(self, api: Api, path: str) -> None:
        assert await api.post(path, text_message("您好")) == Code.NOT_PERMITTED


class TestTyping:
    async def test_is_shown_for_a_while(
        self, api: Api, profile: Profile, clock: MovableClock
    ) -> None:
        assert await self.type(api) == 0
        assert await self.type(api) == Code.ALREADY_TYPING
        assert await self.type(api, "CancelTyping") == 0
        assert await self.type(api) == 0
        clock.advance(timedelta(seconds=15))
        assert await self.type(api) == 0

    async def test_only_soon_after_a_contact(self, api: Api, clock: MovableClock) -> None:
        clock.advance(timedelta(seconds=31))
        assert await self.type(api) == Code.TYPING_TOO_LATE

    async def test_knows_two_commands(self, api: Api) -> None:
        assert await self.type(api, "Sleeping") == Code.INVALID_TYPING_COMMAND

    @staticmethod
    async def type(api: Api, command: str = "Typing") -> int:
        return await api.post(TYPING, {"touser": "o1", "command": command})


async def test_media_is_kept_for_three_days(api: Api, clock: MovableClock) -> None:
    media_id = api.state.keep_media(b"\xff\xd8", "image/jpeg", "jpg")
    answer = await api.get(MEDIA, media_id=media_id)
    assert (answer.content, answer.headers["content-type"]) == (b"\xff\xd8", "image/jpeg")
    assert (await api.get(MEDIA, media_id="x")).json()["errcode"] == Code.INVALID_MEDIA_ID
    clock.advance(MEDIA_KEPT)
    api.token = api.state.tokens.give(forced=False)[0]
    answer = await api.get(MEDIA, media_id=media_id)
    assert answer.json()["errcode"] == Code.INVALID_MEDIA_ID


async def test_a_menu_is_stored(api: Api) -> None:
    assert (await api.get(GET_MENU)).json()["errcode"] == Code.NO_MENU
    menu = {"button": [{"type": "click", "name": "办事", "key": "topics"}]}
    assert await api.post(CREATE_MENU, menu) == 0
    assert (await api.get(GET_MENU)).json() == {"menu": menu}


class TestFaults:
    async def test_a_token_ends(self, api: Api) -> None:
        api.state.tokens.expire()
        assert await api.send("您好") == Code.ACCESS_TOKEN_EXPIRED

    async def test_calls_fail_as_often_as_wanted(self, api: Api, profile: Profile) -> None:
        api.state.faults.fail_next(Code.BUSY, 2)
        codes = [await api.send("您好") for _ in range(3)]
        assert codes == [Code.BUSY, Code.BUSY, 0]
        assert len(profile.screen) == 1

    async def test_only_calls_of_a_path_fail(self, api: Api) -> None:
        api.state.faults.fail_next(Code.TOO_FREQUENT, path=TYPING)
        assert await api.send("您好") == 0
        assert await TestTyping.type(api) == Code.TOO_FREQUENT

    async def test_the_address_is_not_allowed(self, api: Api) -> None:
        api.state.faults.refuses_address = True
        assert await api.send("您好") == Code.ADDRESS_NOT_ALLOWED
        answer = await api.client.post(STABLE_TOKEN, json={})
        assert answer.json()["errcode"] == Code.ADDRESS_NOT_ALLOWED

    async def test_calls_take_their_time(self, api: Api) -> None:
        api.state.faults.latency_s = 0.05
        loop = asyncio.get_running_loop()
        started = loop.time()
        await api.send("您好")
        assert loop.time() - started >= 0.05

    @pytest.mark.parametrize(("when", "shown"), [(Drop.BEFORE, 0), (Drop.AFTER, 1)])
    async def test_the_connection_breaks_off(
        self, state: PlatformState, profile: Profile, when: Drop, shown: int
    ) -> None:
        state.faults.drop_next(when=when)
        async with (
            serving(platform_app(state)) as url,
            httpx2.AsyncClient(base_url=url, trust_env=False) as client,
        ):
            api = Api(state, client)
            with pytest.raises(httpx2.TransportError):
                await api.send("您好")
            assert len(profile.screen) == shown
            assert await api.send("您好") == 0

    async def test_every_call_is_noted(self, api: Api) -> None:
        await api.send("您好")
        await api.send("您好", "nobody")
        assert [(call.path, call.code) for call in api.state.calls] == [
            (SEND, Code.OK),
            (SEND, Code.INVALID_OPENID),
        ]
