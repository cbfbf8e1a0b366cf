import pytest

from actions.handoffs import closing_line
from actions.texts import texts
from contract import CaseFacts, Handoff, HandoffReason, Reply, ReplyKind
from tests.actions.conversation import Conversation, offered, service

pytestmark = pytest.mark.anyio

OPEN = {
    "failed_turns": 2.0,
    "complaints": 1.0,
    "offer": "person",
    "clarifying": {"clarification": "annual-leave-own", "question": "我有几天年假"},
    "calculation": {"calculator": "annual_leave", "done": True},
}


def package(reply: Reply) -> Handoff:
    assert reply.kind is ReplyKind.HANDOFF
    assert reply.handoff is not None
    assert reply.text == closing_line(reply.handoff.reason, reply.handoff.summary)
    return reply.handoff


@pytest.mark.parametrize(
    ("intent", "text", "reason", "priority"),
    [
        ("request_human", "转人工", HandoffReason.REQUESTED, 4),
        ("crisis", "活着没意思", HandoffReason.CRISIS, 1),
        ("urgent_deadline", "后天仲裁就满一年了", HandoffReason.URGENT_DEADLINE, 2),
    ],
)
async def test_a_person_comes_at_once(
    talk: Conversation, intent: str, text: str, reason: HandoffReason, priority: int
) -> None:
    handoff = package(await talk.say(text, intent))
    assert (handoff.reason, handoff.priority) == (reason, priority)
    assert handoff.summary == text


@pytest.mark.parametrize("intent", ["request_human", "crisis", "urgent_deadline", "not_helpful"])
async def test_with_a_person_whatever_was_open_is_closed(talk: Conversation, intent: str) -> None:
    talk.slots = dict(OPEN)
    package(await talk.say("转人工", intent))
    memory = talk.memory
    assert (memory.failed_turns, memory.complaints) == (0, 0)
    assert (memory.offer, memory.clarifying, memory.calculation) == (None, None, None)


async def test_a_crisis_is_a_category_of_its_own(talk: Conversation) -> None:
    handoff = package(await talk.say("老板欠我工资 不想活了", "crisis"))
    assert handoff.category == texts().categories.crisis
    assert handoff.case_facts == CaseFacts()


async def test_a_deadline_carries_the_workers_own_words(talk: Conversation) -> None:
    text = "老板拖欠工资 仲裁后天满一年"
    handoff = package(await talk.say(text, "urgent_deadline"))
    assert handoff.category == "欠薪与工资支付"
    assert handoff.case_facts == CaseFacts(what_happened=text)


async def test_a_bare_request_says_what_the_talk_was_about(talk: Conversation) -> None:
    await talk.say("医疗互助怎么申请", "ask_service", service("医疗互助"))
    handoff = package(await talk.say("转人工", "request_human"))
    assert handoff.summary == "医疗互助怎么申请 · 转人工"
    assert handoff.category == "医疗互助"


async def test_a_request_that_tells_the_matter_stands_for_itself(talk: Conversation) -> None:
    await talk.say("医疗互助怎么申请")
    text = "老板拖欠工资两个月了 找个真人帮我"
    handoff = package(await talk.say(text, "request_human"))
    assert handoff.summary == text
    assert handoff.category == "欠薪与工资支付"


@pytest.mark.parametrize("intent", ["request_human", "urgent_deadline", "crisis"])
async def test_what_was_told_before_goes_to_the_desk(talk: Conversation, intent: str) -> None:
    await talk.say("老板拖欠工资", "inform")
    await talk.say("两个月没发工资", "inform")
    handoff = package(await talk.say("快来个人", intent))
    assert handoff.summary == "老板拖欠工资 两个月没发工资 快来个人"


async def test_one_complaint_asks_for_other_words_and_offers_a_person(talk: Conversation) -> None:
    reply = await talk.say("没用", "not_helpful")
    assert (reply.kind, reply.text) == (ReplyKind.QUESTION, texts().talk.not_helpful)
    assert offered(reply) == [texts().person.text]
    assert (talk.memory.complaints, talk.memory.offer) == (1, "person")


async def test_a_second_complaint_brings_a_person(talk: Conversation) -> None:
    await talk.say("年假几天", "ask_service", service("年假"))
    await talk.say("没用", "not_helpful")
    handoff = package(await talk.say("答非所问", "not_helpful"))
    assert (handoff.reason, handoff.priority) == (HandoffReason.NEGATIVE_FEEDBACK, 4)
    assert handoff.summary == "年假几天 · 答非所问"
    assert handoff.category == "年休假"


async def test_after_a_person_came_complaints_are_counted_anew(talk: Conversation) -> None:
    await talk.say("没用", "not_helpful")
    await talk.say("没用", "not_helpful")
    assert (await talk.say("没用", "not_helpful")).kind is ReplyKind.QUESTION


async def test_the_search_behind_it_is_shown_to_the_desk(talk: Conversation) -> None:
    reply = await talk.say("老板拖欠工资 转人工", "request_human")
    assert reply.citations == []
    assert reply.trace is not None
    assert reply.trace.hits[0].article_id == "wage-arrears"
