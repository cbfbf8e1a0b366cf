import io
import json
import logging
from collections.abc import Iterator

import pytest

from api.conversations import access
from api.logs import JsonFormatter
from api.settings import Settings
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Worker
from tests.traces import *  # noqa: F403
from tests.traces import Recorded

SECRET_WORDS = "我叫张三丰身份证330110"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    # The test's own client would log the addresses it calls.
    monkeypatch.setattr(logging.getLogger("httpx2"), "level", logging.WARNING)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.anyio
async def test_nobodys_words_reach_the_log(
    settings: Settings, rasa: FakeRasa, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gateway.running(settings) as running:
        worker = await running.worker()
        await worker.say(SECRET_WORDS)
        await worker.post("")
        await worker.client.post(worker.url, content=SECRET_WORDS.encode(), headers=worker.headers)
        await worker.client.get(f"/{SECRET_WORDS}", params={"q": SECRET_WORDS})

        async def fail(*_: object) -> bool:
            raise ValueError(SECRET_WORDS)

        with monkeypatch.context() as broken:
            broken.setattr(access, "mark_handled", fail)
            assert (await worker.post(SECRET_WORDS)).status_code == 500
        rasa.answer = lambda _: fake_rasa.turn({"kind": "?", "text": SECRET_WORDS})
        await worker.say(SECRET_WORDS)
        other = Worker(running.client, (await running.worker()).created)
        await other.say(SECRET_WORDS + "不想活了")
    text = log.getvalue()
    assert "turn failed" in text
    assert "bot unavailable" in text
    for secret in ("张三丰", "330110", "不想活", worker.created["token"], other.created["token"]):
        assert secret not in text
    for line in text.splitlines():
        assert {"time", "level", "logger", "event", "request_id"} <= set(json.loads(line))
    turns = [json.loads(line) for line in text.splitlines() if '"event": "turn"' in line]
    assert turns
    assert all(len(turn["request_id"]) == 26 for turn in turns)


@pytest.mark.anyio
async def test_a_turn_names_its_trace(worker: Worker, log: io.StringIO, recorded: Recorded) -> None:
    await worker.say("你好")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (turn,) = [line for line in lines if line["event"] == "turn"]
    context = recorded.only("turn").context
    assert int(turn["trace_id"], 16) == context.trace_id
    assert int(turn["span_id"], 16) == context.span_id


def test_an_exception_is_logged_by_type_and_place(log: io.StringIO) -> None:
    try:
        raise ValueError(SECRET_WORDS)
    except ValueError:
        logging.getLogger("api").exception("failed", extra={"number": 1})
    line = json.loads(log.getvalue())
    assert (line["error"], line["number"]) == ("ValueError", 1)
    assert line["at"][-1].startswith("test_logs.py:")
