import pytest

from actions.handoffs import case_handoff, handoff, open_case
from actions.memory import Memory
from actions.search import Search
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
