"""The commands, as an operator runs them, and a process killed in the middle of a turn."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Worker
from tests.traces import *  # noqa: F403
from tests.traces import Collector

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path, rasa: FakeRasa, unused_url: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("UNION_")}
    return clean | {
        "UNION_DATA_DIR": str(tmp_path),
        "UNION_RASA_URLS": rasa.url,
        "UNION_RASA_TIMEOUT": "30",
        "UNION_ACTIONS_URL": rasa.url,
        "UNION_PORT": unused_url.rpartition(":")[2],
    }


async def command(environment: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api", *arguments, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def serving(
    environment: Mapping[str, str],
) -> AsyncIterator[tuple[Process, httpx2.AsyncClient]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api", "serve", cwd=ROOT, env=environment, stdout=DEVNULL, stderr=PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            async for line in process.stderr:
                if b"Uvicorn running" in line:
                    break
        base_url = f"http://127.0.0.1:{environment['UNION_PORT']}"
        async with httpx2.AsyncClient(base_url=base_url, trust_env=False, timeout=60) as client:
            yield process, client
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def test_a_killed_process_loses_no_message(
    environment: dict[str, str], rasa: FakeRasa
) -> None:
    async with serving(environment) as (process, client):
        created = (await client.post("/api/v1/conversations", json={"channel": "web"})).json()
        rasa.hold()
        sending = asyncio.create_task(Worker(client, created).post("老板拖欠工资", "once"))
        await rasa.arrived.wait()
        process.send_signal(signal.SIGKILL)
        await process.wait()
        with pytest.raises(httpx2.HTTPError):
            await sending
    rasa.gate.set()
    async with serving(environment) as (_, client):
        worker = Worker(client, created)
        result = await worker.say("老板拖欠工资", "once")
        assert [message["text"] for message in result["messages"]] == ["收到：老板拖欠工资"]
        assert len((await worker.history())["messages"]) == 3
        assert (await client.get("/readyz")).status_code == 200


async def test_traces_are_sent_before_the_process_ends(
    environment: dict[str, str], collector: Collector
) -> None:
    async with serving(environment | {"UNION_OTLP_ENDPOINT": collector.url}) as (_, client):
        created = (await client.post("/api/v1/conversations", json={"channel": "web"})).json()
        await Worker(client, created).say("你好")
    spans = collector.spans
    assert {span.service for span in spans} == {"union-gateway"}
    assert len({span.trace_id for span in spans}) == 1
    assert {"message", "store", "turn", "bot", "record"} < {span.name for span in spans}


async def test_migrate_then_handoffs(environment: dict[str, str]) -> None:
    status, _, err = await command(environment, "handoffs")
    assert (status, "python -m api migrate" in err, "Traceback" in err) == (1, True, False)
    assert (await command(environment, "migrate"))[0] == 0
    assert (await command(environment, "handoffs"))[:2] == (0, "没有等待处理的转接\n")
    status, out, _ = await command(environment, "handoffs", "--json")
    assert (status, json.loads(out)) == (0, [])


async def test_production_refuses_placeholders_and_an_old_schema(
    environment: dict[str, str],
) -> None:
    environment["UNION_ENV"] = "production"
    status, _, err = await command(environment, "serve")
    assert status == 2
    assert "UNION_SECRET_KEY is still the placeholder" in err
    assert "Traceback" not in err
    environment |= {"UNION_SECRET_KEY": "k" * 32, "UNION_RASA_SECRET": "r" * 32}
    status, _, err = await command(environment, "serve")
    assert status != 0
    assert "python -m api migrate" in err
