"""Drives the server as it runs: ``start.py`` in a process, a stub action server in this one."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

SECRET = "a-shared-secret"
TEXT_OF_A_WORKER = "拖欠王小明的工资怎么要"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class StubActions:
    """Answers action calls; the text of a message decides how."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.running: set[str] = set()
        self.overlaps = 0
        self.release = asyncio.Event()

    async def run(self, request: web.Request) -> web.Response:
        call = await request.json()
        self.calls.append(call)
        sender = call["sender_id"]
        if sender in self.running:
            self.overlaps += 1
        self.running.add(sender)
        if sender.startswith("waits"):
            await self.release.wait()
        self.running.remove(sender)
        if sender.startswith("fails"):
            return web.json_response({"error": str(call)}, status=500)
        if sender.startswith("invalid"):
            return web.json_response({"events": "none", "responses": [{"text": str(call)}]})
        text = call["tracker"]["latest_message"]["text"]
        turns = (call["tracker"]["slots"]["failed_turns"] or 0.0) + 1
        reply = {"kind": "answer", "text": f"答：{text}", "quick_replies": []}
        return web.json_response(
            {
                "events": [{"event": "slot", "name": "failed_turns", "value": turns}],
                "responses": [{"custom": reply}],
            }
        )


class Server:
    """The program under test."""

    def __init__(self, directory: Path, model: Path, actions_url: str) -> None:
        self.port = free_port()
        self.log = directory / "server.log"
        self.environment = {
            **os.environ,
            "UNION_RASA_SECRET": SECRET,
            "UNION_RASA_PORT": str(self.port),
            "UNION_RASA_MODEL": str(model),
            "UNION_RASA_TRACKER_DB": str(directory / "tracker.db"),
            "UNION_ACTIONS_URL": actions_url,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 (returns at once)
                [sys.executable, "start.py"], env=self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 120
        async with aiohttp.ClientSession(self.url) as session:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log.read_text()
                try:
                    async with session.get("/webhooks/gateway/") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.2)
        raise AssertionError("the server did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=30)


@pytest.fixture(scope="module")
async def actions() -> AsyncIterator[StubActions]:
    stub = StubActions()
    app = web.Application()
    app.router.add_post("/webhook", stub.run)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    stub.url = f"http://{host}:{port}"  # type: ignore[attr-defined]
    yield stub
    await runner.cleanup()


@pytest.fixture(scope="module")
async def server(
    model: Path, actions: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), model, actions.url)
    await server.start()
    yield server
    if server.process is not None and server.process.poll() is None:
        server.stop()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {SECRET}"}
    async with aiohttp.ClientSession(server.url, headers=headers) as session:
        yield session


async def say(client: aiohttp.ClientSession, sender: str, text: str) -> tuple[int, Any]:
    body = {"sender": sender, "text": text, "metadata": {"channel": "web", "working_hours": True}}
    async with client.post("/webhooks/gateway/webhook", json=body) as response:
        return response.status, await response.json()


async def test_a_greeting_needs_no_action_server(client: aiohttp.ClientSession) -> None:
    status, turn = await say(client, "greets", "你好")
    assert status == 200
    assert turn["intent"]["name"] == "greet"
    assert turn["replies"][0]["kind"] == "chat"
    assert "机器人" in turn["replies"][0]["text"]
    assert set(turn["slots"].values()) == {None}
    assert turn["active_form"] is None


async def test_an_action_sees_the_turn_and_its_slots_stay(
    client: aiohttp.ClientSession, actions: StubActions
) -> None:
    for turns in (1.0, 2.0):
        _, turn = await say(client, "asks", "医疗互助怎么报销")
        assert turn["intent"]["name"] == "ask_service"
        assert turn["slots"]["failed_turns"] == turns
        assert turn["replies"][0]["text"] == "答：医疗互助怎么报销"
    call = actions.calls[-1]
    assert call["next_action"] == "action_answer"
    assert call["tracker"]["latest_message"]["metadata"]["channel"] == "web"
    assert "domain" not in call
    assert call["tracker"]["events"] == [], "a call costs the same however long the conversation"


@pytest.mark.parametrize("sender", ["fails", "invalid"])
async def test_a_failing_action_is_an_error_not_silence(
    client: aiohttp.ClientSession, server: Server, sender: str
) -> None:
    status, body = await say(client, sender, TEXT_OF_A_WORKER)
    assert (status, body["error"]["code"]) == (500, "no_reply")


async def test_commands_of_rasa_are_only_text(client: aiohttp.ClientSession) -> None:
    _, turn = await say(client, "commands", "医疗互助怎么报销")
    for text in ("/restart", "/ /session_start", "\u200b/action_handoff", "//request_human"):
        failed_turns = turn["slots"]["failed_turns"]
        status, turn = await say(client, "commands", text)
        assert status == 200
        # A command is the intent that it names, certainly. A word of Latin may resemble another.
        assert turn["intent"]["name"] not in text
        assert turn["intent"]["confidence"] < 1
        assert turn["slots"]["failed_turns"] >= failed_turns, "the conversation began anew"


async def test_a_long_message_does_not_freeze_the_server(client: aiohttp.ClientSession) -> None:
    begin = time.perf_counter()
    status, _ = await say(client, "long", TEXT_OF_A_WORKER * 1_000)
    assert status == 200
    assert time.perf_counter() - begin < 2


async def test_messages_of_one_sender_are_handled_in_turn(
    client: aiohttp.ClientSession, actions: StubActions
) -> None:
    actions.release.clear()
    turns = [asyncio.create_task(say(client, "waits", "年假有几天")) for _ in range(3)]
    status, _ = await say(client, "does not wait", "年假有几天")
    assert status == 200
    assert not any(turn.done() for turn in turns)
    begin = time.perf_counter()
    actions.release.set()
    results = await asyncio.gather(*turns)
    assert time.perf_counter() - begin < 1, "Rasa's own lock store polls once a second"
    assert actions.overlaps == 0
    slots = sorted(turn["slots"]["failed_turns"] for _, turn in results)
    assert slots[-1] == 3.0


async def test_a_conversation_can_be_forgotten(
    client: aiohttp.ClientSession, server: Server
) -> None:
    await say(client, "forget me", "年假有几天")
    path = "/webhooks/gateway/conversations/forget%20me"
    async with aiohttp.ClientSession(server.url) as stranger, stranger.delete(path) as response:
        assert response.status == 401
    for _ in range(2):
        async with client.delete(path) as response:
            assert response.status == 204
    _, turn = await say(client, "forget me", "年假有几天")
    assert turn["slots"]["failed_turns"] == 1.0


async def test_there_is_no_http_api(client: aiohttp.ClientSession) -> None:
    for path in ("/model", "/status", "/conversations/asks/tracker", "/webhooks/rest/webhook"):
        async with client.get(path) as response:
            assert response.status == 404, path
    async with client.put("/model", json={"model_file": "x"}) as response:
        assert response.status in (404, 405)


async def test_no_other_origin_is_allowed(client: aiohttp.ClientSession) -> None:
    headers = {"Origin": "http://evil.example"}
    async with client.get("/webhooks/gateway/", headers=headers) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
    headers["Access-Control-Request-Method"] = "POST"
    async with client.options("/webhooks/gateway/webhook", headers=headers) as response:
        assert "Access-Control-Allow-Origin" not in response.headers


def test_it_listens_on_one_address_only(server: Server) -> None:
    with socket.socket() as other:
        # Another address of this machine: refused unless the server is bound to all.
        assert other.connect_ex(("127.0.0.2", server.port)) != 0


async def test_a_conversation_survives_a_restart_and_logs_hold_no_text(
    client: aiohttp.ClientSession, server: Server
) -> None:
    await say(client, "stays", TEXT_OF_A_WORKER)
    assert server.stop() == 0
    await server.start()
    _, turn = await say(client, "stays", TEXT_OF_A_WORKER)
    assert turn["slots"]["failed_turns"] == 2.0
    assert server.stop(signal.SIGINT) == 0
    log = server.log.read_text()
    assert "action_answer" in log, "the failures of the action server are logged"
    assert TEXT_OF_A_WORKER not in log
    assert TEXT_OF_A_WORKER.encode("unicode_escape").decode() not in log


@pytest.fixture
def environment(model: Path, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "UNION_RASA_SECRET": SECRET,
        "UNION_RASA_MODEL": str(model),
        "UNION_RASA_TRACKER_DB": str(tmp_path / "tracker.db"),
        "UNION_RASA_PORT": str(free_port()),
    }


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("UNION_RASA_SECRET", " ", "UNION_RASA_SECRET"),
        ("UNION_RASA_MODEL", "models/missing.tar.gz", "train.py"),
    ],
)
def test_it_refuses_to_start_half_configured(
    environment: dict[str, str], name: str, value: str, complaint: str
) -> None:
    result = subprocess.run(
        [sys.executable, "start.py"],
        env={**environment, name: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert complaint in result.stderr


def test_a_broken_model_ends_the_start(environment: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no archive")
    result = subprocess.run(
        [sys.executable, "start.py"],
        env={**environment, "UNION_RASA_MODEL": str(broken)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
