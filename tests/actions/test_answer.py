from datetime import date

import pytest

from actions.answer import InArea
from actions.clarify import Clarification, clarifications
from actions.memory import Clarifying
from actions.search import Found, Search
from actions.texts import texts
from contract import Decision as TraceDecision
from contract import HandoffReason, ReplyKind
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import KnowledgeBase, SearchResult, SearchTrace
from tests.actions.conftest import SearchThat, hit
from tests.actions.conversation import Conversation, cited, offered, service

pytestmark = pytest.mark.anyio

INTENTS = ["ask_service", "nlu_fallback"]
OWN_LEAVE = "我今年有几天年假啊"


@pytest.fixture
def leave() -> Clarification:
    """What is asked back before an answer about one's own leave."""
    return clarifications()["annual-leave-own"]


@pytest.mark.parametrize("intent", INTENTS)
async def test_an_answer_is_the_articles_own_words_with_its_citation(
    talk: Conversation, intent: str
) -> None:
    reply = await talk.say("医疗互助怎么申请", intent)
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(
        "住院自负的费用，参加了职工医疗互助的可以申请补助。\n\n**怎么办理**\n\n1. "
    )
    assert "**需要材料**" in reply.text
    assert texts().answer.caution not in reply.text
    (citation,) = reply.citations
    assert citation.article_id == "mutual-aid"
    assert citation.title == "职工医疗互助怎么申请"
    assert citation.source == "在职职工医疗互助保障办法；余杭工会第二条"
    assert citation.effective_from == date(2021, 1, 1)
    assert citation.as_of == date(2026, 9, 1)
    assert citation.verified
    assert citation.url == "https://example.org/aid"


async def test_the_trace_repeats_the_search(talk: Conversation) -> None:
    reply = await talk.say("ＡＰＰ上医疗互助怎么申请")
    assert reply.trace is not None
    assert reply.trace.query == "ＡＰＰ上医疗互助怎么申请"
    assert reply.trace.rewritten_query == "app上医疗互助怎么申请"
    assert reply.trace.hits[0].article_id == "mutual-aid"
    assert reply.trace.decision is TraceDecision.ANSWER
    assert reply.trace.index_fingerprint
    assert "union-e5-small" in reply.trace.encoder


async def test_what_is_not_confirmed_comes_with_a_caution(talk: Conversation) -> None:
    reply = await talk.say("免费体检怎么报名")
    assert cited(reply) == ["health-check"]
    assert not reply.citations[0].verified
    assert reply.text.endswith(texts().answer.caution)
    assert "12351" in reply.text


async def test_related_matters_and_a_person_are_offered(talk: Conversation) -> None:
    reply = await talk.say("医疗互助怎么申请")
    assert "免费体检今年在哪里做" in offered(reply)
    assert offered(reply)[-1] == texts().person.text
    assert len(offered(reply)) <= 4


async def test_choices_are_the_best_documents_and_a_person(search_that: SearchThat) -> None:
    talk = Conversation(search_that(Decision.CHOICES), {"failed_turns": 1.0})
    reply = await talk.say("怎么申请")
    assert reply.kind is ReplyKind.CHOICES
    assert reply.text == texts().choices.ask
    assert reply.trace is not None
    assert reply.citations == []
    titles = [each.title for each in reply.quick_replies]
    assert len(titles) == 4
    assert titles[-1] == texts().choices.none_of_these
    assert offered(reply)[-1] == texts().person.text
    assert "2020年度技能补贴" not in titles
    assert talk.memory.failed_turns == 0


async def test_an_unknown_matter_is_admitted(talk: Conversation) -> None:
    reply = await talk.say("今天股票涨了没有")
    assert reply.kind is ReplyKind.DECLINE
    assert reply.text == texts().decline.unknown
    assert reply.citations == []
    assert reply.quick_replies == [texts().person]
    assert talk.memory.failed_turns == 1


async def test_an_empty_message_is_a_failed_turn(talk: Conversation) -> None:
    assert (await talk.say("")).kind is ReplyKind.DECLINE
    assert talk.memory.failed_turns == 1


@pytest.mark.parametrize(
    ("intent", "first"),
    [("ask_service", ReplyKind.DECLINE), ("nlu_fallback", ReplyKind.CHOICES)],
)
async def test_failures_climb_a_ladder_to_a_person(
    talk: Conversation, intent: str, first: ReplyKind
) -> None:
    replies = [await talk.say("那个股票", intent) for _ in range(3)]
    assert [each.kind for each in replies] == [first, ReplyKind.QUESTION, ReplyKind.HANDOFF]
    assert replies[-1].handoff is not None
    assert replies[-1].handoff.reason is HandoffReason.REPEATED_FAILURE
    assert replies[-1].handoff.priority == 4


@pytest.mark.parametrize("intent", INTENTS)
async def test_an_answer_resets_the_ladder(talk: Conversation, intent: str) -> None:
    await talk.say("那个股票", "nlu_fallback")
    await talk.say("那个股票", "nlu_fallback")
    assert talk.memory.failed_turns == 2
    await talk.say("医疗互助怎么申请", intent)
    assert talk.memory.failed_turns == 0


async def test_choices_after_a_message_not_understood_count_as_a_failure(
    search_that: SearchThat,
) -> None:
    talk = Conversation(search_that(Decision.CHOICES))
    reply = await talk.say("申请", "nlu_fallback")
    assert reply.kind is ReplyKind.CHOICES
    assert reply.text == texts().choices.ask
    assert talk.memory.failed_turns == 1


async def test_a_message_not_understood_gets_the_main_topics(talk: Conversation) -> None:
    reply = await talk.say("嗯嗯", "nlu_fallback")
    assert reply.text == texts().choices.topics
    assert reply.quick_replies == [*texts().topics, texts().person]


async def test_the_matter_and_its_subject_are_kept_in_mind(talk: Conversation) -> None:
    await talk.say("互助金怎么申请", "ask_service", service("互助金"))
    topic = talk.memory.topic
    assert topic is not None
    assert (topic.article_id, topic.area) == ("mutual-aid", "medical-mutual-aid")
    assert (topic.question, topic.subject) == ("互助金怎么申请", "互助金")


async def test_the_subject_stays_while_the_area_does(talk: Conversation) -> None:
    await talk.say("互助金怎么申请", "ask_service", service("互助金"))
    await talk.say("住院了能报多少")
    assert talk.memory.topic is not None
    assert talk.memory.topic.subject == "互助金"
    await talk.say("老板拖欠工资怎么办")
    assert talk.memory.topic.subject == ""


# --- in the thread


async def test_a_short_question_is_about_the_matter_before(talk: Conversation) -> None:
    alone = await talk.say("补多少")
    assert alone.kind is ReplyKind.CHOICES
    await talk.say("医疗互助怎么申请", "ask_service", service("医疗互助"))
    reply = await talk.say("补多少")
    assert reply.kind is ReplyKind.ANSWER
    assert cited(reply) == ["mutual-aid"]
    assert reply.trace is not None
    assert reply.trace.query == "补多少"


async def test_a_long_message_stands_for_itself(talk: Conversation) -> None:
    await talk.say("医疗互助怎么申请")
    reply = await talk.say("那今天上海的股票大盘到底是涨了还是跌了呀")
    assert reply.kind is ReplyKind.DECLINE


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("text", ["今天股票涨了没有", "讲个笑话"])
async def test_a_short_message_about_something_else_is_not_answered_with_the_matter_before(
    talk: Conversation, intent: str, text: str
) -> None:
    await talk.say("医疗互助怎么申请", "ask_service", service("医疗互助"))
    assert (await talk.say(text, intent)).kind is not ReplyKind.ANSWER
    assert talk.memory.failed_turns == 1


async def test_what_was_told_before_belongs_to_the_question(talk: Conversation) -> None:
    await talk.say("住院了", "inform")
    await talk.say("单位交了互助", "inform")
    reply = await talk.say("补多少")
    assert cited(reply) == ["mutual-aid"]
    assert talk.memory.pieces == ()


async def test_an_aspect_asked_before_belongs_to_the_subject_named_now(
    talk: Conversation,
) -> None:
    assert (await talk.say("要什么材料", "ask_aspect")).kind is ReplyKind.CHOICES
    reply = await talk.say("医疗互助", "ask_service", service("医疗互助"))
    assert cited(reply) == ["mutual-aid"]
    assert reply.text.index("**需要材料**") < reply.text.index("**怎么办理**")
    assert talk.memory.aspect is None


async def test_a_question_of_its_own_takes_no_aspect_from_before(talk: Conversation) -> None:
    await talk.say("要什么材料", "ask_aspect")
    reply = await talk.say("医疗互助怎么申请", "ask_service", service("医疗互助"))
    assert reply.text.index("**怎么办理**") < reply.text.index("**需要材料**")


# --- asked back


async def test_what_hangs_on_a_fact_is_asked_back(talk: Conversation, leave: Clarification) -> None:
    reply = await talk.say(OWN_LEAVE, "ask_service", service("年假"))
    assert reply.kind is ReplyKind.QUESTION
    assert reply.text == f"{leave.rule}\n\n**{leave.question}**"
    assert offered(reply) == [*(each.title for each in leave.options), texts().person.text]
    assert cited(reply) == ["annual-leave-days"]
    assert talk.memory.clarifying == Clarifying(clarification=leave.id, question=OWN_LEAVE)


async def test_a_question_for_the_rule_is_answered_at_once(talk: Conversation) -> None:
    assert (await talk.say("年假有几天")).kind is ReplyKind.ANSWER
    assert talk.memory.clarifying is None


@pytest.mark.parametrize(
    "intent", ["ask_service", "ask_aspect", "inform", "affirm", "deny", "correct", "skip"]
)
@pytest.mark.parametrize("text", ["十年到不满二十年", "十二年了"])
async def test_the_reply_to_it_opens_the_answer_whatever_its_intent(
    talk: Conversation, leave: Clarification, text: str, intent: str
) -> None:
    await talk.say(OWN_LEAVE)
    reply = await talk.say(text, intent)
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(f"{leave.options[2].answer}\n\n满一年不满十年的5天")
    assert cited(reply) == ["annual-leave-days"]
    assert reply.trace is not None
    assert reply.trace.query == text
    assert talk.memory.clarifying is None
    assert talk.memory.topic is not None
    assert talk.memory.topic.question == OWN_LEAVE


async def test_a_reply_that_is_not_understood_settles_it_as_well(
    talk: Conversation, leave: Clarification
) -> None:
    await talk.say(OWN_LEAVE)
    reply = await talk.say("满二十年了", "nlu_fallback")
    assert reply.text.startswith(leave.options[3].answer)


@pytest.mark.parametrize(("text", "intent"), [("说不上来", "skip"), ("我是河南人", "inform")])
async def test_without_a_fitting_reply_the_whole_rule_is_given(
    talk: Conversation, text: str, intent: str
) -> None:
    await talk.say(OWN_LEAVE)
    reply = await talk.say(text, intent)
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(f"{texts().talk.unclarified}\n\n满一年不满十年的5天")
    assert talk.memory.clarifying is None


async def test_another_question_instead_of_a_reply_is_answered(talk: Conversation) -> None:
    await talk.say(OWN_LEAVE)
    assert cited(await talk.say("老板拖欠工资怎么办")) == ["wage-arrears"]
    assert talk.memory.clarifying is None


async def test_a_matter_that_was_taken_out_meanwhile_is_searched_as_usual(
    search: Search,
) -> None:
    gone = Clarifying(clarification="gone", question=OWN_LEAVE).model_dump()
    talk = Conversation(search, {"clarifying": gone})
    assert cited(await talk.say("医疗互助怎么申请")) == ["mutual-aid"]


async def test_a_matter_without_its_article_is_searched_as_usual(search: Search) -> None:
    matter = clarifications()["retirement-own"]
    asked = Clarifying(clarification=matter.id, question="我几岁退休").model_dump()
    option = matter.options[0]
    replies = [
        await Conversation(search, {"clarifying": asked}).say(option.title),
        await Conversation(search, {"clarifying": asked}).say("不清楚", "skip"),
    ]
    assert not replies[0].text.startswith(option.answer)
    assert not replies[1].text.startswith(texts().talk.unclarified)


@pytest.mark.parametrize(
    ("alone", "with_subject", "is_answered"),
    [
        (Decision.DECLINE, (Decision.CHOICES, 0.2), True),
        (Decision.CHOICES, (Decision.CHOICES, 0.01), True),
        (Decision.DECLINE, (Decision.CHOICES, 0.01), False),
        (Decision.DECLINE, (Decision.DECLINE, 0.01), False),
    ],
)
def test_a_follow_up_that_finds_one_article_twice_is_answered_unless_that_is_unlikely(
    knowledge_base: KnowledgeBase,
    alone: Decision,
    with_subject: tuple[Decision, float],
    is_answered: bool,
) -> None:
    def found(decision: Decision, probability: float) -> Found:
        trace = SearchTrace("", "", "", "", "")
        return Found(SearchResult([hit()], decision, probability, trace), knowledge_base)

    certain = InArea(found(alone, 0.01), found(*with_subject)).certain
    assert (certain is not None) is is_answered
