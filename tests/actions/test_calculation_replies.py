from datetime import date
from decimal import Decimal

import pytest

from actions import calculation_replies as replies
from actions.calculators.calculator import Computation
from actions.calculators.catalogue import CALCULATORS
from actions.calculators.fields import Span, Value
from actions.memory import Memory
from actions.texts import texts
from actions.turn import Turn
from contract import QuickReply, Reply, ReplyKind
from knowledge_base.search import KnowledgeBase

WORDS = texts().calculation
OVERTIME = CALCULATORS["overtime"]
ANNUAL_LEAVE = CALCULATORS["annual_leave"]
TURN = Turn("年假还有几天", "calculate_annual_leave", Memory())


def titles(reply: Reply) -> list[str]:
    return [each.title for each in reply.quick_replies]


@pytest.mark.parametrize(
    ("calculator", "name", "value", "shown"),
    [
        ("overtime", "monthly_wage", Decimal("8000.50"), "月工资 8000.5元"),
        ("overtime", "days", Decimal(3), "加了几天班 3天"),
        ("overtime", "hours", Decimal("2.5"), "一共加班几小时 2.5小时"),
        ("overtime", "times", Decimal(4), "加了几次班 4"),
        ("overtime", "day_type", "holiday", "加的是哪种班 法定节假日"),
        ("disability", "grade", Decimal(9), "伤残等级 9级"),
        ("severance", "service", Span(3, 7), "在这家单位干了多久 3年7个月"),
        ("severance", "service", Span(1, 0, 15), "在这家单位干了多久 1年15天"),
        ("severance", "service", Span(), "在这家单位干了多久 0个月"),
        ("annual_leave", "joined", date(2026, 3, 5), "进现在单位的日期 2026年3月5日"),
    ],
)
def test_what_was_understood_is_repeated(
    calculator: str, name: str, value: Value, shown: str
) -> None:
    asked = CALCULATORS[calculator].fields[0].name
    reply = replies.next_figure(
        CALCULATORS[calculator], asked, opening=False, understood={name: value}
    )
    assert reply.text.startswith(f"记下了：{shown}。")


def test_the_first_question_opens_the_calculation() -> None:
    reply = replies.next_figure(OVERTIME, "day_type", opening=True, understood={})
    intro, question = OVERTIME.texts.intro, OVERTIME.texts.fields["day_type"].question
    assert reply.text == f"{intro}\n\n{question}"
    assert titles(reply) == ["平时下班后", "周末休息日", "法定节假日", "先不算了", "转人工"]


def test_a_choice_is_offered_in_words_that_can_be_sent() -> None:
    reply = replies.next_figure(OVERTIME, "day_type", opening=False, understood={})
    assert reply.quick_replies[0] == QuickReply(title="平时下班后", text="平时下班后")


def test_a_figure_that_makes_no_sense_is_asked_for_in_its_own_words() -> None:
    fields = OVERTIME.texts.fields
    assert replies.implausible(OVERTIME, "days").text == fields["days"].implausible
    assert fields["times"].implausible is None
    assert replies.implausible(OVERTIME, "times").text == fields["times"].question


def test_a_contradiction_is_named_before_the_question() -> None:
    reply = replies.contradiction(OVERTIME, "对不上。", "days")
    assert reply.text == f"对不上。\n\n{OVERTIME.texts.fields['days'].question}"


def test_the_question_comes_again_after_something_else() -> None:
    reply = replies.question_again(OVERTIME, "days")
    assert reply.text == f"接着刚才的算：{OVERTIME.texts.fields['days'].question}"


def test_without_a_figure_other_ways_are_offered() -> None:
    reply = replies.cannot_compute(OVERTIME, "月工资")
    assert reply.kind is ReplyKind.QUESTION
    assert "没有“月工资”" in reply.text
    assert titles(reply)[-1] == "转人工"


def test_the_offer_to_compute_comes_first_and_once() -> None:
    offer = OVERTIME.texts.offer
    again = QuickReply(title="算一算", text=offer.text)
    other = QuickReply(title="转人工", text="转人工")
    answer = Reply(kind=ReplyKind.ANSWER, text="答", quick_replies=[again, other])
    assert replies.with_offer(answer, offer).quick_replies == [offer, other]


def computed(
    knowledge_base: KnowledgeBase, computation: Computation, **told_before: Value
) -> Reply:
    reply, topic = replies.computed(ANNUAL_LEAVE, computation, told_before, knowledge_base, TURN)
    assert topic is not None
    assert topic.article_id == reply.citations[0].article_id
    return reply


def test_the_result_shows_steps_notes_and_sources(knowledge_base: KnowledgeBase) -> None:
    reply = computed(knowledge_base, Computation("5天。", ("一步。", "两步。"), ("注意。",)))
    paragraphs = reply.text.split("\n\n")
    assert paragraphs == [
        "**5天。**",
        WORDS.steps,
        "- 一步。\n- 两步。",
        WORDS.notes,
        "- 注意。",
        WORDS.sources.format(sources="、".join(ANNUAL_LEAVE.texts.sources)),
        WORDS.closing,
    ]
    assert reply.kind is ReplyKind.ANSWER
    assert titles(reply) == [each.title for each in ANNUAL_LEAVE.texts.next]


def test_a_result_without_steps_has_no_empty_list(knowledge_base: KnowledgeBase) -> None:
    text = computed(knowledge_base, Computation("没有。")).text
    assert WORDS.steps not in text
    assert WORDS.notes not in text


def test_figures_from_before_are_named_with_the_result(knowledge_base: KnowledgeBase) -> None:
    reply = computed(knowledge_base, Computation("5天。"), total_service=Span(years=8))
    assert "用上了您前面说的：累计工龄 8年。" in reply.text


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_not_confirmed_is_said(knowledge_base: KnowledgeBase, confirmed: bool) -> None:
    reply = computed(knowledge_base, Computation("5天。", confirmed=confirmed))
    assert (texts().answer.caution in reply.text) is not confirmed


def test_articles_are_cited_once_and_only_those_there_are(
    knowledge_base: KnowledgeBase,
) -> None:
    articles = ("wage-arrears", "annual-leave-days", "no-such-article")
    reply = computed(knowledge_base, Computation("5天。", articles=articles))
    cited = [each.article_id for each in reply.citations]
    assert cited == ["annual-leave-days", "wage-arrears"]


def test_without_any_article_the_talk_is_about_nothing_new(
    knowledge_base: KnowledgeBase,
) -> None:
    reply, topic = replies.computed(OVERTIME, Computation("无"), {}, knowledge_base, TURN)
    assert reply.citations == []
    assert topic is None
