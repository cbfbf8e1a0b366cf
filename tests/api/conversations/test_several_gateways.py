"""Two gateways on one PostgreSQL: one order, one turn for each message."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from api.conversations import access
from api.settings import Settings
from tests.api import gateway
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway, Worker
from tests.postgres import *  # noqa: F403 - fixtures

pytestmark = pytest.mark.anyio


@dataclass
class Pair:
    one: Gateway
    other: Gateway


@pytest.fixture
async def pair(settings: Settings, migrated_postgres_url: str) -> AsyncIterator[Pair]:
    shared = settings.model_copy(update={"database_url": migrated_postgres_url})
    async with gateway.running(shared) as one, gateway.running(shared) as other:
        yield Pair(one, other)


def _at(running: Gateway, worker: Worker) -> Worker:
    return Worker(running.client, worker.created)


async def test_messages_through_both_are_answered_one_after_another(
    pair: Pair, rasa: FakeRasa
) -> None:
    worker = await pair.one.worker()
    doors = [worker, _at(pair.other, worker)]
    results = await asyncio.gather(
        *(doors[number % 2].say(f"第{number}句", f"id-{number}") for number in range(12))
    )
    for number, result in enumerate(results):
        assert [each["text"] for each in result["messages"]] == [f"收到：第{number}句"]
    said = [
        each["text"] for each in (await worker.history())["messages"] if each["author"] == "worker"
    ]
    assert sorted(rasa.texts) == sorted(said)
    assert rasa.texts == said


async def test_the_same_message_through_both_is_one_turn(pair: Pair, rasa: FakeRasa) -> None:
    worker = await pair.one.worker()
    first, second = await asyncio.gather(
        worker.say("你好", "same"), _at(pair.other, worker).say("你好", "same")
    )
    assert first == second
    assert rasa.texts == ["你好"]


async def test_what_a_dead_gateway_left_comes_first(pair: Pair, rasa: FakeRasa) -> None:
    worker = await pair.one.worker()
    async with pair.one.database.write() as session:
        await access.add_worker_message(session, worker.id, text="一", client_message_id="left")
    await _at(pair.other, worker).say("二")
    assert rasa.texts == ["一", "二"]
    answered = await worker.say("一", "left")
    assert [each["text"] for each in answered["messages"]] == ["收到：一"]
