"""The intake form as a worker meets it; the desk's package is read with every reply."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from actions.forms import INTAKE_FORM
from actions.handoffs import closing_line
from actions.search import Search
from actions.texts import texts
from contract import CaseFacts, HandoffReason, ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.calculators.figures import Said, count, day, duration, employer, money
from tests.actions.conftest import SearchThat
from tests.actions.forms import Talk, buttons, case_of
from tests.actions.intake import DISMISSED, FACTS, WORDS, opened_case, question_of, skipped_to

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Told:
    """What a worker replies to the question for one fact."""

    fact: str
    text: str
    said: tuple[Said, ...] = ()
    intent: str = "inform"


REPLIES = [
    Told("employer", "恒达五金厂", (employer("恒达五金厂"),)),
    Told("when", "上个月的事 还在职", (day("上个月", "2026-10-01", "month"),)),
    Told("amount", "大概12000块", (money("12000块", 12000),)),
    Told("people", "三个人", (count("三", 3),)),
    Told("evidence", "有工资条和5个月的转账", (duration("5个月", months=5),)),
    Told("contact", "张三 13800000000"),
    Told("consent", "同意", intent="affirm"),
]


@pytest.fixture
def talk(search: Search) -> Talk:
    return Talk(search)


@pytest.fixture
async def opened(talk: Talk) -> Talk:
    return await opened_case(talk)


async def test_the_case_is_on_the_desk_with_its_first_message(talk: Talk) -> None:
    reply = await talk.say("老板拖欠工资两个月", "legal_case")
    case = case_of(reply)
    assert reply.kind is ReplyKind.HANDOFF
    assert case.reason is HandoffReason.LEGAL_CASE
    assert case.category == "欠薪与工资支付"
    assert case.priority == 3
    assert case.summary == "老板拖欠工资两个月"
    assert case.case_facts == CaseFacts(what_happened="老板拖欠工资两个月")
    assert talk.loop == INTAKE_FORM


async def test_what_was_told_before_opens_the_story(talk: Talk) -> None:
    await talk.say("我在工地上做小工", "inform")
    reply = await talk.say("现在老板不给钱", "legal_case")
    assert case_of(reply).case_facts.what_happened == "我在工地上做小工\n现在老板不给钱"


async def test_facts_of_the_first_message_are_not_asked_for(talk: Talk) -> None:
    text = "恒达五金厂上个月拖欠我12000块工资 一共28个人"
    reply = await talk.say(
        text,
        "legal_case",
        employer("恒达五金厂"),
        day("上个月", "2026-10-01", "month"),
        money("12000块", 12000),
        count("28", 28),
    )
    assert case_of(reply).case_facts == CaseFacts(
        employer="恒达五金厂", what_happened=text, when="上个月", amount="12000块", people="28"
    )
    assert reply.text.endswith(f"**{question_of('evidence')}**")


@pytest.mark.parametrize("unit", ["child", "time", "piece", "other"])
async def test_only_people_are_counted_as_people(talk: Talk, unit: str) -> None:
    reply = await talk.say("2次没发工资", "legal_case", count("2", 2, unit))
    assert case_of(reply).case_facts.people is None


async def test_every_fact_is_asked_for_told_and_kept(opened: Talk) -> None:
    for told, following in pairwise(REPLIES):
        reply = await opened.say(told.text, told.intent, *told.said)
        assert reply.kind is ReplyKind.QUESTION
        assert reply.text == question_of(following.fact)
        assert getattr(case_of(reply).case_facts, told.fact) == told.text
    closing = await opened.say(REPLIES[-1].text, REPLIES[-1].intent)
    assert case_of(closing).case_facts == CaseFacts(
        employer="恒达五金厂",
        what_happened=DISMISSED,
        when="上个月的事 还在职",
        amount="大概12000块",
        people="三个人",
        evidence="有工资条和5个月的转账",
        contact="张三 13800000000",
        consent=True,
    )


def test_every_fact_has_a_reply_here() -> None:
    assert {told.fact for told in REPLIES} | {"what_happened"} == set(FACTS)
    assert set(FACTS) == set(CaseFacts.model_fields)


async def test_every_question_may_be_skipped(opened: Talk) -> None:
    asked = []
    while opened.memory.case is not None:
        asked.append(opened.memory.case.asked)
        reply = await opened.say("跳过", "skip")
    assert asked == [fact for fact in FACTS if fact != "what_happened"]
    assert reply.text == WORDS.closing
    assert case_of(reply).case_facts == CaseFacts(what_happened=DISMISSED)
    assert opened.loop is None


@pytest.mark.parametrize("fact", [told.fact for told in REPLIES])
async def test_every_question_shows_the_ways_out(opened: Talk, fact: str) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say("谢谢", "thank")
    assert buttons(reply)[-2:] == ["跳过", "直接转人工"]


@pytest.mark.parametrize("fact", ["employer", "when", "amount", "contact"])
async def test_a_no_skips_a_question(opened: Talk, fact: str) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say("没有", "deny")
    assert getattr(case_of(reply).case_facts, fact) is None
    assert opened.memory.case is not None
    assert opened.memory.case.asked != fact


@pytest.mark.parametrize("fact", ["people", "evidence"])
async def test_a_no_tells_that_there_are_no_fellow_workers_or_no_evidence(
    opened: Talk, fact: str
) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say("没有", "deny")
    assert getattr(case_of(reply).case_facts, fact) == "没有"


@pytest.mark.parametrize("fact", [told.fact for told in REPLIES])
async def test_at_any_question_the_desk_keeps_what_was_told(opened: Talk, fact: str) -> None:
    before: dict[str, str] = {}
    for told in REPLIES:
        if told.fact == fact:
            break
        await opened.say(told.text, told.intent, *told.said)
        before[told.fact] = told.text
    reply = await opened.say("直接转人工", "request_human")
    assert reply.text == WORDS.closing
    assert case_of(reply).case_facts == CaseFacts(what_happened=DISMISSED).model_copy(update=before)
    assert opened.loop is None


async def test_the_closing_line_is_said_once(opened: Talk) -> None:
    said = [(await opened.say(told.text, told.intent, *told.said)).text for told in REPLIES]
    assert said.count(WORDS.closing) == 1
    assert said[-1] == WORDS.closing
    assert opened.memory.case is None
    after = await opened.say("谢谢", "affirm")
    assert after.text != WORDS.closing
    assert after.handoff is None


@pytest.mark.parametrize(
    ("text", "intent", "consent"),
    [
        ("同意", "affirm", True),
        ("可以的", "inform", True),
        ("行", "nlu_fallback", True),
        ("嗯嗯", "affirm", True),
        ("先别联系单位", "deny", False),
        ("先别联系单位", "inform", False),
        ("别联系单位可以吗", "inform", False),
        ("可以不联系单位吗", "inform", False),
        ("不同意", "inform", False),
        ("不用了", "deny", False),
        ("不要", "nlu_fallback", False),
        ("我再想想", "inform", None),
        ("跳过", "skip", None),
    ],
)
async def test_consent_is_a_yes_a_no_or_open(
    opened: Talk, text: str, intent: str, consent: bool | None
) -> None:
    await skipped_to(opened, "consent")
    reply = await opened.say(text, intent)
    assert reply.text == WORDS.closing
    assert case_of(reply).case_facts.consent is consent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("可以是可以 但先别联系单位", "inform"),
        ("好像不太好吧 先别联系", "inform"),
        ("可以不联系单位吗", "inform"),
        ("是不是会被老板报复", "inform"),
        ("行不行啊这样", "inform"),
        ("好的 但是别联系我们单位", "affirm"),
    ],
)
async def test_what_is_no_clear_yes_is_no_consent(opened: Talk, text: str, intent: str) -> None:
    await skipped_to(opened, "consent")
    reply = await opened.say(text, intent)
    assert case_of(reply).case_facts.consent is not True


async def test_a_correction_replaces_a_fact(opened: Talk) -> None:
    await opened.say("恒达五金厂", "inform", employer("恒达五金厂"))
    reply = await opened.say("不对 是顺发电子厂", "correct", employer("顺发电子厂"))
    assert case_of(reply).case_facts.employer == "顺发电子厂"
    assert reply.text == question_of("when")


async def test_a_correction_of_the_story_is_added_to_it(opened: Talk) -> None:
    reply = await opened.say("不对 是逼我自己辞职", "correct")
    assert case_of(reply).case_facts.what_happened == f"{DISMISSED}\n不对 是逼我自己辞职"
    assert reply.text == question_of("employer")


async def test_a_fact_told_with_another_is_not_asked_for(opened: Talk) -> None:
    reply = await opened.say(
        "恒达五金厂 欠我12000块", "inform", employer("恒达五金厂"), money("12000块", 12000)
    )
    assert case_of(reply).case_facts.amount == "12000块"
    assert reply.text == question_of("when")
    following = await opened.say("上个月", "inform", day("上个月", "2026-10-01", "month"))
    assert following.text == question_of("people")


@pytest.mark.parametrize("fact", ["evidence", "contact"])
async def test_figures_within_evidence_and_contact_are_no_facts(opened: Talk, fact: str) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say("转账8000块", "inform", money("8000块", 8000))
    assert case_of(reply).case_facts.amount is None


@pytest.mark.parametrize(
    ("fact", "text", "intent"),
    [
        ("employer", "不想说 反正是个电子厂", "deny"),
        ("amount", "不清楚具体多少 大概两三万", "skip"),
        ("evidence", "没有合同 只有转账记录", "deny"),
        ("consent", "同意 对了我还有一段录音", "affirm"),
        ("consent", "不对 单位其实叫顺发电子厂", "correct"),
    ],
)
async def test_nothing_told_is_lost(opened: Talk, fact: str, text: str, intent: str) -> None:
    await skipped_to(opened, fact)
    reply = await opened.say(text, intent)
    kept = [str(each) for each in case_of(reply).case_facts.model_dump().values()]
    assert any(text in each for each in kept)


async def test_a_side_question_is_answered_and_the_question_repeated(opened: Talk) -> None:
    reply = await opened.say("老板拖欠工资怎么办", "ask_service")
    assert reply.text == (
        f"先留好证据，再向劳动监察投诉，也可以申请仲裁。\n\n{question_of('employer')}"
    )
    assert [each.article_id for each in reply.citations] == ["wage-arrears"]
    assert opened.loop == INTAKE_FORM
    following = await opened.say("恒达五金厂", "inform")
    assert case_of(following).case_facts.employer == "恒达五金厂"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("拖欠工资的厂", 1.0), ("怎么拖欠工资的厂", 0.3), ("哪家厂我也说不清", 1.0)],
)
async def test_what_may_be_a_reply_is_one(opened: Talk, text: str, confidence: float) -> None:
    reply = await opened.say(text, "ask_service", confidence=confidence)
    assert case_of(reply).case_facts.employer == text


@pytest.mark.parametrize("intent", ["identity", "abuse", "thank", "greet", "case_status"])
async def test_small_talk_gets_its_response_and_the_question(opened: Talk, intent: str) -> None:
    reply = await opened.say("你好呀", intent)
    assert opened.response == f"utter_{intent}"
    assert reply.text == question_of("employer")
    assert case_of(reply).case_facts.employer is None


async def test_who_stops_is_left_alone_and_the_assistant_stays(opened: Talk) -> None:
    reply = await opened.say("先不说了", "stop")
    assert (reply.text, reply.handoff) == (WORDS.stopped, None)
    assert opened.loop is None


@pytest.mark.parametrize(
    ("text", "intent"), [("不想说单位名字", "privacy"), ("怎么认定工亡", "ask_service")]
)
async def test_what_is_no_reply_is_not_written_down(opened: Talk, text: str, intent: str) -> None:
    reply = await opened.say(text, intent)
    assert intent == "privacy" or reply.text.endswith(question_of("employer"))
    assert opened.loop == INTAKE_FORM


@pytest.mark.parametrize(
    ("text", "intent", "reason", "priority"),
    [
        ("我不想活了", "crisis", HandoffReason.CRISIS, 1),
        ("明天仲裁就到期了", "urgent_deadline", HandoffReason.URGENT_DEADLINE, 2),
    ],
)
async def test_danger_or_haste_ends_the_questions_and_keeps_what_was_told(
    opened: Talk, text: str, intent: str, reason: HandoffReason, priority: int
) -> None:
    await opened.say("恒达五金厂", "inform")
    reply = await opened.say(text, intent)
    assert reply.text == closing_line(reason, text)
    case = case_of(reply)
    assert (case.reason, case.priority) == (reason, priority)
    assert case.case_facts.employer == "恒达五金厂"
    assert case.case_facts.what_happened == f"{DISMISSED}\n{text}"
    assert opened.loop is None
    assert opened.memory.case is None


@pytest.mark.parametrize("text", ["明天仲裁就到期了", "老板现在就要我签字"])
async def test_a_hasty_case_goes_to_the_desk_without_questions(talk: Talk, text: str) -> None:
    reply = await talk.say(text, "legal_case")
    assert reply.text == closing_line(HandoffReason.URGENT_DEADLINE, text)
    assert case_of(reply).priority == 2
    assert case_of(reply).case_facts.what_happened == text
    assert talk.loop is None


async def test_what_is_only_perhaps_a_dispute_is_answered(talk: Talk) -> None:
    reply = await talk.say("老板拖欠工资怎么办", "legal_case", confidence=0.4)
    assert reply.kind is ReplyKind.ANSWER
    assert reply.handoff is None
    assert talk.loop is None


@pytest.mark.parametrize(
    "text", ["手指压断了 老板拖欠工资怎么办", "我们30个工友被拖欠工资怎么办", "主管动手动脚怎么办"]
)
async def test_injury_harassment_and_many_workers_are_a_case_in_doubt(
    talk: Talk, text: str
) -> None:
    reply = await talk.say(text, "legal_case", confidence=0.4)
    assert case_of(reply).reason is HandoffReason.LEGAL_CASE
    assert talk.loop == INTAKE_FORM


async def test_a_possible_dispute_that_no_article_answers_is_a_case(
    search_that: SearchThat,
) -> None:
    talk = Talk(search_that(Decision.CHOICES))
    reply = await talk.say("老板拖欠工资怎么办", "legal_case", confidence=0.4)
    assert case_of(reply).reason is HandoffReason.LEGAL_CASE


@pytest.mark.parametrize(
    ("text", "intent", "priority"),
    [
        ("老板拖欠工资", "legal_case", 3),
        ("老板拖欠工资", "group_dispute", 2),
        ("我们30个工友的工资都没发", "legal_case", 2),
        ("干活手指压断了", "legal_case", 2),
    ],
)
async def test_many_workers_or_an_injury_raise_the_priority(
    talk: Talk, text: str, intent: str, priority: int
) -> None:
    assert case_of(await talk.say(text, intent)).priority == priority


async def test_a_case_that_reads_like_a_crisis_besides_is_an_urgent_one(talk: Talk) -> None:
    reply = await talk.say(
        "老板拖欠工资怎么办", "legal_case", confidence=0.4, may_be_in_danger=True
    )
    assert (case_of(reply).reason, case_of(reply).priority) == (HandoffReason.LEGAL_CASE, 2)
    assert case_of(reply).summary == f"{texts().may_be_in_danger}老板拖欠工资怎么办"
    assert talk.loop == INTAKE_FORM


async def test_under_a_limit_the_desk_sees_that_a_case_reads_like_a_crisis(talk: Talk) -> None:
    reply = await talk.say("老板拖欠工资 明天开庭", "legal_case", may_be_in_danger=True)
    assert case_of(reply).reason is HandoffReason.URGENT_DEADLINE
    assert case_of(reply).summary.startswith(texts().may_be_in_danger)


async def test_the_mark_stays_when_a_limit_ends_the_questions(opened: Talk) -> None:
    await opened.say("他们还打了我", "legal_case", may_be_in_danger=True)
    reply = await opened.say("明天就开庭了", "urgent_deadline")
    assert case_of(reply).summary.startswith(texts().may_be_in_danger)


async def test_a_crisis_needs_no_mark(opened: Talk) -> None:
    await opened.say("他们还打了我", "legal_case", may_be_in_danger=True)
    reply = await opened.say("我不想活了", "crisis")
    assert case_of(reply).reason is HandoffReason.CRISIS
    assert case_of(reply).summary == "我不想活了"


async def test_what_reads_like_a_crisis_later_raises_the_priority_once(opened: Talk) -> None:
    reply = await opened.say("他们还打了我", "legal_case", may_be_in_danger=True)
    assert case_of(reply).priority == 2
    again = await opened.say("他们又打了我", "legal_case", may_be_in_danger=True)
    assert case_of(again).summary.count(texts().may_be_in_danger) == 1


async def test_the_priority_stays_to_the_end(talk: Talk) -> None:
    await talk.say("我们30个工友的工资都没发", "group_dispute")
    reply = await talk.say("直接转人工", "request_human")
    assert case_of(reply).priority == 2


@pytest.mark.parametrize(
    ("text", "priority"), [("我們３０個工友的工資都沒發", 2), ("幹活從架子上摔傷了", 2)]
)
async def test_other_characters_are_as_urgent(talk: Talk, text: str, priority: int) -> None:
    assert case_of(await talk.say(text, "legal_case")).priority == priority


async def test_a_deadline_in_other_characters_is_one(talk: Talk) -> None:
    reply = await talk.say("明天開庭了 老闆還不給錢", "legal_case")
    assert case_of(reply).reason is HandoffReason.URGENT_DEADLINE


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("公司把我辞退了", ["dismissal"]),
        ("手指被机器压断了", ["injury"]),
        ("主管对我动手动脚", ["harassment"]),
        ("合同到期不给我续", ["other"]),
        ("我们三十个工友工资都没发", ["group", "wages"]),
        ("主管打了我 人摔伤了 工资也不发 还要辞退我", ["violence", "injury"]),
    ],
)
async def test_two_warnings_at_most_protect_the_worker(
    talk: Talk, text: str, names: list[str]
) -> None:
    reply = await talk.say(text, "legal_case")
    shown = [name for name, warning in WORDS.warnings.items() if f"- {warning}" in reply.text]
    assert sorted(shown) == sorted(names)


async def test_a_long_reply_is_cut_and_the_story_is_whole(talk: Talk) -> None:
    story = "公司把我辞退了" + "，经过很长" * 300
    reply = await talk.say(story, "legal_case")
    assert case_of(reply).case_facts.what_happened == story
    reply = await talk.say("厂" * 5000, "inform")
    assert case_of(reply).case_facts.employer == "厂" * 1000


async def test_who_stops_the_questions_for_a_person_gets_one(opened: Talk) -> None:
    reply = await opened.say("不填了 叫你们工作人员来", "stop")
    assert reply.kind is ReplyKind.HANDOFF
    assert opened.loop is None
    assert case_of(reply).reason is HandoffReason.LEGAL_CASE


async def test_a_short_question_in_a_matter_is_no_dispute_by_half(talk: Talk) -> None:
    await talk.say("医疗互助怎么申请", "ask_service")
    reply = await talk.say("要带什么材料", "legal_case", confidence=0.4)
    assert reply.kind is ReplyKind.ANSWER
    reply = await talk.say("要带什么材料", "urgent_deadline", confidence=0.4)
    assert reply.kind is ReplyKind.ANSWER
    reply = await talk.say("明天仲裁到期 怎么办", "urgent_deadline", confidence=0.4)
    assert case_of(reply).reason is HandoffReason.URGENT_DEADLINE
