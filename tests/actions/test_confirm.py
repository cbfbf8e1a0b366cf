import pytest

from actions.memory import OFFER_OF_A_PERSON, Memory
from actions.search import Search
from actions.texts import texts
from contract import HandoffReason, ReplyKind
from tests.actions.conversation import Conversation, offered, years

pytestmark = pytest.mark.anyio


async def test_yes_to_the_offer_of_a_person_brings_one(talk: Conversation) -> None:
    await talk.say("没用", "not_helpful")
    reply = await talk.say("好的", "affirm")
    assert reply.kind is ReplyKind.HANDOFF
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.REQUESTED
    assert talk.memory.offer is None


async def test_yes_to_the_offer_of_a_calculation_starts_it(talk: Conversation) -> None:
    offer = await talk.say("年假几天", "calculate_annual_leave")
    assert "帮我算年休假" in offered(offer)
    question = await talk.say("好的", "affirm")
    assert question.kind is ReplyKind.QUESTION
    assert talk.loop == "calculator_form"
    assert "10 天年假" in (await talk.say("12年", "inform", years("12年", "12"))).text


async def test_yes_to_nothing_is_a_friendly_word(talk: Conversation) -> None:
    await talk.say("那个股票", "nlu_fallback")
    reply = await talk.say("好的", "affirm")
    assert (reply.kind, reply.text) == (ReplyKind.CHAT, texts().talk.affirmed)
    assert talk.memory.failed_turns == 0


async def test_yes_to_an_offer_that_is_gone_is_a_friendly_word(search: Search) -> None:
    reply = await Conversation(search, {"offer": "horoscope"}).say("好的", "affirm")
    assert reply.text == texts().talk.affirmed


async def test_no_to_an_offer_withdraws_it(talk: Conversation) -> None:
    await talk.say("没用", "not_helpful")
    assert talk.memory.offer == OFFER_OF_A_PERSON
    reply = await talk.say("不用", "deny")
    assert (reply.kind, reply.text) == (ReplyKind.CHAT, texts().talk.declined)
    assert talk.memory.offer is None
    assert (await talk.say("好的", "affirm")).kind is ReplyKind.CHAT


async def test_no_to_nothing_asks_what_was_meant(talk: Conversation) -> None:
    reply = await talk.say("不是", "deny")
    assert (reply.kind, reply.text) == (ReplyKind.QUESTION, texts().talk.denied)
    assert offered(reply) == [texts().person.text]


async def test_an_answer_withdraws_the_offer_before_it(talk: Conversation) -> None:
    await talk.say("没用", "not_helpful")
    await talk.say("医疗互助怎么申请")
    assert (await talk.say("好的", "affirm")).kind is ReplyKind.CHAT


async def test_stop_leaves_whatever_is_open(talk: Conversation) -> None:
    await talk.say("我今年有几天年假啊")
    assert talk.memory.clarifying is not None
    topics = talk.memory.topics
    reply = await talk.say("算了", "stop")
    assert (reply.kind, reply.text) == (ReplyKind.CHAT, texts().talk.stopped)
    assert talk.memory.clarifying is None
    assert talk.memory.topics == topics


async def test_stop_drops_what_was_told_and_the_failures(talk: Conversation) -> None:
    await talk.say("我住院了", "inform")
    await talk.say("那个股票", "nlu_fallback")
    await talk.say("算了", "stop")
    assert talk.memory == Memory()


async def test_stop_withdraws_an_offer(talk: Conversation) -> None:
    await talk.say("没用", "not_helpful")
    await talk.say("算了", "stop")
    assert talk.memory.offer is None


async def test_stop_forgets_the_latest_calculation_and_keeps_the_figures(
    talk: Conversation,
) -> None:
    await talk.say("帮我算年假", "calculate_annual_leave")
    await talk.say("12年", "inform", years("12年", "12"))
    await talk.say("好了", "stop")
    assert talk.memory.calculation is None
    assert "total_service" in talk.memory.figures


async def test_skip_outside_a_question_asks_for_the_matter(talk: Conversation) -> None:
    reply = await talk.say("不知道", "skip")
    assert (reply.kind, reply.text) == (ReplyKind.QUESTION, texts().talk.skipped)
    assert offered(reply) == [texts().person.text]


@pytest.mark.parametrize("text", ["算了 叫个真人来", "别说了 找个人来", "不用了 转人工"])
async def test_who_stops_for_a_person_gets_one(talk: Conversation, text: str) -> None:
    reply = await talk.say(text, "stop")
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.REQUESTED
