import pytest

from actions.memory import Topic
from actions.search import Search
from actions.texts import texts
from contract import HandoffReason, ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.conftest import SearchThat
from tests.actions.conversation import (
    Conversation,
    Mention,
    cited,
    days,
    money,
    offered,
    service,
    years,
)

pytestmark = pytest.mark.anyio

WAGES = Topic(
    article_id="wage-arrears",
    title="被拖欠工资怎么办",
    area=None,
    question="老板欠薪怎么办",
    subject="老板",
).model_dump()
"""A matter of no area, so that the others are found as well."""


async def ask_mutual_aid(talk: Conversation) -> None:
    assert cited(await talk.say("医疗互助怎么申请", "ask_service", service("医疗互助"))) == [
        "mutual-aid"
    ]


async def ask_leave(talk: Conversation) -> None:
    assert cited(await talk.say("年假几天", "ask_service", service("年假"))) == [
        "annual-leave-days"
    ]


# --- an aspect


async def test_an_aspect_is_that_of_the_matter_talked_about(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    reply = await talk.say("要什么材料", "ask_aspect")
    assert reply.kind is ReplyKind.ANSWER
    assert cited(reply) == ["mutual-aid"]
    assert reply.text.startswith("**职工医疗互助怎么申请 · 需要材料**\n\n- 身份证")
    assert reply.trace is not None
    assert reply.trace.query == "要什么材料"


async def test_one_aspect_after_another_stays_with_the_matter(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    await talk.say("要什么材料", "ask_aspect")
    reply = await talk.say("去哪里办", "ask_aspect")
    assert cited(reply) == ["mutual-aid"]
    assert "**职工医疗互助怎么申请 · 怎么办理**" in reply.text
    assert len(talk.memory.topics) == 1


async def test_an_aspect_follows_the_matter_to_a_new_one(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    await talk.say("那体检呢", "ask_service", service("体检"))
    assert cited(await talk.say("去哪里", "ask_aspect")) == ["health-check"]


async def test_an_aspect_with_a_subject_is_a_question_of_its_own(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    reply = await talk.say("体检去哪里做", "ask_aspect", service("体检"))
    assert cited(reply) == ["health-check"]


async def test_an_aspect_that_nothing_is_known_of_is_admitted_with_the_matters_title(
    search_that: SearchThat,
) -> None:
    talk = Conversation(search_that(Decision.DECLINE), {"topics": [WAGES]})
    reply = await talk.say("那多久", "ask_aspect")
    assert reply.kind is ReplyKind.DECLINE
    assert reply.text == texts().decline.about.format(title="被拖欠工资怎么办")
    assert talk.memory.failed_turns == 1


async def test_an_aspect_that_is_not_sure_offers_choices_about_the_matter(search: Search) -> None:
    talk = Conversation(search, {"topics": [WAGES], "failed_turns": 1.0})
    reply = await talk.say("那多久", "ask_aspect")
    assert reply.kind is ReplyKind.CHOICES
    assert reply.text == texts().choices.about.format(title="被拖欠工资怎么办")
    assert talk.memory.failed_turns == 0


async def test_what_the_area_does_not_hold_is_looked_for_everywhere(search: Search) -> None:
    talk = Conversation(search, {"topics": [{**WAGES, "area": "training"}]})
    assert cited(await talk.say("去哪里投诉", "ask_aspect")) == ["wage-arrears"]


async def test_without_a_thread_likely_matters_are_offered(talk: Conversation) -> None:
    reply = await talk.say("要什么材料", "ask_aspect")
    assert reply.kind is ReplyKind.CHOICES
    assert reply.text == texts().choices.which
    assert "职工医疗互助怎么申请" in offered(reply)
    assert offered(reply)[-1] == texts().person.text
    assert reply.citations == []
    assert talk.memory.aspect == "要什么材料"
    assert talk.memory.failed_turns == 0


async def test_without_a_thread_a_named_subject_is_enough(talk: Conversation) -> None:
    reply = await talk.say("体检去哪里做", "ask_aspect", service("体检"))
    assert cited(reply) == ["health-check"]


async def test_what_was_told_before_belongs_to_the_aspect(talk: Conversation) -> None:
    await talk.say("住院了 单位交了互助", "inform")
    assert cited(await talk.say("能报多少", "ask_aspect")) == ["mutual-aid"]


# --- a return


async def test_going_back_is_to_the_matter_before_the_present_one(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    await ask_leave(talk)
    reply = await talk.say("回到刚才的", "return_topic")
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(
        texts().answer.returned.format(title="职工医疗互助怎么申请") + "\n\n住院自负的费用"
    )
    assert cited(reply) == ["mutual-aid"]
    assert [each.article_id for each in talk.memory.topics] == ["mutual-aid", "annual-leave-days"]


async def test_going_back_twice_is_the_present_matter_again(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    await ask_leave(talk)
    await talk.say("回到刚才的", "return_topic")
    assert cited(await talk.say("回到刚才的", "return_topic")) == ["annual-leave-days"]


async def test_going_back_to_a_named_matter_finds_it_anywhere_in_the_talk(
    talk: Conversation,
) -> None:
    await ask_mutual_aid(talk)
    await ask_leave(talk)
    await talk.say("体检怎么报名", "ask_service", service("体检"))
    reply = await talk.say("说回医疗互助", "return_topic", service("医疗互助"))
    assert reply.text.startswith(texts().answer.returned.format(title="职工医疗互助怎么申请"))


async def test_going_back_with_an_aspect_answers_the_aspect(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    await ask_leave(talk)
    reply = await talk.say("医疗互助要什么材料来着", "return_topic", service("医疗互助"))
    assert cited(reply) == ["mutual-aid"]
    assert reply.text.index("**需要材料**") < reply.text.index("**怎么办理**")


async def test_going_back_to_what_was_never_talked_of_answers_it(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    assert cited(await talk.say("说回年假", "return_topic", service("年假"))) == [
        "annual-leave-days"
    ]


async def test_an_aspect_after_a_return_is_that_of_the_matter_returned_to(
    talk: Conversation,
) -> None:
    await ask_mutual_aid(talk)
    await ask_leave(talk)
    await talk.say("回到刚才的", "return_topic")
    reply = await talk.say("要什么材料", "ask_aspect")
    assert reply.text.startswith("**职工医疗互助怎么申请 · 需要材料**")


async def test_with_nothing_to_go_back_to_likely_matters_are_offered(talk: Conversation) -> None:
    reply = await talk.say("回到刚才的", "return_topic")
    assert (reply.kind, reply.text) == (ReplyKind.CHOICES, texts().choices.which)


async def test_an_article_that_was_taken_out_meanwhile_is_not_returned_to(
    search: Search,
) -> None:
    gone = {"article_id": "gone", "title": "没了", "area": None, "question": "没了"}
    talk = Conversation(search, {"topics": [gone]})
    reply = await talk.say("回到刚才的", "return_topic")
    assert (reply.kind, reply.text) == (ReplyKind.CHOICES, texts().choices.which)


# --- a correction


@pytest.mark.parametrize(
    "text",
    ["不是 我问的是体检", "错了，是体检", "不对，我想问体检", "体检 不是年假", "体检啊，没问年假"],
)
async def test_what_was_meant_is_answered(talk: Conversation, text: str) -> None:
    await ask_leave(talk)
    assert cited(await talk.say(text, "correct", service("体检"))) == ["health-check"]


async def test_what_was_denied_first_is_not_what_was_meant(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    reply = await talk.say("不是医疗互助 是年假", "correct", service("医疗互助"), service("年假"))
    assert cited(reply) == ["annual-leave-days"]


async def test_what_was_denied_is_no_subject_of_what_follows(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    await talk.say("体检 不是医疗互助", "correct", service("体检"), service("医疗互助"))
    assert talk.memory.topic is not None
    assert talk.memory.topic.subject == "体检"


async def test_the_aspect_asked_for_is_kept_in_a_correction(talk: Conversation) -> None:
    await talk.say("年假要填什么材料", "ask_service", service("年假"))
    reply = await talk.say("不是 我问的是医疗互助", "correct", service("医疗互助"))
    assert cited(reply) == ["mutual-aid"]
    assert reply.text.index("**需要材料**") < reply.text.index("**怎么办理**")


async def test_an_aspect_that_waits_for_its_subject_gets_it_by_a_correction(
    talk: Conversation,
) -> None:
    await talk.say("要什么材料", "ask_aspect")
    reply = await talk.say("我说的是医疗互助", "correct", service("医疗互助"))
    assert reply.text.index("**需要材料**") < reply.text.index("**怎么办理**")
    assert talk.memory.aspect is None


async def test_an_aspect_of_its_own_replaces_the_one_before(talk: Conversation) -> None:
    await talk.say("年假要填什么材料", "ask_service", service("年假"))
    reply = await talk.say("不对 我问医疗互助怎么办理", "correct", service("医疗互助"))
    assert reply.text.index("**怎么办理**") < reply.text.index("**需要材料**")


async def test_a_bare_no_asks_what_was_meant(talk: Conversation) -> None:
    await ask_mutual_aid(talk)
    reply = await talk.say("不对", "correct")
    assert (reply.kind, reply.text) == (ReplyKind.CHOICES, texts().choices.which)


@pytest.mark.parametrize(("text", "intent"), [("不对", "correct"), ("刚才那个", "return_topic")])
async def test_words_without_a_question_leave_no_aspect_behind(
    talk: Conversation, text: str, intent: str
) -> None:
    await talk.say(text, intent)
    assert talk.memory.aspect is None


async def test_a_correction_to_what_is_not_known_is_a_failed_turn(
    talk: Conversation,
) -> None:
    reply = await talk.say("不对 我问的是股票", "correct")
    assert (reply.kind, reply.text) == (ReplyKind.DECLINE, texts().decline.unknown)
    assert talk.memory.failed_turns == 1


async def test_a_correction_to_what_is_not_sure_offers_choices(search_that: SearchThat) -> None:
    talk = Conversation(search_that(Decision.CHOICES), {"failed_turns": 1.0})
    reply = await talk.say("不对 我问的是申请", "correct")
    assert (reply.kind, reply.text) == (ReplyKind.CHOICES, texts().choices.ask)
    assert talk.memory.failed_turns == 0


async def test_a_corrected_figure_is_computed_anew(talk: Conversation) -> None:
    await talk.say("帮我算年假", "calculate_annual_leave", service("年假"))
    before = await talk.say("干了8年", "inform", years("8年", "8"))
    assert talk.loop is None
    after = await talk.say("不对 是12年", "correct", years("12年", "12"))
    assert after.kind is ReplyKind.ANSWER
    assert "5 天年假" in before.text
    assert "10 天年假" in after.text


async def test_a_figure_corrected_before_the_result_goes_to_the_form(talk: Conversation) -> None:
    await talk.say("没休的年假3天 帮我算", "calculate_annual_leave", days("3天", "3"))
    assert talk.loop == "calculator_form"
    reply = await talk.say("不对 没休的是5天", "correct", days("5天", "5"))
    assert talk.loop == "calculator_form"
    assert reply.kind is ReplyKind.QUESTION
    result = await talk.say("8000", "inform", money("8000", "8000"))
    assert "没休的 5 天" in result.text


async def test_a_death_at_work_asked_about_is_taken_down_for_a_person(talk: Conversation) -> None:
    reply = await talk.say("我爸在仓库倒下的 没救过来 算不算工伤", "ask_service")
    assert talk.loop == "intake_form"
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.LEGAL_CASE
    assert reply.text.startswith(texts().intake.opening_after_death)


async def test_a_result_is_worked_out_anew_with_another_choice(talk: Conversation) -> None:
    await talk.say(
        "月薪6000 周六加班一天给多少",
        "calculate_overtime",
        Mention("money", "6000", {"amount": "6000", "per": "month"}),
        Mention("duration", "一天", {"years": "0", "months": "0", "days": "1", "hours": "0"}),
    )
    reply = await talk.say("那要是国庆节呢", "ask_service")
    assert "827.59" in reply.text
