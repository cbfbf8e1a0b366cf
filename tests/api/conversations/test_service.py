"""The turn, from the outside."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from api.conversations import access
from api.settings import Settings
from api.storage.models import Handoff, Message, Status
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import ANSWER, HANDOFF, FakeRasa
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio


async def handoffs(running: Gateway) -> list[Handoff]:
    async with running.database.read() as session:
        return list((await session.scalars(select(Handoff).order_by(Handoff.created_at))).all())


async def stored(running: Gateway, conversation_id: str) -> list[Message]:
    async with running.database.read() as session:
        return list(await access.messages_after(session, conversation_id, 0))


async def set_status(running: Gateway, conversation_id: str, status: Status) -> None:
    async with running.database.write() as session:
        (await access.lock_conversation(session, conversation_id)).status = status


async def test_rasa_gets_what_the_contract_says(worker: Worker, rasa: FakeRasa) -> None:
    await worker.say("  医疗互助怎么报\x00 ")
    request = rasa.requests[0]
    message_id = request["metadata"].pop("message_id")
    assert len(message_id) == 26
    assert request["metadata"].pop("working_hours") in (True, False)
    assert request == {
        "sender": worker.id,
        "text": "医疗互助怎么报",
        "metadata": {"channel": "web", "member": False},
    }
    assert "authorization: bearer development-rasa-secret" in rasa.headers[0].lower()


async def test_an_answer_is_stored_with_its_trace(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(ANSWER)
    result = await worker.say("医疗互助怎么报")
    assert result["status"] == "bot"
    question, answer = (await stored(running_gateway, worker.id))[1:]
    assert answer.trace == ANSWER["trace"]
    assert answer.in_reply_to == question.id
    assert question.handled_at is not None
    assert [question.seq, answer.seq] == [2, 3]


async def test_only_the_beginning_of_a_long_message_goes_to_rasa(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    text = "我" * 10_000
    await worker.say(text)
    assert rasa.texts == ["我" * 500]
    assert (await stored(running_gateway, worker.id))[1].text == text


async def test_a_repetition_gets_the_same_result(worker: Worker, rasa: FakeRasa) -> None:
    first = await worker.say("你好", "same")
    assert await worker.say("你好", "same") == first
    assert len(rasa.requests) == 1
    assert len((await worker.history())["messages"]) == 3


async def test_twenty_duplicates_at_once_are_one(worker: Worker, rasa: FakeRasa) -> None:
    results = await asyncio.gather(*(worker.say("你好", "same") for _ in range(20)))
    assert all(result == results[0] for result in results)
    assert len(results[0]["messages"]) == 1
    assert len(rasa.requests) == 1
    assert len((await worker.history())["messages"]) == 3


async def test_the_same_client_id_in_another_conversation_is_another_message(
    running_gateway: Gateway, rasa: FakeRasa
) -> None:
    for worker in (await running_gateway.worker(), await running_gateway.worker()):
        await worker.say("你好", "same")
    assert len(rasa.requests) == 2


async def test_messages_at_the_same_instant_are_handled_in_the_order_stored(
    worker: Worker, rasa: FakeRasa
) -> None:
    results = await asyncio.gather(*(worker.say(f"第{n}句") for n in range(10)))
    history = (await worker.history())["messages"]
    assert [m["text"] for m in history if m["author"] == "worker"] == rasa.texts
    assert sorted(rasa.texts) == [f"第{n}句" for n in range(10)]
    for n, result in enumerate(results):
        assert [m["text"] for m in result["messages"]] == [f"收到：第{n}句"]


async def test_a_message_is_stored_while_the_one_before_is_being_answered(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.hold()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.say("第一句"))
        await rasa.arrived.wait()
        second = group.create_task(worker.say("第二句"))
        while len(await stored(running_gateway, worker.id)) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert not second.done()
        rasa.gate.set()
    assert rasa.texts == ["第一句", "第二句"]


async def test_conversations_do_not_wait_for_one_another(
    running_gateway: Gateway, rasa: FakeRasa
) -> None:
    slow, quick = await running_gateway.worker(), await running_gateway.worker()
    rasa.hold()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(slow.say("慢"))
        await rasa.arrived.wait()
        assert await quick.say("我想自杀")
        assert not waiting.done()
        rasa.gate.set()


async def test_a_client_who_leaves_loses_nothing(worker: Worker, rasa: FakeRasa) -> None:
    rasa.hold()
    leaving = asyncio.create_task(worker.say("你好", "left"))
    await rasa.arrived.wait()
    leaving.cancel()
    rasa.gate.set()
    result = await worker.say("你好", "left")
    assert [m["text"] for m in result["messages"]] == ["收到：你好"]
    assert rasa.texts == ["你好"]


async def test_a_case_is_on_the_desk_while_it_is_taken_down(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF, active_form="intake_form")
    assert (await worker.say("三个月没发工资"))["status"] == "bot"
    (handoff,) = await handoffs(running_gateway)
    assert (handoff.state, handoff.case_facts) == (
        "waiting",
        {"employer": "某厂", "amount": "两万"},
    )

    request = {**HANDOFF["handoff"], "priority": 4, "case_facts": {"people": "5个"}}
    question = {"kind": "question", "text": "有什么证据？", "handoff": request}
    rasa.answer = lambda _: fake_rasa.turn(question, active_form="intake_form")
    assert (await worker.say("五个人"))["status"] == "bot"
    closing = {"kind": "handoff", "text": "都记下了。", "handoff": request}
    rasa.answer = lambda _: fake_rasa.turn(closing)
    assert (await worker.say("直接转人工"))["status"] == "waiting"
    (handoff,) = await handoffs(running_gateway)
    # What was told stays, and a case never becomes less urgent.
    assert handoff.case_facts == {"employer": "某厂", "amount": "两万", "people": "5个"}
    assert (handoff.reason, handoff.priority) == ("legal_case", 3)


async def test_a_failing_bot_leaves_the_case_that_is_being_taken_down_on_the_desk(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF, active_form="intake_form")
    await worker.say("三个月没发工资")
    rasa.answer = lambda _: fake_rasa.turn()
    assert (await worker.say("五个人"))["status"] == "waiting"
    (handoff,) = await handoffs(running_gateway)
    assert (handoff.reason, handoff.state) == ("legal_case", "waiting")


async def test_a_handoff_is_stored_with_its_package(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(ANSWER)
    await worker.say("工资没发")
    after = {"kind": "chat", "text": "同事会看到您的留言。"}
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF, after)
    result = await worker.say("三个月没发工资")
    assert result["status"] == "waiting"
    assert [m["kind"] for m in result["messages"]] == ["handoff", "chat"]
    (handoff,) = await handoffs(running_gateway)
    assert (handoff.reason, handoff.priority, handoff.category) == ("legal_case", 3, "讨薪")
    assert handoff.summary == "三个月没发工资"
    assert handoff.case_facts == {"employer": "某厂", "amount": "两万"}
    assert handoff.package == {
        "why": "涉及具体案情，需要人来判断",
        "cause": None,
        "intent": "ask",
        "confidence": 0.9,
        "active_form": None,
        "slots": {"area": "医疗互助"},
        "passages": ANSWER["trace"]["hits"],
        "raised_from": None,
    }


async def test_several_handoffs_of_one_turn_are_one_with_the_most_urgent(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    urgent = HANDOFF | {"handoff": HANDOFF["handoff"] | {"priority": 2}}  # type: ignore[operator]
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF, urgent)
    await worker.say("讨薪")
    assert [handoff.priority for handoff in await handoffs(running_gateway)] == [2]


@pytest.mark.parametrize("status", [Status.WAITING, Status.WITH_STAFF])
async def test_the_bot_is_silent_while_a_person_has_it(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa, status: Status
) -> None:
    await set_status(running_gateway, worker.id, status)
    assert await worker.say("在吗") == {"messages": [], "status": status}
    assert rasa.requests == []
    assert (await stored(running_gateway, worker.id))[-1].handled_at is not None


async def test_a_person_who_takes_over_meanwhile_is_not_talked_over(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.hold()
    async with asyncio.TaskGroup() as group:
        said = group.create_task(worker.say("你好"))
        await rasa.arrived.wait()
        await set_status(running_gateway, worker.id, Status.WITH_STAFF)
        rasa.gate.set()
    assert said.result() == {"messages": [], "status": "with_staff"}


async def test_a_message_behind_a_handoff_is_not_answered_by_the_bot(
    worker: Worker, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF)
    first, second = await asyncio.gather(worker.say("转人工"), worker.say("快点"))
    assert len(first["messages"]) + len(second["messages"]) == 1
    assert len(rasa.requests) == 1


async def test_a_closed_conversation_goes_back_to_the_bot(
    running_gateway: Gateway, worker: Worker
) -> None:
    await set_status(running_gateway, worker.id, Status.CLOSED)
    assert (await worker.say("还想问"))["status"] == "bot"


def _garbage(_: dict[str, Any]) -> bytes:
    return b"<html>oops"


def _wrong_kind(_: dict[str, Any]) -> bytes:
    return fake_rasa.turn({"kind": "shout", "text": "啊"})


def _nothing(_: dict[str, Any]) -> bytes:
    return fake_rasa.turn()


@pytest.mark.parametrize("answer", [_garbage, _wrong_kind, _nothing])
async def test_a_useless_answer_goes_to_a_person(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa, answer: Any
) -> None:
    rasa.answer = answer
    await _expect_unavailable(running_gateway, worker)


async def test_an_error_of_rasa_goes_to_a_person(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa
) -> None:
    rasa.status = 500
    await _expect_unavailable(running_gateway, worker)


async def test_a_slow_rasa_goes_to_a_person(settings: Settings, rasa: FakeRasa) -> None:
    rasa.hold()
    async with gateway.running(settings.model_copy(update={"rasa_timeout": 0.1})) as running:
        await _expect_unavailable(running, await running.worker())


async def test_no_rasa_goes_to_a_person(settings: Settings, unused_url: str) -> None:
    async with gateway.running(settings.model_copy(update={"rasa_urls": [unused_url]})) as running:
        await _expect_unavailable(running, await running.worker())


async def _expect_unavailable(running: Gateway, worker: Worker) -> None:
    result = await worker.say("老板拖欠工资", "once")
    (notice,) = result["messages"]
    assert result["status"] == "waiting"
    assert (notice["author"], notice["kind"]) == ("system", "notice")
    assert "已经记下" in notice["text"]
    (handoff,) = await handoffs(running)
    assert (handoff.reason, handoff.priority) == ("bot_unavailable", 4)
    assert handoff.summary == "老板拖欠工资"
    assert handoff.package["cause"]
    assert await worker.say("老板拖欠工资", "once") == result
    assert await worker.say("在吗") == {"messages": [], "status": "waiting"}
    assert len(await handoffs(running)) == 1


async def test_with_two_servers_a_conversation_keeps_to_one(
    settings: Settings, rasa: FakeRasa
) -> None:
    async with fake_rasa.running() as other:
        both = settings.model_copy(update={"rasa_urls": [rasa.url, other.url]})
        async with gateway.running(both) as running:
            for worker in [await running.worker() for _ in range(12)]:
                await worker.say("一")
                await worker.say("二")
        senders = [{request["sender"] for request in server.requests} for server in (rasa, other)]
        assert all(senders)
        assert not senders[0] & senders[1]


async def test_a_server_that_is_down_is_passed_over(
    settings: Settings, rasa: FakeRasa, unused_url: str
) -> None:
    both = settings.model_copy(update={"rasa_urls": [unused_url, rasa.url]})
    async with gateway.running(both) as running:
        for worker in [await running.worker() for _ in range(4)]:
            assert (await worker.say("你好"))["status"] == "bot"
