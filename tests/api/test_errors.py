import sqlite3

import pytest

from api.conversations.service import ConversationService
from api.error_codes import ErrorCode
from api.settings import Settings
from api.texts import gateway_texts
from tests.api import gateway
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("GET", "/static/nowhere.js", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("GET", "/static/%2e%2e/app.py", 404, "not_found"),
        ("DELETE", "/", 405, "method_not_allowed"),
        ("GET", "/api/v1/conversations", 405, "method_not_allowed"),
        ("PUT", "/healthz", 405, "method_not_allowed"),
        ("POST", "/static/page.css", 405, "method_not_allowed"),
        ("POST", "/api/v1/conversations", 422, "invalid_request"),
    ],
)
async def test_every_refusal_has_the_one_shape(
    running_gateway: Gateway, method: str, path: str, status: int, code: str
) -> None:
    response = await running_gateway.client.request(method, path)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["request_id"] == response.headers["X-Request-ID"]
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])


async def test_a_failure_tells_nothing_but_its_request_id(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(ConversationService, "history", fail)
    response = await worker.client.get(worker.url, headers=worker.headers)
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text
    assert "Traceback" not in response.text


async def test_a_request_id_of_a_proxy_is_kept_if_it_looks_like_one(
    running_gateway: Gateway,
) -> None:
    client = running_gateway.client
    kept = await client.get("/nowhere", headers={"X-Request-ID": "proxy-1234"})
    assert kept.headers["X-Request-ID"] == "proxy-1234"
    odd = await client.get("/nowhere", headers={"X-Request-ID": 'x" injected'})
    assert len(odd.headers["X-Request-ID"]) == 26


def test_every_code_has_a_status_and_a_message() -> None:
    for code in ErrorCode:
        assert code.status >= 400
        assert gateway_texts().errors[code]


async def test_a_locked_database_is_said_and_the_message_can_be_sent_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.storage.database._PRAGMAS", ("PRAGMA busy_timeout = 50",))
    async with gateway.running(settings) as running:
        worker = await running.worker()
        other = sqlite3.connect(settings.data_dir / "gateway.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = await worker.post("高温费多少", "again")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        assert refused.json()["error"]["code"] == "storage_unavailable"
        assert "12351" in refused.json()["error"]["message"]
        other.execute("ROLLBACK")
        other.close()
        result = await worker.say("高温费多少", "again")
        assert [each["text"] for each in result["messages"]] == ["收到：高温费多少"]


async def test_so_is_one_that_is_too_slow_for_those_who_wait(
    running_gateway: Gateway, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = running_gateway.database
    monkeypatch.setattr(database.writer.sync_engine.pool, "_timeout", 0.05)
    async with database.write() as session:
        await session.connection()  # there is one, and it is taken now
        refused = await worker.post("高温费多少", "again")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert refused.json()["error"]["code"] == "storage_unavailable"
    assert await worker.say("高温费多少", "again")
