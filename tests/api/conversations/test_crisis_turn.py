"""The crisis guard in a conversation: in every state, with or without the bot."""

import pytest
from sqlalchemy import select

from api.conversations import access
from api.settings import Settings
from api.storage.models import Handoff, Status
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import HANDOFF, FakeRasa
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio


async def only_handoff(running: Gateway) -> Handoff:
    async with running.database.read() as session:
        return (await session.scalars(select(Handoff))).one()


async def test_it_answers_at_once_without_asking_the_bot(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    result = await worker.say("工资没发，我不想活了")
    (reply,) = result["messages"]
    assert (reply["author"], reply["kind"], result["status"]) == ("bot", "handoff", "waiting")
    assert all(number in reply["text"] for number in ("12356", "120", "110"))
    handoff = await only_handoff(running_gateway)
    assert (handoff.reason, handoff.priority) == ("crisis", 1)
    assert rasa.requests == []


async def test_it_works_without_rasa(settings: Settings, unused_url: str) -> None:
    async with gateway.running(settings.model_copy(update={"rasa_urls": [unused_url]})) as running:
        worker = await running.worker()
        assert (await worker.say("想自杀"))["status"] == "waiting"
        assert (await only_handoff(running)).reason == "crisis"


async def test_it_reads_the_whole_message(running_gateway: Gateway, worker: Worker) -> None:
    await worker.say("老板不发工资。" * 1000 + "我要跳楼")
    assert (await only_handoff(running_gateway)).reason == "crisis"


async def test_a_waiting_handoff_becomes_the_most_urgent_and_the_notice_comes_once(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF)
    await worker.say("转人工")
    first = await worker.say("不想活了")
    assert [m["kind"] for m in first["messages"]] == ["notice"]
    assert "12356" in first["messages"][0]["text"]
    assert await worker.say("真的想死") == {"messages": [], "status": "waiting"}
    handoff = await only_handoff(running_gateway)
    assert (handoff.reason, handoff.priority) == ("crisis", 1)
    raised_from = handoff.package["raised_from"]
    assert (raised_from["reason"], raised_from["priority"]) == ("legal_case", 3)
    assert handoff.package["intent"] == "ask"


async def test_after_the_first_reply_the_numbers_are_not_repeated(
    running_gateway: Gateway, worker: Worker
) -> None:
    await worker.say("不想活了")
    assert await worker.say("想死") == {"messages": [], "status": "waiting"}


async def test_with_a_person_nothing_is_said_but_the_priority_rises(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF)
    await worker.say("转人工")
    async with running_gateway.database.write() as session:
        conversation = await access.lock_conversation(session, worker.id)
        conversation.status = Status.WITH_STAFF
    assert await worker.say("不想活了") == {"messages": [], "status": "with_staff"}
    handoff = await only_handoff(running_gateway)
    assert (handoff.priority, handoff.crisis_notice_at) == (1, None)
