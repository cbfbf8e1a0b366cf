"""Conversations in which a calculator once gave or kept a wrong figure, as workers had them."""

import pytest

from actions.calculators.catalogue import CALCULATORS
from actions.forms import CALCULATOR_FORM
from actions.memory import Calculation, Topic
from actions.search import Search
from actions.texts import texts
from contract import Reply, ReplyKind
from tests.actions.calculators.figures import Said, count, day, duration, money, number
from tests.actions.forms import Talk

pytestmark = pytest.mark.anyio

OVERTIME = "calculate_overtime"
WEEKEND = day("周末", "2026-11-21")
WORKDAYS_AND_WEEKENDS = (
    "平时加班20小时 周末16",
    "inform",
    duration("20小时", hours=20),
    WEEKEND,
    number("16"),
)
WORKDAY_LINE = "平时下班后：6500 ÷ 21.75 ÷ 8 × 20 小时 × 150% = 1120.69 元"
WEEKEND_LINE = "周末休息日：6500 ÷ 21.75 ÷ 8 × 16 小时 × 200% = 1195.4 元"
HOLIDAY_LINE = "法定节假日：6500 ÷ 21.75 ÷ 8 × 8 小时 × 300% = 896.55 元"


@pytest.fixture
def talk(search: Search) -> Talk:
    return Talk(search)


async def wage(talk: Talk, amount: int = 6500, words: str = "月薪") -> Reply:
    return await talk.say(f"{words}{amount}", "inform", money(str(amount), amount, "month"))


async def test_no_unused_day_of_leave_is_invented(talk: Talk) -> None:
    await talk.say("我累计工龄12年 年假几天", "calculate_annual_leave", duration("12年", years=12))
    reply = await wage(talk, 7000, "一个月")
    assert "10 天年假" in reply.text
    assert "您有几天没休？" in reply.text
    assert "643.68" not in reply.text
    assert "1 天" not in reply.text.replace("满1整天", "")
    result = await talk.say("3天", "inform", duration("3天", days=3))
    assert "7000 元 ÷ 21.75 × 2 × 3 天 = 1931.03 元" in result.text


async def test_the_wage_may_come_after_the_days_of_leave(talk: Talk) -> None:
    await talk.say("帮我算年假 工龄12年", "calculate_annual_leave", duration("12年", years=12))
    asked = await talk.say("3天", "inform", duration("3天", days=3))
    assert asked.text.endswith(CALCULATORS["annual_leave"].texts.fields["monthly_wage"].question)
    result = await talk.say("7000", "inform", number("7000"))
    assert "1931.03 元" in result.text


@pytest.mark.parametrize("text", ["我请了3天假", "孩子3天没上学"])
async def test_days_of_something_else_are_no_unused_leave(talk: Talk, text: str) -> None:
    await talk.say("帮我算年假 工龄12年", "calculate_annual_leave", duration("12年", years=12))
    await talk.say(text, "inform", duration("3天", days=3))
    assert talk.memory.calculation is not None
    assert "unused_days" not in talk.memory.calculation.values


async def test_each_kind_of_day_is_paid_at_its_own_rate(talk: Talk) -> None:
    await talk.say("我想算加班费", OVERTIME)
    await wage(talk, 6000)
    result = await talk.say(*WORKDAYS_AND_WEEKENDS)
    assert result.kind is ReplyKind.ANSWER
    assert "20 小时 × 150% = 1034.48 元" in result.text
    assert "16 小时 × 200% = 1103.45 元" in result.text
    assert "2137.93 元" in result.text
    corrected = await talk.say("不对 月薪是6500", "correct", money("6500", 6500, "month"))
    assert WORKDAY_LINE in corrected.text
    assert WEEKEND_LINE in corrected.text
    more = await talk.say("法定节假日还有8小时", "inform", duration("8小时", hours=8))
    assert all(line in more.text for line in (WORKDAY_LINE, WEEKEND_LINE, HOLIDAY_LINE))
    assert "3212.64 元" in more.text
    assert "20 小时 × 300%" not in more.text


async def test_three_kinds_of_day_in_one_message_are_understood(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    asked = await talk.say(
        "平时20小时 周末16小时 法定节假日8小时",
        "inform",
        duration("20小时", hours=20),
        WEEKEND,
        duration("16小时", hours=16),
        duration("8小时", hours=8),
    )
    assert asked.text.endswith(CALCULATORS["overtime"].texts.fields["monthly_wage"].question)
    result = await wage(talk)
    assert all(line in result.text for line in (WORKDAY_LINE, WEEKEND_LINE, HOLIDAY_LINE))
    assert "加起来 3212.64 元" in result.text


async def test_hours_of_one_of_several_kinds_are_put_right_alone(talk: Talk) -> None:
    await talk.say("我想算加班费", OVERTIME)
    await wage(talk)
    await talk.say(*WORKDAYS_AND_WEEKENDS)
    reply = await talk.say("不对 周末是18小时", "correct", WEEKEND, duration("18小时", hours=18))
    assert WORKDAY_LINE in reply.text
    assert "18 小时 × 200%" in reply.text
    assert "16 小时" not in reply.text


async def test_another_kind_of_day_after_a_result_keeps_its_hours_apart(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    await talk.say("平时加班20小时", "inform", duration("20小时", hours=20))
    await wage(talk)
    reply = await talk.say("法定节假日还有8小时", "inform", duration("8小时", hours=8))
    assert WORKDAY_LINE in reply.text
    assert HOLIDAY_LINE in reply.text


async def test_another_kind_of_day_without_a_time_is_asked_for_it(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    await talk.say("平时加班20小时", "inform", duration("20小时", hours=20))
    await wage(talk)
    asked = await talk.say("还有周末的", "inform", WEEKEND)
    assert asked.text.endswith(CALCULATORS["overtime"].texts.fields["days"].question)
    result = await talk.say("2天", "inform", duration("2天", days=2))
    assert WORKDAY_LINE in result.text
    assert "6500 ÷ 21.75 × 2 天 × 200%" in result.text


async def test_a_kind_of_day_put_right_replaces_the_other(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    await talk.say("平时加班20小时", "inform", duration("20小时", hours=20))
    await wage(talk)
    reply = await talk.say(
        "不对 是周末加班16小时", "correct", WEEKEND, duration("16小时", hours=16)
    )
    assert WEEKEND_LINE in reply.text
    assert "150%" not in reply.text.split("您留意")[0]


async def test_a_half_day_holiday_never_gets_a_rate(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    await talk.say("平时加班20小时", "inform", duration("20小时", hours=20))
    await wage(talk)
    reply = await talk.say("三八节还加班8小时", "inform", duration("8小时", hours=8))
    assert "不敢给您算" in reply.text
    assert "8 小时 ×" not in reply.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("平时周末都有 一共36小时", [WEEKEND, duration("36小时", hours=36)]),
        ("一共36小时 平时和周末都有", [duration("36小时", hours=36), WEEKEND]),
        (
            "平时每天2小时 周末16小时",
            [duration("2小时", hours=2), WEEKEND, duration("16小时", hours=16)],
        ),
        (
            "平时8小时 周末16小时",
            [duration("8小时", hours=8), WEEKEND, duration("16小时", hours=16)],
        ),
        ("平时20 周末16", [number("20"), WEEKEND, number("16")]),
        (
            "平时加班20小时 周末每周8小时",
            [duration("20小时", hours=20), WEEKEND, duration("8小时", hours=8)],
        ),
    ],
)
async def test_hours_that_cannot_be_told_apart_are_asked_for(
    talk: Talk, text: str, said: list[Said]
) -> None:
    await talk.say("帮我算加班费 月薪6500", OVERTIME, money("6500", 6500, "month"))
    reply = await talk.say(text, "inform", *said)
    assert reply.kind is ReplyKind.QUESTION
    assert "平时加班20小时，周末加班16小时" in reply.text
    assert talk.memory.calculation is not None
    assert set(talk.memory.calculation.values) == {"monthly_wage"}


async def test_a_wage_by_the_hour_takes_the_place_of_one_remembered(talk: Talk) -> None:
    await wage(talk, 5000)
    text = "帮我算加班费 时薪25 周末加班10小时"
    reply = await talk.say(
        text, OVERTIME, money("25", 25, "hour"), WEEKEND, duration("10小时", hours=10)
    )
    assert "500 元" in reply.text


async def test_a_wage_by_the_hour_takes_the_place_of_one_by_the_month(talk: Talk) -> None:
    await talk.say("帮我算加班费 月薪5000", OVERTIME, money("5000", 5000, "month"))
    await talk.say("不对 是时薪25", "correct", money("25", 25, "hour"))
    reply = await talk.say("周末加班10小时", "inform", WEEKEND, duration("10小时", hours=10))
    assert "500 元" in reply.text


async def test_the_later_days_of_a_long_holiday_are_no_legal_holidays(talk: Talk) -> None:
    await talk.say("帮我算加班费 月薪6525", OVERTIME, money("6525", 6525, "month"))
    text = "国庆4号到7号加班4天"
    reply = await talk.say(text, "inform", day("国庆", "2026-10-01"), duration("4天", days=4))
    assert "300%" not in reply.text


async def test_of_two_rest_days_with_their_hours_none_is_left_out(talk: Talk) -> None:
    await talk.say("帮我算加班费 月薪6500", OVERTIME, money("6500", 6500, "month"))
    reply = await talk.say(
        "周六加班8小时 周日加班6小时",
        "inform",
        day("周六", "2026-11-21"),
        duration("8小时", hours=8),
        day("周日", "2026-11-22"),
        duration("6小时", hours=6),
    )
    assert reply.text.endswith(CALCULATORS["overtime"].texts.fields["days"].question)
    result = await talk.say("一共14小时", "inform", duration("14小时", hours=14))
    assert "14 小时 × 200%" in result.text


async def test_every_saturday_of_a_month_is_counted(talk: Talk) -> None:
    await talk.say("帮我算加班费", OVERTIME)
    await talk.say(
        "每周六都上 一天8小时 一个月4个周六",
        "inform",
        day("周六", "2026-11-21"),
        duration("8小时", hours=8),
        count("4", 4, "other"),
        day("周六", "2026-11-21"),
    )
    result = await wage(talk)
    assert "× 32 小时 × 200%" in result.text


async def test_hours_and_days_of_several_kinds_are_summed(talk: Talk) -> None:
    await talk.say("帮我算加班费 月薪6500", OVERTIME, money("6500", 6500, "month"))
    result = await talk.say(
        "平时加班20小时 周末加班2天 国庆7天",
        "inform",
        duration("20小时", hours=20),
        WEEKEND,
        duration("2天", days=2),
        day("国庆", "2026-10-01"),
        duration("7天", days=7),
    )
    assert WORKDAY_LINE in result.text
    assert "6500 ÷ 21.75 × 3 天 × 300%" in result.text
    assert "6500 ÷ 21.75 × 6 天 × 200%" in result.text


async def test_hours_of_a_long_holiday_among_others_need_its_days(talk: Talk) -> None:
    await talk.say("帮我算加班费 月薪6500", OVERTIME, money("6500", 6500, "month"))
    asked = await talk.say(
        "平时加班20小时 国庆40小时",
        "inform",
        duration("20小时", hours=20),
        day("国庆", "2026-10-01"),
        duration("40小时", hours=40),
    )
    assert asked.text.endswith(CALCULATORS["overtime"].texts.fields["holiday_days"].question)
    result = await talk.say("5天", "inform", duration("5天", days=5))
    assert "24 小时 × 300%" in result.text
    assert "16 小时 × 200%" in result.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("一万二", money("一万二", 12000)),
        ("1万2", money("1万2", 12000)),
        ("12000元", money("12000元", 12000)),
        ("大概12000元吧", money("12000元", 12000)),
        ("12000", number("12000")),
    ],
)
async def test_the_wage_that_a_result_asks_for_needs_no_name(
    talk: Talk, text: str, said: Said
) -> None:
    await talk.say("帮我算离职补偿", "calculate_severance")
    months = await talk.say("两年", "inform", duration("两年", years=2))
    assert "月工资" in months.text
    reply = await talk.say(text, "inform", said)
    assert "24000 元" in reply.text


async def test_a_bare_amount_puts_the_wage_of_a_result_right(talk: Talk) -> None:
    await talk.say(
        "帮我算离职补偿 两年 月薪9000",
        "calculate_severance",
        duration("两年", years=2),
        money("9000", 9000, "month"),
    )
    reply = await talk.say("不对，是12000元", "correct", money("12000元", 12000))
    assert "24000 元" in reply.text


@pytest.mark.parametrize("text", ["公司给了我5000元", "5000元是罚款"])
async def test_an_amount_of_something_else_is_no_wage(talk: Talk, text: str) -> None:
    await talk.say("帮我算离职补偿", "calculate_severance")
    await talk.say("两年", "inform", duration("两年", years=2))
    await talk.say(text, "inform", money("5000元", 5000))
    assert talk.memory.calculation is not None
    assert "monthly_wage" not in talk.memory.calculation.values


@pytest.fixture
async def double_wage(talk: Talk) -> Talk:
    """A talk in which fourteen months without a contract were worked out."""
    await talk.say("帮我算双倍工资", "calculate_double_wage")
    await talk.say("8个月", "inform", duration("8个月", months=8))
    await talk.say("6500", "inform", number("6500"))
    reply = await talk.say("不对 是14个月", "correct", duration("14个月", months=14))
    assert "71500 元" in reply.text
    return talk


@pytest.mark.parametrize("text", ["后来第10个月补签了", "到第十个月才签合同", "第10个月补签的合同"])
async def test_double_wage_ends_before_a_later_signing(double_wage: Talk, text: str) -> None:
    reply = await double_wage.say(text, "inform")
    assert "52000 元" in reply.text
    assert "补签的前一天" in reply.text
    assert "无固定期限" not in reply.text


async def test_the_month_without_a_signing_is_not_that_of_the_signing(double_wage: Talk) -> None:
    reply = await double_wage.say("第2个月没签 第6个月才签的", "inform")
    assert "26000 元" in reply.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("后来补签了合同", []),
        ("2026年3月补签了", [day("2026年3月", "2026-03-01", "month")]),
    ],
)
async def test_a_signing_without_its_month_is_asked_for(
    double_wage: Talk, text: str, said: list[Said]
) -> None:
    asked = await double_wage.say(text, "inform", *said)
    question = CALCULATORS["double_wage"].texts.fields["without_contract"].question
    assert asked.text.endswith(question)
    assert "without_contract" not in double_wage.memory.figures
    reply = await double_wage.say("9个月", "inform", duration("9个月", months=9))
    assert "52000 元" in reply.text


@pytest.mark.parametrize("text", ["一直没补签", "公司要我补签", "可以补签吗", "还没有补签"])
async def test_no_signing_is_read_where_there_was_none(double_wage: Talk, text: str) -> None:
    await double_wage.say(text, "inform")
    assert double_wage.memory.calculation is not None
    assert "signed" not in double_wage.memory.calculation.values


async def test_the_whole_time_of_work_is_not_that_before_the_signing(talk: Talk) -> None:
    text = "帮我算双倍工资 干了14个月 后来补签了 月薪6500"
    said = duration("14个月", months=14), money("6500", 6500, "month")
    await talk.say(text, "calculate_double_wage", *said)
    assert talk.loop == CALCULATOR_FORM
    reply = await talk.say("9个月", "inform", duration("9个月", months=9))
    assert "52000 元" in reply.text


async def test_the_time_before_the_signing_may_be_told_with_it(talk: Talk) -> None:
    text = "没签合同干了8个月 后来补签了 月薪6500"
    said = duration("8个月", months=8), money("6500", 6500, "month")
    reply = await talk.say(text, "calculate_double_wage", *said)
    assert "45500 元" in reply.text


DISMISSED = ("去年12月1号被辞退的", "inform", day("去年12月1号", "2025-12-01"))


def after_the_article(search: Search) -> Talk:
    """A talk in which the article on the limit of arbitration answered."""
    talk = Talk(search)
    topic = Topic(
        article_id="arbitration-time-limit",
        title="劳动仲裁时效",
        area="labour-disputes",
        question="算仲裁时效",
    )
    talk.memory = talk.memory.about(topic)
    return talk


async def test_a_day_told_after_the_article_on_its_limit_is_reckoned_from(search: Search) -> None:
    reply = await after_the_article(search).say(*DISMISSED)
    assert "只剩 6 天" in reply.text
    assert "2026年12月1日" in reply.text
    assert "转人工" in reply.text


async def test_a_day_after_the_article_does_not_go_to_an_earlier_result(search: Search) -> None:
    talk = after_the_article(search)
    topics = talk.memory.topics
    await talk.say("帮我算离职补偿 两年", "calculate_severance", duration("两年", years=2))
    talk.memory = talk.memory.having(topics=topics)
    reply = await talk.say(*DISMISSED)
    assert "只剩 6 天" in reply.text


async def test_a_day_of_nothing_known_opens_no_deadline(search: Search) -> None:
    talk = after_the_article(search)
    reply = await talk.say("去年12月1号", "inform", day("去年12月1号", "2025-12-01"))
    assert reply.text == texts().talk.noted


@pytest.fixture
def offered(search: Search) -> Talk:
    """A talk in which the article answered a question for the limit, and it was offered."""
    talk = after_the_article(search)
    state = Calculation(calculator="deadline", values={"matter": "arbitration"})
    talk.memory = talk.memory.having(offer="deadline", calculation=state)
    return talk


@pytest.mark.parametrize("text", ["去年12月1号被辞退的", "去年12月1号"])
async def test_a_day_opens_the_deadline_that_was_offered(offered: Talk, text: str) -> None:
    reply = await offered.say(text, "inform", day("去年12月1号", "2025-12-01"))
    assert "只剩 6 天" in reply.text


async def test_a_day_of_something_else_does_not_open_what_was_offered(offered: Talk) -> None:
    await offered.say("我明天再来问", "inform", day("明天", "2026-11-26"))
    assert offered.memory.calculation is not None
    assert not offered.memory.calculation.done
