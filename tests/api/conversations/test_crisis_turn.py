"""The crisis guard in a conversation: in every state, with or without the bot."""

import re

import pytest
from sqlalchemy import select

from api.conversations import access
from api.settings import Settings
from api.storage.models import Handoff, HandoffState, Status
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


SOFT_WORDS = [
    "算了",
    "不用了",
    "没事了",
    "没事",
    "我真的没事了，谢谢",
    "算了 不说了",
    "开玩笑的",
    "不用管我了",
    "取消人工",
    "继续问机器人",
    "沒事了",
]


async def assert_stays_with_the_desk(running: Gateway, worker: Worker, words: str) -> None:
    result = await worker.say(words)
    (line,) = result["messages"]
    assert (line["author"], line["kind"], result["status"]) == ("system", "notice", "waiting")
    assert "同事" in line["text"]
    numbers = set(re.findall(r"\d+", line["text"]))
    assert {"12356"} <= numbers <= {"12356", "110", "120"}
    handoff = await only_handoff(running)
    assert (handoff.state, handoff.ended_at) == (HandoffState.WAITING, None)
    assert (handoff.reason, handoff.priority) == ("crisis", 1)


@pytest.mark.parametrize("words", SOFT_WORDS)
async def test_soft_words_do_not_take_a_crisis_off_the_desk(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa, words: str
) -> None:
    await worker.say("我不想活了")
    await assert_stays_with_the_desk(running_gateway, worker, words)
    assert rasa.requests == []


async def test_nor_the_second_time(running_gateway: Gateway, worker: Worker) -> None:
    await worker.say("我不想活了")
    for words in ("算了", "没事了", "不用了"):
        await assert_stays_with_the_desk(running_gateway, worker, words)


async def test_nor_a_handoff_that_a_crisis_made_urgent(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF)
    await worker.say("转人工")
    await worker.say("不想活了")
    await assert_stays_with_the_desk(running_gateway, worker, "不用了")


async def test_nor_a_case_that_was_being_taken_down_when_the_crisis_came(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF, active_form="intake_form")
    assert (await worker.say("三个月没发工资"))["status"] == "bot"
    await worker.say("不想活了")
    await assert_stays_with_the_desk(running_gateway, worker, "算了")


async def test_nor_a_crisis_that_only_the_bot_understood(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    request = HANDOFF["handoff"] | {"reason": "crisis", "priority": 1}
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF | {"handoff": request})
    await worker.say("撑不下去了")
    await assert_stays_with_the_desk(running_gateway, worker, "没事了")


async def test_what_only_begins_softly_is_for_the_colleague(
    running_gateway: Gateway, worker: Worker
) -> None:
    await worker.say("我不想活了")
    result = await worker.say("没事了，就是想问问工资什么时候能要回来")
    assert result == {"messages": [], "status": "waiting"}


async def test_soft_words_to_a_case_without_danger_are_left_as_they_were(
    worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF)
    await worker.say("转人工")
    assert await worker.say("开玩笑的") == {"messages": [], "status": "waiting"}
    assert (await worker.say("不用了"))["status"] == "bot"
