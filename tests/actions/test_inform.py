import pytest

from actions.memory import Figure
from actions.search import Search
from actions.texts import texts
from contract import ReplyKind
from knowledge_base.calendar import today
from tests.actions.conversation import Conversation, days, money, offered, years

pytestmark = pytest.mark.anyio


async def test_what_is_only_told_is_noted_and_the_question_asked_for(talk: Conversation) -> None:
    reply = await talk.say("花了三万", "inform")
    assert reply.kind is ReplyKind.QUESTION
    assert reply.text == texts().talk.noted
    assert offered(reply) == [texts().person.text]
    assert talk.memory.pieces == ("花了三万",)


async def test_pieces_are_kept_one_after_another(talk: Conversation) -> None:
    await talk.say("住院了", "inform")
    await talk.say("单位交了互助", "inform")
    assert talk.memory.pieces == ("住院了", "单位交了互助")


async def test_telling_something_is_no_failed_turn(talk: Conversation) -> None:
    await talk.say("那个股票", "nlu_fallback")
    await talk.say("住院了", "inform")
    assert talk.memory.failed_turns == 0


async def test_figures_that_their_words_tie_to_a_field_are_kept(talk: Conversation) -> None:
    await talk.say("我月薪8000", "inform", money("8000", "8000", "month"))
    assert talk.memory.figures == {"monthly_wage": Figure(value="8000", told_on=today())}


async def test_a_figure_that_nothing_ties_to_a_field_is_not_kept(talk: Conversation) -> None:
    await talk.say("花了8000", "inform", money("8000", "8000"))
    assert talk.memory.figures == {}


async def test_a_figure_told_before_is_not_asked_for_again(talk: Conversation) -> None:
    await talk.say("我一共工作了12年", "inform", years("12年", "12"))
    reply = await talk.say("帮我算年假", "calculate_annual_leave")
    assert reply.kind is ReplyKind.ANSWER
    assert "10 天年假" in reply.text
    assert "用上了您前面说的" in reply.text


async def test_further_figures_go_to_the_latest_calculation(talk: Conversation) -> None:
    await talk.say("帮我算年假", "calculate_annual_leave")
    await talk.say("12年", "inform", years("12年", "12"))
    assert talk.loop is None
    reply = await talk.say("今年休过3天", "inform", days("3天", "3"))
    assert reply.kind is ReplyKind.ANSWER
    assert "7 天年假没休" in reply.text


async def test_figures_accept_a_calculation_that_was_offered(talk: Conversation) -> None:
    await talk.say("年假几天", "calculate_annual_leave")
    assert talk.memory.offer == "annual_leave"
    reply = await talk.say("干了12年", "inform", years("12年", "12"))
    assert "10 天年假" in reply.text


async def test_with_a_case_in_hand_it_belongs_to_the_case(talk: Conversation) -> None:
    await talk.say("昨天被公司辞退了", "legal_case")
    case = talk.memory.case
    assert case is not None
    talk.loop = None
    await talk.say("公司叫某某制衣", "inform")
    assert talk.loop == "intake_form"
    assert talk.memory.case is not None
    assert talk.memory.case.facts.employer == "公司叫某某制衣"


async def test_words_of_a_question_are_taken_as_one(talk: Conversation) -> None:
    reply = await talk.say("要带什么", "inform")
    assert (reply.kind, reply.text) == (ReplyKind.CHOICES, texts().choices.which)
    assert talk.memory.pieces == ()


async def test_an_offer_without_figures_for_it_stays_an_offer(search: Search) -> None:
    talk = Conversation(search, {"offer": "annual_leave"})
    reply = await talk.say("我是河南人", "inform")
    assert reply.text == texts().talk.noted
    assert talk.loop is None
