import pytest

from actions.handoffs import case_handoff, closing_line, handoff, open_case
from actions.memory import Memory
from actions.search import Search
from actions.texts import texts
from actions.turn import Turn
from contract import CaseFacts, Handoff, HandoffReason

pytestmark = pytest.mark.anyio

WAGES = "老板拖欠工资两个月不发"


async def package(
    search: Search, reason: HandoffReason, text: str, facts: CaseFacts | None = None
) -> Handoff:
    reply = handoff(reason, text, (await search(text)).result, facts)
    assert reply.handoff is not None
    return reply.handoff


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        (HandoffReason.LEGAL_CASE, "欠薪与工资支付"),
        (HandoffReason.REPEATED_FAILURE, "欠薪与工资支付"),
        (HandoffReason.REQUESTED, "欠薪与工资支付"),
        (HandoffReason.NEGATIVE_FEEDBACK, "欠薪与工资支付"),
        (HandoffReason.CRISIS, "危机"),
    ],
)
async def test_the_category_is_the_nearest_matters_area(
    search: Search, reason: HandoffReason, category: str
) -> None:
    reply = handoff(reason, WAGES, (await search(WAGES)).result)
    assert reply.handoff is not None
    assert reply.handoff.category == category
    assert reply.trace is not None
    assert reply.trace.hits[0].article_id == "wage-arrears"


async def test_without_a_hit_the_category_is_general(search: Search) -> None:
    assert (await package(search, HandoffReason.LEGAL_CASE, "")).category == "综合"


@pytest.mark.parametrize("reason", [HandoffReason.LEGAL_CASE, HandoffReason.URGENT_DEADLINE])
async def test_a_dispute_carries_the_workers_own_words(
    search: Search, reason: HandoffReason
) -> None:
    facts = (await package(search, reason, WAGES)).case_facts
    assert facts == CaseFacts(what_happened=WAGES)


async def test_other_reasons_carry_no_case(search: Search) -> None:
    assert (await package(search, HandoffReason.CRISIS, WAGES)).case_facts == CaseFacts()


@pytest.mark.parametrize("reason", [HandoffReason.CRISIS, HandoffReason.URGENT_DEADLINE])
async def test_facts_taken_down_before_go_with_it(search: Search, reason: HandoffReason) -> None:
    told = CaseFacts(employer="某某制衣", what_happened=WAGES)
    assert (await package(search, reason, "快来人", told)).case_facts == told


async def test_the_summary_is_one_short_line_and_the_facts_are_whole(search: Search) -> None:
    text = "老板  欠薪\n" + "经过" * 200
    made = await package(search, HandoffReason.LEGAL_CASE, text)
    assert made.summary == "老板 欠薪 " + "经过" * 57 + "…"
    assert made.case_facts.what_happened == text


@pytest.mark.parametrize(
    ("text", "intent", "priority"),
    [
        (WAGES, "legal_case", 3),
        (WAGES, "group_dispute", 2),
        ("手指被机器压断了", "legal_case", 2),
    ],
)
async def test_a_case_is_opened_with_its_first_message(
    search: Search, text: str, intent: str, priority: int
) -> None:
    turn = Turn(text=text, intent=intent, memory=Memory())
    facts = CaseFacts(what_happened=text)
    case = open_case(HandoffReason.LEGAL_CASE, turn, (await search(text)).result, facts)
    assert (case.summary, case.priority, case.facts) == (text, priority, facts)
    assert (case.settled, case.asked) == ((), None)


async def test_the_package_of_a_case_is_what_is_known_so_far(search: Search) -> None:
    turn = Turn(text=WAGES, intent="legal_case", memory=Memory())
    facts = CaseFacts(what_happened=WAGES, employer="某某制衣")
    case = open_case(HandoffReason.LEGAL_CASE, turn, (await search(WAGES)).result, facts)
    assert case_handoff(case) == Handoff(
        reason=HandoffReason.LEGAL_CASE,
        category="欠薪与工资支付",
        priority=3,
        summary=WAGES,
        case_facts=facts,
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("工友中暑晕倒了叫不醒", "rescue"),
        ("车间里味道刺鼻 好几个人头晕吐了", "rescue"),
        ("老板拿棍子打我 堵在门口不让我出去", "attacked"),
        ("我被拉去传销了 关在萧山一个房子里", "attacked"),
        ("我室友老说想从楼上跳下去", "other_in_crisis"),
        ("我朋友想不开吃了一瓶药", "other_in_crisis"),
        ("工友刚才发了一条遗书", "other_in_crisis"),
        ("老板拿刀要砍死我", "attacked"),
        ("他说要杀了我全家 现在堵在门口", "attacked"),
    ],
)
async def test_in_a_crisis_the_help_that_fits_is_named(text: str, kind: str) -> None:
    assert closing_line(HandoffReason.CRISIS, text) == texts().crisis[kind]


@pytest.mark.parametrize(
    "text",
    [
        "我不想活了",
        "他不给钱我就弄死他",
        "老公在工地没了 我也不想活了",
        "心里难受 没人懂",
        "孩子还小 真的活不下去了",
        "老婆跟人跑了 不想活了",
        "对不起爸妈 儿子不孝 想死",
        "给孩子交不起学费 只能跳楼了",
        "杀了我算了",
    ],
)
async def test_despair_and_what_is_not_plain_get_words_of_comfort(text: str) -> None:
    assert closing_line(HandoffReason.CRISIS, text) == texts().handoff[HandoffReason.CRISIS]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("仲裁裁决书收到12天了 不服", "award"),
        ("法院判决书昨天到的 想上诉", "judgment"),
        ("明天仲裁开庭 证据还没打印", "hearing"),
        ("工伤快一年了 还差几天满一年", "injury"),
        ("老板让我今天签自愿离职书", "signing"),
        ("今天手指被机器压断了 老板叫我签个自愿放弃", "signing_after_injury"),
        ("手被机器夹住了 刚弄出来 老板让我今天签字", "signing_after_injury"),
        ("工友触电身亡 厂里叫家属今天签协议", "signing"),
        ("我爸在工地摔死 老板让今天签私了", "signing"),
        ("老公车祸走了 单位叫今天签字", "signing"),
        ("受伤不治 单位让家里今天签", "signing"),
        ("仲裁时效只剩三天了", "arbitration"),
        ("没签劳动合同 仲裁时效快到一年了 明天就过期", "arbitration"),
        ("工伤赔偿仲裁时效明天到期", "arbitration"),
        ("工伤认定书不服 起诉期限明天到期", "other"),
        ("裁决书生效了 申请执行期限快到了", "other"),
        ("明天就要报到了", "other"),
    ],
)
async def test_what_lapses_is_named_with_its_place(text: str, limit: str) -> None:
    assert texts().limits[limit] in closing_line(HandoffReason.URGENT_DEADLINE, text)
