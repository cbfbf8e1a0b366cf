"""Nothing can be found out by trying. Ids are no secrets: without a token they open nothing."""

from pathlib import Path

import pytest

from api.conversations import tokens
from api.settings import Settings
from api.storage.models import Role, new_id
from tests.api.gateway import Gateway, Worker
from tests.security.fuzzing.furniture import PASSWORD
from tests.security.staff import hired

pytestmark = pytest.mark.anyio
_TOKEN_CHARS = 43
"""256 bits in Base64."""


def test_tokens_have_256_random_bits() -> None:
    made = {tokens.new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert min(map(len, made)) == _TOKEN_CHARS


async def test_whoever_reads_the_database_has_no_token(
    running_gateway: Gateway, settings: Settings, worker: Worker
) -> None:
    colleague = await hired(running_gateway.app, Role.AGENT)
    login = await running_gateway.client.post(
        "/api/v1/staff/login", json={"username": colleague.username, "password": PASSWORD}
    )
    stored = b"".join(path.read_bytes() for path in _files(settings.data_dir))
    for secret in (worker.created["token"], login.json()["token"], PASSWORD):
        assert secret.encode() not in stored
    assert worker.id.encode() in stored


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD])
async def test_a_login_does_not_tell_which_accounts_there_are(
    running_gateway: Gateway, password: str
) -> None:
    colleague = await hired(running_gateway.app, Role.AGENT)
    client = running_gateway.client
    answers = []
    for username in (colleague.username if password != PASSWORD else "nobody", "nobody", "a" * 64):
        response = await client.post(
            "/api/v1/staff/login", json={"username": username, "password": password}
        )
        error = response.json()["error"]
        answers.append((response.status_code, error["code"], error["message"]))
    assert len(set(answers)) == 1


async def test_a_pause_does_not_tell_which_accounts_there_are(running_gateway: Gateway) -> None:
    colleague = await hired(running_gateway.app, Role.AGENT)
    client = running_gateway.client
    seen = []
    for username in (colleague.username, "nobody"):
        body = {"username": username, "password": "wrong"}
        seen.append(
            [(await client.post("/api/v1/staff/login", json=body)).status_code for _ in range(7)]
        )
    assert seen[0] == seen[1] == [401] * 5 + [429] * 2


async def test_what_is_not_there_looks_like_what_one_may_not_see(
    running_gateway: Gateway, worker: Worker
) -> None:
    other = await running_gateway.worker()
    found = (await other.history())["messages"][0]["id"]
    answers = set()
    for message_id in (found, new_id()):
        url = f"/api/v1/conversations/{worker.id}/messages/{message_id}/feedback"
        response = await worker.client.post(url, json={"helpful": True}, headers=worker.headers)
        answers.add((response.status_code, response.json()["error"]["code"]))
    assert len(answers) == 1


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
