"""Files over the gateway's HTTP interface."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from api.attachments.routes import UPLOAD_MAX_BYTES
from api.settings import Settings
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.models import (
    Attachment,
    AttachmentState,
    AuditEntry,
    Conversation,
    Handoff,
    HandoffState,
    Role,
    Status,
    new_id,
)
from tests.api.attachments.samples import ALL, HTML, SVG, jpeg, pdf
from tests.api.attachments.scene import files_in, hand_over
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"
_numbers = count()


def _url(worker: Worker, attachment_id: str = "") -> str:
    url = f"/api/v1/conversations/{worker.id}/attachments"
    return f"{url}/{attachment_id}" if attachment_id else url


async def _post(
    worker: Worker,
    content: bytes = jpeg(),
    *,
    name: str = "照片.jpg",
    content_type: str = "image/jpeg",
    key: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    return await worker.client.post(
        _url(worker),
        files={"file": (name, content, content_type)},
        data={"client_message_id": key or f"f{next(_numbers)}"},
        headers=worker.headers if headers is None else headers,
    )


async def _uploaded(worker: Worker, content: bytes = jpeg(), **options: Any) -> str:
    response = await _post(worker, content, **options)
    assert response.status_code == 201, response.text
    return str(response.json()["attachment"]["id"])


def _code(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


@pytest.fixture
async def worker(running_gateway: Gateway) -> Worker:
    """A worker whose case waits for a person."""
    worker = await running_gateway.worker()
    await hand_over(running_gateway.database, worker.id)
    return worker


@pytest.fixture
async def agent(running_gateway: Gateway) -> dict[str, str]:
    return await _login(running_gateway, Role.AGENT)


async def _login(running: Gateway, role: Role, username: str | None = None) -> dict[str, str]:
    username = username or role
    await Accounts(running.database, Passwords()).create(username, "小安", role, PASSWORD)
    body = {"username": username, "password": PASSWORD}
    response = await running.client.post("/api/v1/staff/login", json=body)
    return {"Authorization": f"Bearer {response.json()['token']}"}


def _staff_url(attachment_id: str) -> str:
    return f"/api/v1/staff/attachments/{attachment_id}"


async def test_a_photo_reaches_the_colleague_who_looks_at_it(
    running_gateway: Gateway, worker: Worker, agent: dict[str, str]
) -> None:
    response = await _post(worker, name="工资条.JPG", key="f1")
    assert response.status_code == 201
    message, attachment = response.json()["message"], response.json()["attachment"]
    assert (message["author"], message["text"]) == ("worker", "[图片]")
    assert attachment | {"created_at": ""} == {
        "id": attachment["id"],
        "message_id": message["id"],
        "state": "stored",
        "family": "image",
        "content_type": "image/jpeg",
        "name": "工资条.JPG",
        "size": len(jpeg()),
        "created_at": "",
    }
    assert (await worker.history())["messages"][-1]["id"] == message["id"]
    client = running_gateway.client
    seen = await client.get(_staff_url(attachment["id"]), headers=agent)
    assert (seen.status_code, seen.content) == (200, jpeg())
    async with running_gateway.database.read() as session:
        views = select(AuditEntry).where(AuditEntry.action == "attachment.view")
        (entry,) = await session.scalars(views)
    assert (entry.subject_id, entry.details) == (attachment["id"], {"conversation_id": worker.id})


async def test_a_repeated_upload_returns_the_first_result(worker: Worker) -> None:
    first, again = await _post(worker, key="f1"), await _post(worker, pdf(), key="f1")
    assert again.status_code == 201
    assert again.json() == first.json()


async def test_a_browser_can_do_nothing_with_a_file(worker: Worker) -> None:
    for content_type, content in ALL.items():
        attachment_id = await _uploaded(
            worker, content, name='".html\r\nX: y', content_type="text/html"
        )
        response = await worker.client.get(_url(worker, attachment_id), headers=worker.headers)
        assert response.content == content
        assert response.headers["Content-Type"] == content_type
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'; sandbox" in response.headers["Content-Security-Policy"]
        assert "no-store" in response.headers["Cache-Control"]
        assert "X" not in response.headers
        disposition = response.headers["Content-Disposition"].partition(";")[0]
        shown = content_type.startswith("image/") and content_type != "image/heic"
        assert disposition == ("inline" if shown else "attachment")


async def test_what_is_not_kept_is_refused_in_words(worker: Worker, settings: Settings) -> None:
    for content, refusal in (
        (HTML, (415, "file_kind_refused")),
        (SVG, (415, "file_kind_refused")),
        (b"", (422, "file_empty")),
        (bytes(UPLOAD_MAX_BYTES - 1000), (413, "file_too_large")),
        (bytes(11 * 2**20), (413, "file_too_large")),
    ):
        response = await _post(worker, content, name="照片.jpg")
        assert _code(response) == refusal
        assert "文件" in response.json()["error"]["message"]
        assert files_in(settings.data_dir) == []


async def test_an_incomplete_form_names_what_is_missing(worker: Worker) -> None:
    photo = {"file": ("a.jpg", jpeg())}
    cases: list[tuple[Any, dict[str, str], str]] = [
        ({}, {"client_message_id": "f1"}, "file"),
        ({}, {"file": "text"}, "file"),
        (photo, {}, "client_message_id"),
        (photo, {"client_message_id": "has space"}, "client_message_id"),
    ]
    for files, data, field in cases:
        response = await worker.client.post(
            _url(worker), files=files, data=data, headers=worker.headers
        )
        assert _code(response) == (422, "invalid_request")
        assert f"（{field}）" in response.json()["error"]["message"]


async def test_one_file_at_a_time(worker: Worker) -> None:
    two = [("file", ("a.jpg", jpeg())), ("file", ("b.jpg", jpeg()))]
    response = await worker.client.post(
        _url(worker), files=two, data={"client_message_id": "f1"}, headers=worker.headers
    )
    assert _code(response) == (400, "bad_request")


async def test_a_body_without_an_end_is_cut_off(worker: Worker, settings: Settings) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        while sent < 3 * UPLOAD_MAX_BYTES:
            sent += 2**20
            yield bytes(2**20)

    headers = worker.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    response = await worker.client.post(_url(worker), content=endless(), headers=headers)
    assert response.status_code in (400, 413)
    assert sent <= UPLOAD_MAX_BYTES + 2**20
    assert files_in(settings.data_dir) == []


async def test_a_worker_who_leaves_in_the_middle_leaves_nothing(
    running_gateway: Gateway, worker: Worker, settings: Settings
) -> None:
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    events: Iterator[dict[str, Any]] = iter(
        [
            {"type": "http.request", "body": start + jpeg(), "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(events)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = worker.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": _url(worker),
        "raw_path": _url(worker).encode(),
        "query_string": b"",
        "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    await running_gateway.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert files_in(settings.data_dir) == []


async def test_other_routes_keep_their_limit(worker: Worker) -> None:
    response = await worker.client.post(
        worker.url, content=bytes(UPLOAD_MAX_BYTES - 1), headers=worker.headers
    )
    assert _code(response) == (413, "body_too_large")


async def test_the_bot_takes_no_files(running_gateway: Gateway, settings: Settings) -> None:
    worker = await running_gateway.worker()
    assert _code(await _post(worker)) == (409, "not_possible_now")
    assert files_in(settings.data_dir) == []


async def test_another_workers_token_opens_nothing(
    running_gateway: Gateway, worker: Worker
) -> None:
    attachment_id = await _uploaded(worker)
    other = await running_gateway.worker()
    await hand_over(running_gateway.database, other.id)
    client = running_gateway.client
    assert _code(await _post(worker, headers=other.headers)) == (401, "unauthorized")
    assert _code(await _post(worker, headers={})) == (401, "unauthorized")
    read = await client.get(_url(worker, attachment_id), headers=other.headers)
    assert _code(read) == (401, "unauthorized")
    read = await client.get(_url(other, attachment_id), headers=other.headers)
    assert _code(read) == (404, "attachment_not_found")
    read = await client.get(_staff_url(attachment_id), headers=worker.headers)
    assert _code(read) == (401, "unauthorized")


async def test_a_file_of_the_conversation_that_goes_on_is_the_workers_own(
    running_gateway: Gateway, worker: Worker
) -> None:
    async with running_gateway.database.write() as session:
        await session.execute(
            update(Conversation).where(Conversation.id == worker.id).values(status=Status.CLOSED)
        )
    await worker.say("又有新情况")
    following = (await worker.history())["conversation_id"]
    await hand_over(running_gateway.database, following)
    attachment_id = await _uploaded(worker)
    for conversation_id in (worker.id, following):
        url = f"/api/v1/conversations/{conversation_id}/attachments/{attachment_id}"
        assert (await worker.client.get(url, headers=worker.headers)).content == jpeg()


async def test_staff_without_the_permission_see_nothing(
    running_gateway: Gateway, worker: Worker
) -> None:
    attachment_id = await _uploaded(worker)
    for role in (Role.EDITOR, Role.ADMINISTRATOR):
        headers = await _login(running_gateway, role)
        response = await running_gateway.client.get(_staff_url(attachment_id), headers=headers)
        assert _code(response) == (403, "forbidden")


async def test_a_colleagues_case_is_not_ones_own(
    running_gateway: Gateway, worker: Worker, agent: dict[str, str]
) -> None:
    attachment_id = await _uploaded(worker)
    other = await _login(running_gateway, Role.AGENT, "other")
    client = running_gateway.client
    url = f"/api/v1/staff/conversations/{worker.id}/claim"
    assert (await client.post(url, headers=other)).status_code == 204
    async with running_gateway.database.read() as session:
        assert await session.scalar(select(Handoff.state)) is HandoffState.CLAIMED
    assert _code(await client.get(_staff_url(attachment_id), headers=agent)) == (403, "forbidden")
    assert (await client.get(_staff_url(attachment_id), headers=other)).status_code == 200
    async with running_gateway.database.read() as session:
        viewed = select(AuditEntry.id).where(AuditEntry.action == "attachment.view")
        assert len((await session.scalars(viewed)).all()) == 1


async def test_only_stored_files_are_given_out(
    running_gateway: Gateway, worker: Worker, agent: dict[str, str]
) -> None:
    attachment_id = await _uploaded(worker)
    client = running_gateway.client
    for state in set(AttachmentState) - {AttachmentState.STORED}:
        async with running_gateway.database.write() as session:
            await session.execute(update(Attachment).values(state=state))
        seen = await client.get(_staff_url(attachment_id), headers=agent)
        assert _code(seen) == (404, "attachment_not_found")
        seen = await client.get(_url(worker, attachment_id), headers=worker.headers)
        assert _code(seen) == (404, "attachment_not_found")


async def test_a_file_that_is_gone_from_the_disk_is_not_found(
    running_gateway: Gateway, worker: Worker, settings: Settings
) -> None:
    attachment_id = await _uploaded(worker)
    (path,) = settings.data_dir.rglob(attachment_id)
    path.unlink()
    response = await worker.client.get(_url(worker, attachment_id), headers=worker.headers)
    assert _code(response) == (404, "attachment_not_found")


async def test_there_is_nothing_but_files_to_be_had(
    running_gateway: Gateway, worker: Worker, agent: dict[str, str]
) -> None:
    client = running_gateway.client
    for attachment_id in (new_id(), "..%2f..%2fgateway.db", "..", "x", new_id().lower()):
        seen = await client.get(_staff_url(attachment_id), headers=agent)
        assert seen.status_code in (404, 405, 422)
        seen = await client.get(_url(worker, attachment_id), headers=worker.headers)
        assert seen.status_code in (404, 405, 422)


async def test_a_part_of_a_recording_can_be_asked_for(worker: Worker) -> None:
    attachment_id = await _uploaded(worker, ALL["audio/mpeg"])
    headers = worker.headers | {"Range": "bytes=0-9"}
    response = await worker.client.get(_url(worker, attachment_id), headers=headers)
    assert (response.status_code, len(response.content)) == (206, 10)
