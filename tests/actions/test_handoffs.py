import pytest

from actions.handoffs import handoff
from actions.search import Search
from contract import CaseFacts, HandoffReason

pytestmark = pytest.mark.anyio

WAGES = "老板拖欠工资两个月不发"


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        (HandoffReason.LEGAL_CASE, "欠薪与工资支付"),
        (HandoffReason.REPEATED_FAILURE, "欠薪与工资支付"),
        (HandoffReason.CRISIS, "危机"),
        (HandoffReason.REQUESTED, "综合"),
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
    reply = handoff(HandoffReason.LEGAL_CASE, "", (await search("")).result)
    assert reply.handoff is not None
    assert reply.handoff.category == "综合"


@pytest.mark.parametrize("reason", [HandoffReason.LEGAL_CASE, HandoffReason.URGENT_DEADLINE])
async def test_a_dispute_carries_the_workers_own_words(
    search: Search, reason: HandoffReason
) -> None:
    reply = handoff(reason, WAGES, (await search(WAGES)).result)
    assert reply.handoff is not None
    assert reply.handoff.case_facts == CaseFacts(what_happened=WAGES)


async def test_other_reasons_carry_no_case(search: Search) -> None:
    reply = handoff(HandoffReason.CRISIS, WAGES, (await search(WAGES)).result)
    assert reply.handoff is not None
    assert reply.handoff.case_facts == CaseFacts()


async def test_the_summary_is_one_short_line_and_the_facts_are_whole(search: Search) -> None:
    text = "老板  欠薪\n" + "经过" * 200
    reply = handoff(HandoffReason.LEGAL_CASE, text, (await search(text)).result)
    assert reply.handoff is not None
    assert reply.handoff.summary == "老板 欠薪 " + "经过" * 57 + "…"
    assert reply.handoff.case_facts.what_happened == text
