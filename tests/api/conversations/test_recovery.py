"""What a crash between storing a message and completing its turn leaves behind."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import update

from api.conversations import access
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import Message, now
from tests.api import gateway
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio


async def leave_behind(database: Database, worker: Worker, *texts: str) -> None:
    """Rows as a process leaves them that dies before the turn is completed."""
    async with database.write() as session:
        for text in texts:
            await access.add_worker_message(
                session, worker.id, text=text, client_message_id=f"id-{text}"
            )


def again(worker: Worker, running: Gateway) -> Worker:
    return Worker(running.client, worker.created)


async def test_messages_left_behind_are_answered_in_order_at_the_start(
    settings: Settings, rasa: FakeRasa
) -> None:
    async with gateway.running(settings) as before:
        worker = await before.worker()
        await leave_behind(before.database, worker, "一", "二", "三")
    async with gateway.running(settings) as after:
        same = again(worker, after)
        result = await same.say("二", "id-二")
        assert [m["text"] for m in result["messages"]] == ["收到：二"]
        await same.say("四")
    assert rasa.texts == ["一", "二", "三", "四"]


async def test_their_order_is_that_of_their_places_where_a_clock_has_jumped_back(
    settings: Settings, rasa: FakeRasa
) -> None:
    async with gateway.running(settings) as before:
        worker = await before.worker()
        await leave_behind(before.database, worker, "一", "二")
        async with before.database.write() as session:
            await session.execute(
                update(Message)
                .where(Message.text == "二")
                .values(created_at=now() - timedelta(hours=2))
            )
    async with gateway.running(settings) as after:
        await again(worker, after).say("三")
    assert rasa.texts == ["一", "二", "三"]


async def test_a_retry_gets_the_recovered_result(settings: Settings, rasa: FakeRasa) -> None:
    async with gateway.running(settings) as before:
        worker = await before.worker()
        await leave_behind(before.database, worker, "你好")
    async with gateway.running(settings) as after:
        same = again(worker, after)
        first = await same.say("你好", "id-你好")
        assert await same.say("你好", "id-你好") == first
    assert rasa.texts == ["你好"]


async def test_a_crisis_left_behind_does_not_wait_for_rasa(
    settings: Settings, unused_url: str
) -> None:
    async with gateway.running(settings) as before:
        worker = await before.worker()
        await leave_behind(before.database, worker, "不想活了")
    patient = settings.model_copy(update={"rasa_urls": [unused_url], "recovery_wait": 3600})
    async with gateway.running(patient) as after:
        result = await again(worker, after).say("不想活了", "id-不想活了")
        assert result["messages"][0]["kind"] == "handoff"
        for task in after.app.state.conversations._tasks:
            task.cancel()  # the wait for Rasa, which this test does not sit out


async def test_a_turn_that_fails_can_be_repeated(
    settings: Settings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gateway.running(settings) as running:
        worker = await running.worker()

        async def fail(*_: object) -> bool:
            raise OSError("disk full")

        with monkeypatch.context() as broken:
            broken.setattr(access, "mark_handled", fail)
            response = await worker.post("你好", "same")
        assert response.status_code == 500
        result = await worker.say("你好", "same")
        assert [m["text"] for m in result["messages"]] == ["收到：你好"]
        history = (await worker.history())["messages"]
        assert [m["author"] for m in history] == ["bot", "worker", "bot"]


@pytest.fixture
async def with_a_failed_turn(
    running_gateway: Gateway, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> Worker:
    """A worker whose first message is stored, but whose turn failed."""

    async def fail(*_: object) -> bool:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(access, "mark_handled", fail)
        assert (await worker.post("一", "first")).status_code == 500
    return worker


async def test_a_turn_that_failed_is_taken_before_the_next_one(with_a_failed_turn: Worker) -> None:
    worker = with_a_failed_turn
    await worker.say("二")
    await worker.say("三")
    said = [m["text"] for m in (await worker.history())["messages"][1:]]
    assert said == ["一", "二", "收到：一", "收到：二", "三", "收到：三"]
    assert [m["text"] for m in (await worker.say("一", "first"))["messages"]] == ["收到：一"]


async def test_of_two_that_failed_the_second_keeps_its_place_when_the_first_is_repeated(
    with_a_failed_turn: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = with_a_failed_turn

    async def fail(*_: object) -> bool:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(access, "mark_handled", fail)
        assert (await worker.post("二", "second")).status_code == 500
    await worker.say("一", "first")
    await worker.say("三")
    said = [m["text"] for m in (await worker.history())["messages"][1:]]
    assert said == ["一", "二", "收到：一", "三", "收到：二", "收到：三"]


async def test_a_crisis_does_not_wait_for_a_turn_that_failed(with_a_failed_turn: Worker) -> None:
    worker = with_a_failed_turn
    result = await worker.say("不想活了")
    assert result["messages"][0]["kind"] == "handoff"
    said = [m["text"] for m in (await worker.history())["messages"][1:]]
    assert said[:2] == ["一", "不想活了"]
    assert "收到：一" not in said


async def test_a_turn_completed_elsewhere_is_not_completed_twice(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.hold()
    sending = asyncio.create_task(worker.say("你好"))
    await rasa.arrived.wait()
    async with running_gateway.database.write() as session:
        message_id = rasa.requests[0]["metadata"]["message_id"]
        assert await access.mark_handled(session, message_id)
    rasa.gate.set()
    assert (await sending)["messages"] == []
    async with running_gateway.database.read() as session:
        conversation = await access.find_conversation(session, worker.id)
    assert conversation is not None
    assert conversation.last_seq == 2  # no place was taken for what was not stored


async def test_a_start_waits_for_rasa_before_it_gives_up(
    settings: Settings, rasa: FakeRasa
) -> None:
    rasa.status = 503
    async with gateway.running(settings) as before:
        worker = await before.worker()
        await leave_behind(before.database, worker, "你好")
    async with gateway.running(settings.model_copy(update={"recovery_wait": 60})) as after:
        retry = asyncio.create_task(again(worker, after).say("你好", "id-你好"))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(retry), 0.05)
        assert rasa.requests == []
        rasa.status = 200
        assert (await retry)["status"] == "bot"


async def test_handled_messages_are_left_alone(settings: Settings, rasa: FakeRasa) -> None:
    async with gateway.running(settings) as before:
        await (await before.worker()).say("你好")
    async with gateway.running(settings):
        pass
    assert rasa.texts == ["你好"]


async def test_shutting_down_lets_a_running_turn_finish(settings: Settings, rasa: FakeRasa) -> None:
    rasa.hold()
    async with gateway.running(settings) as running:
        worker = await running.worker()
        leaving = asyncio.create_task(worker.say("你好", "left"))
        await rasa.arrived.wait()
        leaving.cancel()
        asyncio.get_running_loop().call_later(0.05, rasa.gate.set)
    async with gateway.running(settings) as after:
        async with after.database.read() as session:
            assert await access.unhandled_messages(session) == []
        result = await again(worker, after).say("你好", "left")
    assert [m["text"] for m in result["messages"]] == ["收到：你好"]
    assert rasa.texts == ["你好"]
