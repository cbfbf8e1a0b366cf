"""No personal data reaches a log, whatever happens: every line of every logger at DEBUG is read."""

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from api import logs
from api.channels.wechat.accounts import WechatAccount
from api.conversations import access
from api.settings import Settings
from api.storage.models import Channel, Conversation, Role
from tests.api import fake_rasa
from tests.api.attachments.samples import HTML, jpeg
from tests.api.channels.wechat import api_server
from tests.api.channels.wechat.account import Follower, running, with_account
from tests.api.channels.wechat.api_server import Answer, ApiServer
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway, Worker
from tests.api.members.people import id_number
from tests.security.fuzzing.furniture import PASSWORD
from tests.security.staff import hired

pytestmark = pytest.mark.anyio
NAME, PHONE, ID_NUMBER = "欧阳若曦", "13812345678", id_number(4711)
BANK_CARD, MAIL = "6222021234567890123", "ruoxi.ouyang@example.org"
OPENID = "oSecretFollower_0123456789ab"
EMPLOYER, DEED = "余杭秘制电子厂", "老板拿烟灰缸砸我"
ALL = f"我叫{NAME}，身份证{ID_NUMBER}，电话{PHONE}，卡号{BANK_CARD}，邮箱{MAIL}，{EMPLOYER}，{DEED}"
SECRETS = (NAME, PHONE, ID_NUMBER, ID_NUMBER[-6:], BANK_CARD, MAIL, OPENID, EMPLOYER, DEED)
_SEND = "/cgi-bin/message/custom/send"
_keys = count()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that a gateway started with UNION_LOG_LEVEL=DEBUG writes."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("DEBUG")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def platform() -> AsyncIterator[ApiServer]:
    async with api_server.running() as api:
        yield api


@asynccontextmanager
async def gateway_with_account(settings: Settings, platform: ApiServer) -> AsyncIterator[Gateway]:
    account = with_account(
        settings,
        wechat_account=WechatAccount.VERIFIED_SERVICE,
        wechat_app_secret=SecretStr("secret"),
        wechat_api_base=platform.url,
    )
    async with running(account) as gateway:
        yield gateway


async def test_no_personal_data_reaches_a_log(
    settings: Settings,
    rasa: FakeRasa,
    platform: ApiServer,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with gateway_with_account(settings, platform) as gateway:
        worker = await gateway.worker()
        await _talks(worker, rasa)
        await _sends_what_is_refused(gateway, worker)
        await _fails(worker, rasa, monkeypatch)
        await _has_a_case(gateway, worker, rasa)
        await _follows(gateway, rasa, platform)
        await gateway.client.get("/api/v1/me/export", headers=worker.headers)
        await gateway.client.delete("/api/v1/me", headers=worker.headers)
    text = log.getvalue()
    for event in ("turn failed", "bot unavailable", "storage unavailable", "wechat", '"request"'):
        assert event in text, event
    assert '"level": "debug"' in text
    for secret in (*SECRETS, worker.created["token"], PASSWORD):
        for spelling in {secret, quote(secret), secret.encode("unicode-escape").decode()}:
            assert spelling not in text, _around(text, spelling)


async def _talks(worker: Worker, rasa: FakeRasa) -> None:
    await worker.say(ALL)
    rasa.answer = lambda _: fake_rasa.turn({"kind": "chat", "text": ALL}, slots={"who": NAME})
    await worker.say(ALL)
    rating = {"score": 1, "comment": ALL}
    url = f"/api/v1/conversations/{worker.id}/rating"
    await worker.client.post(url, json=rating, headers=worker.headers)


async def _sends_what_is_refused(gateway: Gateway, worker: Worker) -> None:
    client, headers = gateway.client, worker.headers
    await worker.post("")
    await client.post(worker.url, content=ALL.encode(), headers=headers)
    await client.post(worker.url, json={ALL: ALL}, headers=headers)
    await client.post(worker.url, json={"text": [ALL], "client_message_id": ALL}, headers=headers)
    await client.get(f"/{quote(ALL)}", params={"q": ALL}, headers={"Referer": quote(ALL)})
    await client.get(worker.url, params={"after": PHONE}, headers=headers)
    form = {"name": NAME, "last_six": ID_NUMBER[-6:], "phone": PHONE}
    await client.post(f"/verify/{PHONE}", data=form)
    await client.post("/api/v1/staff/login", json={"username": PHONE, "password": PASSWORD})
    await client.post("/wechat", params={"openid": OPENID}, content=ALL.encode())


async def _fails(worker: Worker, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (
        ValueError(ALL),
        OperationalError(f"INSERT {ALL}", {"text": ALL}, Exception(ALL)),
    ):

        async def fail(*_: object, error: Exception = error) -> bool:
            raise error

        with monkeypatch.context() as broken:
            broken.setattr(access, "mark_handled", fail)
            assert (await worker.post(ALL)).status_code >= 500
    rasa.answer = lambda _: fake_rasa.turn({"kind": "?", "text": ALL})
    await worker.say(ALL)
    rasa.answer = lambda _: ALL.encode()
    await worker.say(ALL)
    rasa.status = 500
    await worker.say(ALL)
    rasa.status = 200


async def _has_a_case(gateway: Gateway, worker: Worker, rasa: FakeRasa) -> None:
    await _is_handed_over(worker, rasa)
    colleague = await hired(gateway.app, Role.SUPERVISOR)
    case = f"/api/v1/staff/conversations/{worker.id}"

    async def act(method: str, path: str, **body: Any) -> httpx2.Response:
        headers = colleague.headers
        return await gateway.client.request(method, f"{case}{path}", json=body, headers=headers)

    assert (await act("POST", "/claim")).is_success
    assert (await act("POST", "/notes", text=ALL)).is_success
    assert (await act("POST", "/messages", text=ALL, client_message_id="s1")).is_success
    await act("PUT", "/draft", text=ALL)
    await act("GET", "")
    await act("GET", "/card")
    await act("POST", "/card/unmask", reason=ALL)
    await act("GET", "/suggestion")
    await gateway.client.get(
        "/api/v1/staff/inbox", params={"q": NAME, "about": EMPLOYER}, headers=colleague.headers
    )
    for content in (jpeg(), HTML):
        await gateway.client.post(
            f"/api/v1/conversations/{worker.id}/attachments",
            files={"file": (f"{ALL}.jpg", content)},
            data={"client_message_id": f"f{next(_keys)}"},
            headers=worker.headers,
        )
    assert (await act("POST", "/resolve", outcome=ALL)).is_success


async def _is_handed_over(worker: Worker, rasa: FakeRasa) -> None:
    facts = {"employer": EMPLOYER, "what_happened": DEED, "contact": f"{NAME} {PHONE}"}
    handoff = {"reason": "legal_case", "category": "欠薪", "priority": 2, "summary": ALL}
    reply = {"kind": "handoff", "text": ALL, "handoff": handoff | {"case_facts": facts}}
    rasa.answer = lambda _: fake_rasa.turn(reply, entities=[{"entity": "name", "value": NAME}])
    await worker.say(ALL)


async def _follows(gateway: Gateway, rasa: FakeRasa, platform: ApiServer) -> None:
    """A follower writes; what is said to him fails in every way on its way."""
    rasa.answer = fake_rasa.echo
    follower = Follower(gateway.client, OPENID)
    await follower.does("subscribe")
    await follower.says(ALL)
    await follower.sends("image", MediaId=f"media-{PHONE}", PicUrl="http://example.org/1")
    await follower.sends("location", Location_X="30.2", Location_Y="120.0", Label=ALL)
    rasa.answer = lambda _: ALL.encode()
    await follower.says(ALL)
    await _is_answered_in_vain(gateway, platform)
    await follower.does("unsubscribe")


async def _is_answered_in_vain(gateway: Gateway, platform: ApiServer) -> None:
    """A colleague's words go out at once, and the platform refuses them."""
    refusal = f'{{"errcode":40003,"errmsg":"invalid openid {OPENID}"}}'
    platform.will(_SEND, *[Answer(refusal.encode())] * 9)
    async with gateway.database.read() as session:
        of_follower = select(Conversation.id).where(Conversation.channel == Channel.WECHAT)
        conversation_id = (await session.scalars(of_follower)).one()
    colleague = await hired(gateway.app, Role.SUPERVISOR)
    case = f"/api/v1/staff/conversations/{conversation_id}"
    assert (await gateway.client.post(f"{case}/claim", headers=colleague.headers)).is_success
    sent = await gateway.client.post(
        f"{case}/messages",
        json={"text": ALL, "client_message_id": "s2"},
        headers=colleague.headers,
    )
    assert sent.is_success, sent.text
    async with asyncio.timeout(10):
        while not platform.calls(_SEND):
            await platform.got(len(platform.requests) + 1)


def _around(text: str, found: str) -> str:
    at = text.index(found)
    return text[max(0, at - 300) : at + 100]
