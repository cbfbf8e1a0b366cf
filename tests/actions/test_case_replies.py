import pytest

from actions import case_replies
from actions.search import Search
from actions.texts import texts
from contract import CaseFacts, Handoff, HandoffReason, Reply, ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.conftest import SearchThat

pytestmark = pytest.mark.anyio

WORDS = texts().intake
WAGES = "老板拖欠工资两个月不发"
PACKAGE = Handoff(
    reason=HandoffReason.LEGAL_CASE,
    category="欠薪与工资支付",
    priority=3,
    summary=WAGES,
    case_facts=CaseFacts(what_happened=WAGES),
)


async def opened(search: Search, text: str = WAGES, asked: str | None = "employer") -> Reply:
    return case_replies.opened(PACKAGE, await search(text), text, asked)


async def test_the_rule_is_told_in_general_with_its_source(search: Search) -> None:
    reply = await opened(search)
    rule = WORDS.rule.format(rule="先留好证据，再向劳动监察投诉，也可以申请仲裁。")
    assert rule in reply.text
    assert "不是对您这件事下的结论" in rule
    assert [each.article_id for each in reply.citations] == ["wage-arrears"]
    assert texts().answer.caution not in reply.text


async def test_a_rule_that_is_not_confirmed_is_told_with_its_caution(search: Search) -> None:
    reply = await opened(search, "免费体检怎么报名")
    assert texts().answer.caution in reply.text
    assert [each.verified for each in reply.citations] == [False]


async def test_without_a_fitting_rule_none_is_told(search_that: SearchThat) -> None:
    reply = await opened(search_that(Decision.DECLINE))
    assert reply.text.startswith(f"{WORDS.opening}\n\n{WORDS.warning}")
    assert reply.citations == []


async def test_a_rule_is_told_only_where_it_is_certain(search_that: SearchThat) -> None:
    assert (await opened(search_that(Decision.CHOICES))).citations == []
    assert len((await opened(search_that(Decision.ANSWER))).citations) == 1


async def test_opening_rule_warning_and_question_come_in_this_order(search: Search) -> None:
    text = (await opened(search)).text
    parts = [
        WORDS.opening,
        "一般的规定是",
        WORDS.warning,
        WORDS.warnings["wages"],
        WORDS.questions["employer"].question,
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


async def test_who_has_told_everything_is_asked_nothing(search: Search) -> None:
    reply = await opened(search, asked=None)
    assert reply.text.endswith(WORDS.warnings["wages"])


async def test_the_case_comes_with_the_opening_and_how_the_rule_was_found(
    search: Search,
) -> None:
    reply = await opened(search)
    assert reply.kind is ReplyKind.HANDOFF
    assert reply.handoff == PACKAGE
    assert reply.trace is not None
    assert reply.trace.query == WAGES


@pytest.mark.parametrize("fact", WORDS.questions)
def test_a_question_carries_the_case_and_the_ways_out(fact: str) -> None:
    reply = case_replies.question(PACKAGE, fact)
    assert reply.kind is ReplyKind.QUESTION
    assert reply.text == WORDS.questions[fact].question
    assert reply.handoff == PACKAGE
    own = list(WORDS.questions[fact].quick_replies)
    assert reply.quick_replies == [*own, WORDS.skip, WORDS.at_once]


DEATH = "我爸在工地上摔死了 抢救没救过来"


async def test_nobody_is_told_to_heal_after_a_death(search: Search) -> None:
    text = (await opened(search, DEATH)).text
    assert WORDS.warnings["death"] in text
    assert WORDS.warnings["injury"] not in text


def test_nobody_is_asked_whether_the_dead_still_work() -> None:
    facts = CaseFacts(what_happened=f"老板拖着不见\n{DEATH}")
    package = PACKAGE.model_copy(update={"case_facts": facts})
    assert case_replies.question(package, "when").text == WORDS.when_after_death
    assert "在职" not in WORDS.when_after_death


async def test_the_first_question_after_a_death_is_fitting_too(search: Search) -> None:
    package = PACKAGE.model_copy(update={"case_facts": CaseFacts(what_happened=DEATH)})
    reply = case_replies.opened(package, await search(DEATH), DEATH, "when")
    assert reply.text.endswith(WORDS.first.format(question=WORDS.when_after_death))


def test_a_question_for_the_colleague_is_noted_and_the_open_one_asked() -> None:
    reply = case_replies.noted(PACKAGE, "amount")
    assert reply.text == f"{WORDS.noted}\n\n{WORDS.questions['amount'].question}"
    assert reply.quick_replies == [WORDS.skip, WORDS.at_once]
    assert reply.handoff == PACKAGE


def test_the_closing_line_carries_the_case_and_asks_nothing() -> None:
    reply = case_replies.closed(PACKAGE)
    assert reply.kind is ReplyKind.HANDOFF
    assert reply.text == WORDS.closing
    assert reply.quick_replies == []
    assert reply.handoff == PACKAGE


def test_consent_may_be_given_or_refused_by_a_button() -> None:
    agree, refuse = WORDS.questions["consent"].quick_replies
    assert WORDS.agrees.search(agree.text)
    assert WORDS.refuses.search(refuse.text)
    assert not WORDS.agrees.search(refuse.text)


def test_private_numbers_are_not_asked_for() -> None:
    assert "身份证号和银行卡号请不要发" in WORDS.first
    asked = " ".join(each.question for each in WORDS.questions.values())
    assert "身份证" not in asked
    assert "银行卡" not in asked
