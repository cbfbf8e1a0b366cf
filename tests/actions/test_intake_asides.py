"""What a worker says in the middle of the intake that is no plain reply to the open question."""

import pytest

from actions.forms import INTAKE_FORM
from actions.search import Search
from actions.texts import texts
from contract import CaseFacts, Reply, ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.calculators.figures import day, employer, money
from tests.actions.conftest import SearchThat
from tests.actions.forms import Talk, buttons, case_of
from tests.actions.intake import DISMISSED, WORDS, opened_case, question_of, skipped_to

pytestmark = pytest.mark.anyio


@pytest.fixture
def talk(search: Search) -> Talk:
    return Talk(search)


@pytest.fixture
async def opened(talk: Talk) -> Talk:
    return await opened_case(talk)


async def offered_choices(search_that: SearchThat, text: str) -> tuple[Talk, Reply]:
    """A case in which a question of the worker has brought choices."""
    talk = Talk(search_that(Decision.CHOICES))
    await talk.say(DISMISSED, "legal_case")
    return talk, await talk.say(text, "ask_service")


async def test_choices_in_the_middle_can_be_tapped_and_the_form_goes_on(
    search_that: SearchThat, search: Search
) -> None:
    talk, reply = await offered_choices(search_that, "年假有几天？")
    assert reply.text == f"{texts().choices.ask}\n\n{question_of('employer')}"
    choices = buttons(reply)[:-2]
    assert choices
    assert buttons(reply)[-2:] == ["跳过", "直接转人工"]
    talk.search = search
    for intent in ("legal_case", "inform", "ask_service"):
        answered = await talk.say("年休假一年有几天", intent, confidence=0.3)
        assert answered.kind is ReplyKind.ANSWER
        assert answered.text.endswith(f"\n\n{question_of('employer')}")
    following = await talk.say("恒达五金厂", "inform")
    assert case_of(following).case_facts.employer == "恒达五金厂"


async def test_a_question_asked_back_in_the_middle_keeps_its_buttons(opened: Talk) -> None:
    reply = await opened.say("我今年有几天年假啊", "ask_service")
    *options, _, _ = buttons(reply)
    assert len(options) >= 2
    assert reply.text.endswith(question_of("employer"))
    answered = await opened.say(options[0], "inform")
    assert [each.article_id for each in answered.citations] == ["annual-leave-days"]
    assert answered.text.endswith(f"\n\n{question_of('employer')}")
    following = await opened.say("恒达五金厂", "inform")
    assert case_of(following).case_facts.employer == "恒达五金厂"


async def test_a_person_comes_at_once_after_choices(search_that: SearchThat) -> None:
    talk, _ = await offered_choices(search_that, "年假有几天？")
    reply = await talk.say("直接转人工", "request_human")
    assert reply.text == WORDS.closing


@pytest.mark.parametrize("fact", ["employer", "when", "amount", "people", "evidence", "contact"])
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("好的继续吧", "affirm"),
        ("嗯", "affirm"),
        ("好的", "nlu_fallback"),
        ("继续", "return_topic"),
    ],
)
async def test_a_mere_yes_is_no_reply_and_the_question_asked_again(
    opened: Talk, fact: str, text: str, intent: str
) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say(text, intent)
    assert reply.text == question_of(fact)
    assert getattr(case_of(reply).case_facts, fact) is None


@pytest.mark.parametrize(
    ("fact", "kept"), [("employer", None), ("amount", None), ("evidence", "嗯"), ("when", "嗯")]
)
async def test_a_mere_yes_is_asked_about_once(opened: Talk, fact: str, kept: str | None) -> None:
    await skipped_to(opened, fact)
    await opened.say("好的", "affirm")
    reply = await opened.say("嗯", "affirm")
    assert reply.text != question_of(fact)
    assert getattr(case_of(reply).case_facts, fact) == kept


async def test_a_yes_that_tells_something_is_a_reply(opened: Talk) -> None:
    reply = await opened.say("好的 是恒达五金厂", "affirm")
    assert case_of(reply).case_facts.employer == "好的 是恒达五金厂"


@pytest.mark.parametrize(
    "text",
    [
        "你刚才问我啥来着",
        "问到哪了",
        "您刚刚问的什么？",
        "说到哪儿了",
        "再问一遍",
        "刚才的问题是什么",
    ],
)
@pytest.mark.parametrize("intent", ["return_topic", "ask_aspect", "nlu_fallback", "inform"])
async def test_who_lost_the_thread_is_asked_the_same_again(
    opened: Talk, text: str, intent: str
) -> None:
    await skipped_to(opened, "amount")
    reply = await opened.say(text, intent)
    assert reply.text == question_of("amount")
    assert case_of(reply).case_facts == CaseFacts(what_happened=DISMISSED)


@pytest.mark.parametrize("fact", ["employer", "amount", "evidence", "consent"])
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("报警有用吗", "legal_case"),
        ("总共多少啊", "inform"),
        ("没有证据怎么办", "deny"),
        ("报警有用吗", "ask_service"),
    ],
)
async def test_a_question_that_nothing_answers_waits_for_the_colleague(
    search_that: SearchThat, fact: str, text: str, intent: str
) -> None:
    talk = Talk(search_that(Decision.DECLINE))
    await talk.say(DISMISSED, "legal_case")
    await skipped_to(talk, fact)
    reply = await talk.say(text, intent)
    assert reply.text == f"{WORDS.noted}\n\n{question_of(fact)}"
    assert case_of(reply).case_facts == CaseFacts(what_happened=f"{DISMISSED}\n{text}")
    assert talk.loop == INTAKE_FORM
    ending = await talk.say("直接转人工", "request_human")
    assert ending.text == WORDS.closing


async def test_questions_that_nothing_answers_do_not_end_the_form(search_that: SearchThat) -> None:
    talk = Talk(search_that(Decision.DECLINE))
    await talk.say(DISMISSED, "legal_case")
    for _ in range(4):
        reply = await talk.say("报警有用吗", "ask_service")
        assert reply.text.startswith(WORDS.noted)
    assert talk.loop == INTAKE_FORM


async def test_a_question_is_answered_where_the_articles_are_certain(opened: Talk) -> None:
    reply = await opened.say("老板拖欠工资怎么办", "legal_case", confidence=0.3)
    assert [each.article_id for each in reply.citations] == ["wage-arrears"]
    assert reply.text.endswith(question_of("employer"))
    assert case_of(await opened.say("跳过", "skip")).case_facts.employer is None


async def test_what_a_question_tells_beside_itself_is_taken(search_that: SearchThat) -> None:
    talk = Talk(search_that(Decision.DECLINE))
    await talk.say(DISMISSED, "legal_case")
    text = "恒达五金厂 老板跑了怎么办"
    reply = await talk.say(text, "inform", employer("恒达五金厂"))
    assert case_of(reply).case_facts.employer == "恒达五金厂"
    assert case_of(reply).case_facts.what_happened == f"{DISMISSED}\n{text}"
    assert reply.text == f"{WORDS.noted}\n\n{question_of('when')}"


async def test_a_question_that_reads_like_a_crisis_raises_the_priority(
    search_that: SearchThat,
) -> None:
    talk = Talk(search_that(Decision.DECLINE))
    await talk.say(DISMISSED, "legal_case")
    reply = await talk.say("报警有用吗", "inform", may_be_in_danger=True)
    assert case_of(reply).priority == 2


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("when", "还在上班呢"),
        ("people", "三十多个人呢"),
        ("amount", "不知道一共多少"),
        ("evidence", "有工资条什么的"),
    ],
)
async def test_a_reply_that_ends_nearly_as_a_question_counts(
    opened: Talk, fact: str, text: str
) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say(text, "inform")
    assert getattr(case_of(reply).case_facts, fact) == text


async def test_all_that_one_reply_tells_is_not_asked_for(opened: Talk) -> None:
    text = "公司杭州明发五金 我还在上班 6月3号出的事"
    reply = await opened.say(text, "inform", day("6月3号", "2026-06-03"))
    assert reply.text == question_of("amount")
    await opened.say("跳过", "skip")
    text = "就我一个人 证据有视频和病历"
    reply = await opened.say(text, "inform")
    assert case_of(reply).case_facts.people == text
    assert case_of(reply).case_facts.evidence == "证据有视频和病历"
    assert reply.text == question_of("contact")


async def test_more_of_the_story_settles_what_it_tells(opened: Talk) -> None:
    text = "就我一个人被赶走 我有录音 恒达五金厂欠我12000块"
    reply = await opened.say(text, "legal_case", employer("恒达五金厂"), money("12000块", 12000))
    assert case_of(reply).case_facts == CaseFacts(
        employer="恒达五金厂",
        what_happened=f"{DISMISSED}\n{text}",
        amount="12000块",
        people="就我一个人被赶走",
        evidence="我有录音",
    )
    assert reply.text == question_of("when")


async def test_what_was_told_is_not_overwritten_by_the_way(opened: Talk) -> None:
    await opened.say("恒达五金厂 我有录音 就我一个人", "inform")
    reply = await opened.say("上个月 我还有视频 只有我自己", "inform")
    facts = case_of(reply).case_facts
    assert (facts.evidence, facts.people) == ("我有录音", "就我一个人")
    assert facts.when == "上个月 我还有视频 只有我自己"


async def test_the_first_message_tells_evidence_and_people_too(talk: Talk) -> None:
    reply = await talk.say("老板拖欠工资 就我一个人 我有转账记录", "legal_case")
    assert case_of(reply).case_facts.evidence == "我有转账记录"
    assert case_of(reply).case_facts.people == "就我一个人"


async def test_after_a_death_nobody_is_asked_about_the_job(talk: Talk) -> None:
    await talk.say("我爸在工地上摔死了", "legal_case")
    reply = await talk.say("恒达五金厂", "inform")
    assert reply.text == WORDS.when_after_death


async def test_a_death_told_before_the_case_is_no_injury(talk: Talk) -> None:
    await talk.say("我爸从架子上摔下来受伤 送医院人没了", "inform")
    reply = await talk.say("老板不管", "legal_case")
    assert WORDS.opening_after_death in reply.text
    assert WORDS.warnings["injury"] not in reply.text


async def test_what_is_told_beside_an_answered_question_is_on_the_desk(opened: Talk) -> None:
    text = "欠了8000 有录音 老板拖欠工资怎么办"
    reply = await opened.say(text, "ask_service", money("8000", 8000))
    assert [each.article_id for each in reply.citations] == ["wage-arrears"]
    facts = case_of(reply).case_facts
    assert (facts.amount, facts.evidence) == ("8000", "有录音")
    assert reply.text.endswith(question_of("employer"))


async def test_an_answered_question_that_reads_like_a_crisis_raises_the_priority(
    opened: Talk,
) -> None:
    reply = await opened.say("老板拖欠工资怎么办", "ask_service", may_be_in_danger=True)
    assert reply.citations
    assert case_of(reply).priority == 2


async def test_a_fact_asked_for_and_told_with_a_question_is_not_asked_again(opened: Talk) -> None:
    text = "恒达五金厂 老板拖欠工资怎么办"
    reply = await opened.say(text, "ask_service", employer("恒达五金厂"))
    assert case_of(reply).case_facts.employer == "恒达五金厂"
    assert reply.text.endswith(question_of("when"))


async def test_what_is_said_beside_a_correction_is_added_to_the_story(opened: Talk) -> None:
    await opened.say("恒达五金厂", "inform", employer("恒达五金厂"))
    text = "不对 是恒发五金厂 他还威胁要打我"
    reply = await opened.say(text, "correct", employer("恒发五金厂"))
    facts = case_of(reply).case_facts
    assert facts.employer == "恒发五金厂"
    assert facts.what_happened == f"{DISMISSED}\n{text}"
