"""A case through its states, as the worker and the desk see it over the gateway."""

import pytest

from api.conversations import access
from api.handoff import queue
from api.handoff.desk import Desk
from api.storage.models import Role, Staff, new_id
from tests.api.fake_rasa import HANDOFF, FakeRasa, turn
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio


@pytest.fixture
async def colleague(running_gateway: Gateway) -> Staff:
    staff = Staff(id=new_id(), username="ann", name="小安", role=Role.AGENT, password_hash="-")
    async with running_gateway.database.write() as session:
        session.add(staff)
    return staff


@pytest.fixture
def desk(running_gateway: Gateway) -> Desk:
    desk: Desk = running_gateway.app.state.desk
    return desk


async def _hand_over(worker: Worker, rasa: FakeRasa) -> None:
    before = rasa.answer
    rasa.answer = lambda request: turn(HANDOFF)
    result = await worker.say("老板三个月没发工资")
    rasa.answer = before
    assert result["status"] == "waiting"


async def test_the_bot_is_silent_until_it_gets_the_conversation_back(
    worker: Worker, rasa: FakeRasa, desk: Desk, colleague: Staff
) -> None:
    await _hand_over(worker, rasa)
    assert (await worker.say("单位在仓前"))["messages"] == []
    await desk.claim(worker.id, colleague)
    assert (await worker.say("您好"))["messages"] == []
    await desk.reply(worker.id, colleague, "我看到了，合同签了吗？", "1")
    assert (await worker.say("没签"))["status"] == "with_staff"
    asked = len(rasa.requests)
    await desk.release(worker.id, colleague)
    result = await worker.say("那我再问问高温费")
    assert result["status"] == "bot"
    assert [each["text"] for each in result["messages"]] == ["收到：那我再问问高温费"]
    assert len(rasa.requests) == asked + 1
    # The dialogue server knows this as another conversation, without the thread of before.
    assert rasa.requests[-1]["sender"] == f"{worker.id}.1"


async def test_a_message_after_the_end_opens_a_linked_conversation(
    running_gateway: Gateway, worker: Worker, rasa: FakeRasa, desk: Desk, colleague: Staff
) -> None:
    await _hand_over(worker, rasa)
    await desk.claim(worker.id, colleague)
    await desk.resolve(worker.id, colleague, "已答复")
    assert (await worker.history())["status"] == "closed"
    result = await worker.say("又有新情况", "new")
    assert result["status"] == "bot"
    assert [each["text"] for each in result["messages"]] == ["收到：又有新情况"]
    # The same token opens it, the old address leads to it, and a retry changes nothing.
    following = Worker(
        worker.client, {**worker.created, "conversation_id": result["conversation_id"]}
    )
    assert following.id != worker.id
    assert "conversation_id" not in await following.say("接着说")
    assert (await worker.say("又有新情况", "new")) == result
    texts = [each["text"] for each in (await worker.history())["messages"]]
    assert texts.index("老板三个月没发工资") < texts.index("又有新情况") < texts.index("接着说")
    async with running_gateway.database.read() as session:
        detail = await queue.detail(session, following.id)
    assert [each.id for each in detail.earlier] == [worker.id]
    assert detail.conversation.previous_id == worker.id


async def test_a_retry_of_a_message_from_before_the_end_gets_its_own_answer(
    worker: Worker, rasa: FakeRasa, desk: Desk, colleague: Staff
) -> None:
    first = await worker.say("医疗互助怎么报", "early")
    await _hand_over(worker, rasa)
    await desk.claim(worker.id, colleague)
    await desk.resolve(worker.id, colleague, "已答复")
    again = await worker.say("医疗互助怎么报", "early")
    assert again["messages"] == first["messages"]
    assert "conversation_id" not in again


@pytest.mark.parametrize(
    "words", ["不用了", "算了吧", "取消人工", "不找人工了。", "不找 人工了", "不轉了"]
)
async def test_the_worker_cancels(worker: Worker, rasa: FakeRasa, desk: Desk, words: str) -> None:
    await _hand_over(worker, rasa)
    result = await worker.say(words)
    assert result["status"] == "bot"
    assert [each["kind"] for each in result["messages"]] == ["notice"]
    assert (await worker.say("那高温费呢"))["messages"][0]["text"] == "收到：那高温费呢"


@pytest.mark.parametrize(
    "words", ["不用了，我自己去仲裁，不过想问下要带什么", "算了这么多年的账他都不认"]
)
async def test_words_that_only_begin_like_it_do_not_cancel(
    worker: Worker, rasa: FakeRasa, words: str
) -> None:
    await _hand_over(worker, rasa)
    assert (await worker.say(words))["status"] == "waiting"


async def test_who_asks_how_long_is_told(worker: Worker, rasa: FakeRasa) -> None:
    await _hand_over(worker, rasa)
    for words in ("人呢", "还要等多久", "有人吗"):
        (notice,) = (await worker.say(words))["messages"]
        assert notice["kind"] == "notice"
        assert notice["author"] == "system"


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [("还有一件事", "chat", "bot"), ("我不想活了", "handoff", "waiting")],
)
async def test_what_comes_as_the_conversation_is_closed_goes_on_in_the_next(
    running_gateway: Gateway,
    worker: Worker,
    rasa: FakeRasa,
    desk: Desk,
    colleague: Staff,
    text: str,
    kind: str,
    status: str,
) -> None:
    await _hand_over(worker, rasa)
    await desk.claim(worker.id, colleague)
    async with running_gateway.database.write() as session:
        # Stored while the case was open; its turn comes after the end.
        await access.add_worker_message(session, worker.id, text=text, client_message_id="late")
    await desk.resolve(worker.id, colleague, "已答复")
    result = await worker.say(text, "late")
    assert result["status"] == status
    assert [each["kind"] for each in result["messages"]] == [kind]
    assert result["conversation_id"] != worker.id
    texts = [each["text"] for each in (await worker.history())["messages"]]
    assert texts.count(text) == 1
    assert await worker.say(text, "late") == result
