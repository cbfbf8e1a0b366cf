"""The calculator form as a worker meets it: figures at once, one by one, corrected, not known."""

from datetime import timedelta

import pytest

from actions.calculators.catalogue import CALCULATORS
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.handoffs import closing_line
from actions.search import Search
from actions.texts import texts
from contract import HandoffReason, ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.calculators.figures import Said, day, duration, money, number
from tests.actions.conftest import SearchThat
from tests.actions.forms import Talk, buttons, case_of

pytestmark = pytest.mark.anyio

OVERTIME = "calculate_overtime"
WORDS = texts().calculation
TWO_DAYS = ("帮我算加班费 周末加了2天", OVERTIME, duration("2天", days=2))
WAGE_QUESTION = CALCULATORS["overtime"].texts.fields["monthly_wage"].question
DAYS_QUESTION = CALCULATORS["overtime"].texts.fields["days"].question


@pytest.fixture
def talk(search: Search) -> Talk:
    return Talk(search)


@pytest.fixture
async def asked_for_wage(talk: Talk) -> Talk:
    """A talk in which two days' work at a weekend is known, and the wage is asked for."""
    reply = await talk.say(*TWO_DAYS)
    assert reply.text.endswith(WAGE_QUESTION)
    return talk


async def weekend_pay(talk: Talk) -> None:
    """Two days' work at a weekend, for 6000 yuan a month."""
    reply = await talk.say(
        "周末加了2天班 月薪6000",
        OVERTIME,
        duration("2天", days=2),
        money("6000", 6000, "month"),
    )
    assert "1103.45 元" in reply.text


async def test_all_figures_at_once_give_the_result(talk: Talk) -> None:
    reply = await talk.say(
        "国庆加班3天 月薪8000", OVERTIME, duration("3天", days=3), money("8000", 8000, "month")
    )
    assert reply.kind is ReplyKind.ANSWER
    assert "3310.34 元" in reply.text
    assert talk.loop is None


async def test_figures_are_asked_for_one_by_one(talk: Talk) -> None:
    opening = await talk.say("帮我算加班费", OVERTIME)
    assert opening.text.startswith(CALCULATORS["overtime"].texts.intro)
    assert "周末休息日" in buttons(opening)
    days = await talk.say("周末休息日", "inform")
    assert days.text == f"记下了：加的是哪种班 周末休息日。\n\n{DAYS_QUESTION}"
    wage = await talk.say("2天", "inform", duration("2天", days=2))
    assert wage.text == f"记下了：加了几天班 2天。\n\n{WAGE_QUESTION}"
    assert talk.loop == CALCULATOR_FORM
    result = await talk.say("6000", "inform", number("6000"))
    assert "1103.45 元" in result.text
    assert talk.loop is None


async def test_every_question_shows_the_ways_out(talk: Talk) -> None:
    for reply in (await talk.say("帮我算加班费", OVERTIME), await talk.say("周末", "inform")):
        assert reply.kind is ReplyKind.QUESTION
        assert buttons(reply)[-2:] == ["先不算了", "转人工"]


@pytest.mark.parametrize("intent", ["inform", "nlu_fallback", None, "chitchat", "ask_service"])
async def test_a_bare_number_is_a_reply_whatever_its_intent(
    asked_for_wage: Talk, intent: str | None
) -> None:
    reply = await asked_for_wage.say("6000", intent, number("6000"))
    assert "1103.45 元" in reply.text


async def test_yes_and_no_answer_a_question_of_yes_and_no(talk: Talk) -> None:
    await talk.say("看看工资低不低于最低工资 应发2000", "check_minimum_wage", money("2000", 2000))
    reply = await talk.say("是的", "affirm")
    assert "上满了" in reply.text
    result = await talk.say("没有", "deny")
    assert result.kind is ReplyKind.ANSWER


async def test_a_correction_within_the_form_replaces_the_figure(asked_for_wage: Talk) -> None:
    reply = await asked_for_wage.say("不对 加了3天", "correct", duration("3天", days=3))
    assert "加了几天班 3天" in reply.text
    assert reply.text.endswith(WAGE_QUESTION)
    result = await asked_for_wage.say("6000", "inform", number("6000"))
    assert "× 3 天 ×" in result.text


async def test_a_correction_within_the_form_names_the_figure_that_is_meant(
    asked_for_wage: Talk,
) -> None:
    reply = await asked_for_wage.say(
        "不是2天 是3天", "correct", duration("2天", days=2), duration("3天", days=3)
    )
    assert "加了几天班 3天" in reply.text


@pytest.mark.parametrize("intent", ["correct", "inform"])
async def test_a_correction_after_the_result_computes_anew(talk: Talk, intent: str) -> None:
    await weekend_pay(talk)
    reply = await talk.say("不对 月薪9000", intent, money("9000", 9000, "month"))
    assert "9000 ÷ 21.75 × 2 天" in reply.text
    assert talk.loop is None


async def test_the_correction_that_the_result_proposes_is_understood(talk: Talk) -> None:
    await weekend_pay(talk)
    reply = await talk.say("不对，是9000", "correct", number("9000"))
    assert "9000 ÷ 21.75 × 2 天" in reply.text


async def test_asking_again_after_the_result_starts_anew(talk: Talk) -> None:
    await weekend_pay(talk)
    reply = await talk.say("国庆加了3天呢", OVERTIME, duration("3天", days=3))
    assert "法定节假日：6000 ÷ 21.75 × 3 天" in reply.text


async def test_lasting_figures_serve_the_next_calculation_and_are_named(talk: Talk) -> None:
    await weekend_pay(talk)
    reply = await talk.say(
        "帮我算离职补偿 干了3年7个月",
        "calculate_severance",
        duration("3年7个月", years=3, months=7),
    )
    assert "用上了您前面说的：月平均工资 6000元。" in reply.text
    assert "24000 元" in reply.text


async def test_a_figure_told_anew_is_not_called_remembered(talk: Talk) -> None:
    await weekend_pay(talk)
    reply = await talk.say(
        "帮我算离职补偿 干了2年 月薪7000",
        "calculate_severance",
        duration("2年", years=2),
        money("7000", 7000, "month"),
    )
    assert "用上了您前面说的" not in reply.text
    assert "14000 元" in reply.text


@pytest.mark.parametrize(("days", "remembered"), [(0, True), (1, True), (2, False)])
async def test_figures_are_kept_for_a_day(talk: Talk, days: int, remembered: bool) -> None:
    await weekend_pay(talk)
    talk.day += timedelta(days=days)
    reply = await talk.say(
        "帮我算离职补偿 干了2年", "calculate_severance", duration("2年", years=2)
    )
    assert ("6000" in reply.text) is remembered


async def test_figures_that_do_not_last_are_not_taken_over(talk: Talk) -> None:
    await weekend_pay(talk)
    reply = await talk.say("再帮我算算加班费", OVERTIME)
    assert "周末休息日" in buttons(reply)
    assert "2天" not in reply.text


async def test_a_figure_told_without_question_is_remembered(talk: Talk) -> None:
    noted = await talk.say("我月薪6000", "inform", money("6000", 6000, "month"))
    assert noted.text == texts().talk.noted
    reply = await talk.say(*TWO_DAYS)
    assert "用上了您前面说的：月工资 6000元。" in reply.text
    assert "1103.45 元" in reply.text


async def test_a_figure_that_makes_no_sense_is_asked_for_again(asked_for_wage: Talk) -> None:
    reply = await asked_for_wage.say("50", "inform", number("50"))
    assert reply.text == CALCULATORS["overtime"].texts.fields["monthly_wage"].implausible
    result = await asked_for_wage.say("6000", "inform", number("6000"))
    assert "1103.45 元" in result.text


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [("50", "inform", [number("50")]), ("啊", "nlu_fallback", []), ("哦", "inform", [])],
)
async def test_after_three_useless_replies_a_person_is_offered(
    asked_for_wage: Talk, text: str, intent: str, said: list[Said]
) -> None:
    for _ in range(2):
        await asked_for_wage.say(text, intent, *said)
        assert asked_for_wage.loop == CALCULATOR_FORM
    reply = await asked_for_wage.say(text, intent, *said)
    assert reply.text == WORDS.cannot.format(label="月工资", title="加班费")
    assert "转人工" in buttons(reply)
    assert asked_for_wage.loop is None


async def test_only_useless_replies_in_a_row_count(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    for text in ("啊", "啊", "周末", "啊", "啊"):
        await talk.say(text, "inform")
    assert talk.loop == CALCULATOR_FORM


@pytest.mark.parametrize(("text", "intent"), [("不知道", "skip"), ("没用", "not_helpful")])
async def test_without_a_needed_figure_nothing_is_computed_and_a_person_is_offered(
    asked_for_wage: Talk, text: str, intent: str
) -> None:
    reply = await asked_for_wage.say(text, intent)
    assert reply.text == WORDS.cannot.format(label="月工资", title="加班费")
    assert asked_for_wage.loop is None
    handed_over = await asked_for_wage.say("好的", "affirm")
    assert case_of(handed_over).reason is HandoffReason.REQUESTED


async def test_the_offer_of_a_person_may_be_declined(asked_for_wage: Talk) -> None:
    await asked_for_wage.say("不知道", "skip")
    reply = await asked_for_wage.say("不用了", "deny")
    assert reply.text == texts().talk.declined
    assert reply.handoff is None


async def test_the_worker_may_stop(asked_for_wage: Talk) -> None:
    reply = await asked_for_wage.say("先不算了", "stop")
    assert reply.text == WORDS.stopped
    assert asked_for_wage.loop is None
    assert asked_for_wage.memory.calculation is None


async def test_figures_that_cannot_all_be_true_are_asked_for_again(talk: Talk) -> None:
    reply = await talk.say(
        "帮我算年假 工龄5年 2026年5月1日入职 2026年3月1日离职",
        "calculate_annual_leave",
        duration("5年", years=5),
        day("2026年5月1日", "2026-05-01"),
        day("2026年3月1日", "2026-03-01"),
    )
    assert reply.text.startswith(CALCULATORS["annual_leave"].texts.lines["left_before_joining"])
    result = await talk.say(
        "2026年1月1日入职 2026年3月1日离职",
        "inform",
        day("2026年1月1日", "2026-01-01"),
        day("2026年3月1日", "2026-03-01"),
    )
    assert result.kind is ReplyKind.ANSWER
    assert "今年在这家单位已过 60 天" in result.text


async def test_of_figures_that_contradict_none_is_forgotten(talk: Talk) -> None:
    await talk.say(
        "帮我算年假 工龄5年 2026年5月1日入职 2026年3月1日离职",
        "calculate_annual_leave",
        duration("5年", years=5),
        day("2026年5月1日", "2026-05-01"),
        day("2026年3月1日", "2026-03-01"),
    )
    await talk.say("2026年1月1日", "inform", day("2026年1月1日", "2026-01-01"))
    calculation = talk.memory.calculation
    assert calculation is not None
    assert "left" in calculation.values or calculation.asked == "left"


async def test_dates_that_contradict_are_asked_for_as_dates(talk: Talk) -> None:
    first = (day("2024年5月1日", "2024-05-01"), day("2023年3月1日", "2023-03-01"))
    reply = await talk.say(
        "帮我算离职补偿 2024年5月1日入职 2023年3月1日离职", "calculate_severance", *first
    )
    assert reply.text.startswith(CALCULATORS["severance"].texts.lines["dates_wrong"])
    assert reply.text.endswith(CALCULATORS["severance"].texts.fields["started"].question)


async def test_figures_that_still_contradict_are_given_up_after_three_times(talk: Talk) -> None:
    said = (duration("30小时", hours=30), duration("1天", days=1))
    await talk.say("帮我算加班费 周末 月薪6000", OVERTIME, money("6000", 6000, "month"))
    for _ in range(2):
        reply = await talk.say("一共加班30小时 加班1天", "inform", *said)
        assert reply.text.startswith("您说一共 30 小时、1 天，这两个数对不上。")
    reply = await talk.say("一共加班30小时 加班1天", "inform", *said)
    assert "转人工" in buttons(reply)
    assert talk.loop is None


async def test_a_side_question_is_answered_and_the_forms_question_repeated(
    asked_for_wage: Talk,
) -> None:
    reply = await asked_for_wage.say("老板拖欠工资怎么办", "ask_service")
    assert reply.text.startswith("先留好证据")
    assert reply.text.endswith(WORDS.again.format(question=WAGE_QUESTION))
    assert buttons(reply)[-2:] == ["先不算了", "转人工"]
    result = await asked_for_wage.say("6000", "inform", number("6000"))
    assert "1103.45 元" in result.text


async def test_small_talk_gets_its_response_and_the_forms_question(asked_for_wage: Talk) -> None:
    reply = await asked_for_wage.say("你是谁", "identity")
    assert asked_for_wage.response == "utter_identity"
    assert reply.text == WORDS.again.format(question=WAGE_QUESTION)
    assert asked_for_wage.loop == CALCULATOR_FORM


async def test_a_general_question_is_answered_with_the_offer_to_compute(talk: Talk) -> None:
    reply = await talk.say("年假几天", "calculate_annual_leave")
    assert reply.kind is ReplyKind.ANSWER
    assert [each.article_id for each in reply.citations] == ["annual-leave-days"]
    assert buttons(reply)[0] == "帮我算年假"
    assert talk.loop is None


async def test_the_button_of_the_offer_starts_the_calculation(talk: Talk) -> None:
    offered = await talk.say("年假几天", "calculate_annual_leave")
    reply = await talk.say(offered.quick_replies[0].text, "calculate_annual_leave")
    assert reply.text.startswith(CALCULATORS["annual_leave"].texts.intro)


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [("好的", "affirm", []), ("我工龄8年", "inform", [duration("8年", years=8)])],
)
async def test_the_offer_is_accepted_by_a_yes_or_by_a_figure(
    talk: Talk, text: str, intent: str, said: list[Said]
) -> None:
    await talk.say("年假几天", "calculate_annual_leave")
    await talk.say(text, intent, *said)
    assert talk.memory.calculation is not None
    assert talk.memory.calculation.calculator == "annual_leave"


async def test_the_offer_outweighs_an_earlier_result(talk: Talk) -> None:
    await weekend_pay(talk)
    await talk.say("年假几天", "calculate_annual_leave")
    reply = await talk.say("好的", "affirm")
    assert reply.text.startswith(CALCULATORS["annual_leave"].texts.intro)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("年假几天 我工龄8年", [duration("8年", years=8)]),
        ("帮我算一下年假几天", []),
    ],
)
async def test_ones_own_case_is_computed_at_once(talk: Talk, text: str, said: list[Said]) -> None:
    reply = await talk.say(text, "calculate_annual_leave", *said)
    assert "帮我算年假" not in buttons(reply)
    assert talk.memory.calculation is not None


async def test_a_general_question_that_nothing_answers_starts_the_form(
    search_that: SearchThat,
) -> None:
    talk = Talk(search_that(Decision.DECLINE))
    reply = await talk.say("双倍工资怎么算", "calculate_double_wage")
    assert reply.text.startswith(CALCULATORS["double_wage"].texts.intro)
    assert talk.loop == CALCULATOR_FORM


async def test_another_calculation_takes_the_place_of_the_one_in_hand(
    asked_for_wage: Talk,
) -> None:
    reply = await asked_for_wage.say(
        "算了 帮我算年假 工龄8年", "calculate_annual_leave", duration("8年", years=8)
    )
    assert "一年有 5 天年假" in reply.text


async def test_a_dispute_in_the_middle_opens_a_case(asked_for_wage: Talk) -> None:
    reply = await asked_for_wage.say("老板拖欠我三个月工资 我要告他", "legal_case")
    case = case_of(reply)
    assert case.reason is HandoffReason.LEGAL_CASE
    assert case.case_facts.what_happened == "老板拖欠我三个月工资 我要告他"
    assert asked_for_wage.loop == INTAKE_FORM
    assert asked_for_wage.memory.calculation is None


@pytest.mark.parametrize(
    ("text", "intent", "reason"),
    [
        ("我要找人工客服帮我看看", "request_human", HandoffReason.REQUESTED),
        ("转人工", "request_human", HandoffReason.REQUESTED),
        ("我真的不想活了", "crisis", HandoffReason.CRISIS),
        ("明天仲裁就到期了", "urgent_deadline", HandoffReason.URGENT_DEADLINE),
    ],
)
async def test_a_person_comes_at_once(
    asked_for_wage: Talk, text: str, intent: str, reason: HandoffReason
) -> None:
    reply = await asked_for_wage.say(text, intent)
    assert case_of(reply).reason is reason
    assert reply.text == closing_line(reason, text)
    assert asked_for_wage.loop is None
    assert asked_for_wage.memory.calculation is None


async def test_a_holiday_of_half_a_day_is_answered_without_a_figure(talk: Talk) -> None:
    reply = await talk.say(
        "三八节日加班一天 月薪6000 加班费多少",
        OVERTIME,
        duration("一天", days=1),
        money("6000", 6000, "month"),
    )
    assert "三八" in reply.text


async def test_a_pay_by_the_day_is_not_taken_for_a_monthly_one(asked_for_wage: Talk) -> None:
    reply = await asked_for_wage.say("一天200块", "inform", money("200块", 200, "day"))
    assert "800 元" in reply.text


async def test_without_a_calculation_the_knowledge_base_is_asked(search: Search) -> None:
    talk = Talk(search, loop=CALCULATOR_FORM)
    reply = await talk.say("老板拖欠工资怎么办", "ask_service")
    assert reply.text.startswith("先留好证据")
    assert talk.loop is None
