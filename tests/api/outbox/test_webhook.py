import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from api.outbox.adapters import PermanentError, TemporaryError
from api.outbox.webhook import WebhookAdapter, signature, signing_key
from tests.api.outbox.clock import Clock
from tests.api.outbox.receiver import Receiver

pytestmark = pytest.mark.anyio
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
TLS = ssl.create_default_context()  # takes longer than a test


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        trust_env=False, timeout=None, follow_redirects=True, verify=TLS
    ) as client:
        yield client


@pytest.fixture
def webhook(client: httpx2.AsyncClient, peer: Receiver, clock: Clock) -> WebhookAdapter:
    return WebhookAdapter(client, peer.url + "/hook?team=1", secret=SECRET, clock=clock)


async def test_the_payload_arrives_signed(
    webhook: WebhookAdapter, peer: Receiver, clock: Clock
) -> None:
    await webhook.deliver({"type": "测试"}, "item-1")
    [request] = peer.requests
    assert request.target == "/hook?team=1"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"type": "测试"}
    assert request.headers["webhook-id"] == "item-1"
    assert request.headers["webhook-timestamp"] == str(int(clock().timestamp()))
    signed = f"item-1.{int(clock().timestamp())}.".encode() + request.body
    version, _, received = request.headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert base64.b64decode(received) == hmac.digest(KEY, signed, hashlib.sha256)


def test_the_signature_agrees_with_the_reference_libraries() -> None:
    # The vector of the specification's own libraries.
    made = signature(
        signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_success_is_a_success(webhook: WebhookAdapter, peer: Receiver, status: int) -> None:
    peer.response = f"{status} X"
    await webhook.deliver({}, "1")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_temporary(
    webhook: WebhookAdapter, peer: Receiver, status: int
) -> None:
    peer.response = f"{status} X"
    with pytest.raises(TemporaryError) as caught:
        await webhook.deliver({}, "1")
    assert (caught.value.reason, caught.value.retry_after) == (f"status {status}", None)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 410, 413])
async def test_what_will_not_pass_is_permanent(
    webhook: WebhookAdapter, peer: Receiver, status: int
) -> None:
    peer.response = f"{status} X\r\nLocation: {peer.url}/elsewhere"
    with pytest.raises(PermanentError, match=f"status {status}"):
        await webhook.deliver({}, "1")
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("Tue, 24 Nov 2026 01:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 24 Nov 2026 00:59:00 GMT", timedelta(minutes=-1)),
        ("soon", None),
        ("-5", None),
        ("9" * 30, None),
        ("9" * 5000, None),
    ],
)
async def test_retry_after(
    webhook: WebhookAdapter, peer: Receiver, value: str, pause: timedelta | None
) -> None:
    peer.response = f"503 X\r\nRetry-After: {value}"
    with pytest.raises(TemporaryError) as caught:
        await webhook.deliver({}, "1")
    assert caught.value.retry_after == pause


async def test_silence_is_a_timeout(
    client: httpx2.AsyncClient, peer: Receiver, clock: Clock
) -> None:
    peer.gate.clear()
    webhook = WebhookAdapter(client, peer.url, secret=SECRET, timeout_s=0.05, clock=clock)
    with pytest.raises(TemporaryError, match="timeout"):
        await webhook.deliver({}, "1")


async def test_nobody_there_is_temporary(client: httpx2.AsyncClient, unused_url: str) -> None:
    with pytest.raises(TemporaryError, match="ConnectError"):
        await WebhookAdapter(client, unused_url, secret=SECRET).deliver({}, "1")


def test_the_prefix_of_a_secret_is_optional() -> None:
    assert signing_key(SECRET) == signing_key(SECRET.removeprefix("whsec_")) == KEY


@pytest.mark.parametrize("secret", ["", "whsec_", "not base64!", "c2hvcnQ=", "口令"])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="openssl rand -base64 32"):
        signing_key(secret)
