"""What a member of staff gets to see."""

import pytest

from api.storage.models import Role
from tests.api.staff.office import Colleague, Office, on_both_engines

pytestmark = pytest.mark.anyio


@pytest.fixture
async def chen(office: Office) -> Colleague:
    return await office.hire("chen")


@pytest.fixture
async def wang(office: Office) -> Colleague:
    return await office.hire("wang")


async def status_of(colleague: Colleague, conversation_id: str) -> int:
    return (await colleague.request("GET", f"/conversations/{conversation_id}")).status_code


@on_both_engines
async def test_the_queue_shows_what_is_urgent_first(office: Office, chen: Colleague) -> None:
    calm, urgent, normal = [await office.case(priority) for priority in (4, 1, 2)]
    assert await chen.queue() == [urgent, normal, calm]
    assert await chen.queue("?priority=1") == [urgent]
    assert await chen.queue("?mine=true") == []
    await chen.does(normal, "claim")
    assert await chen.queue("?mine=true") == [normal]
    assert await chen.queue("?status=waiting") == [urgent, calm]
    assert await chen.queue("?status=with_staff") == [normal]


async def test_an_entry_of_the_queue(office: Office, chen: Colleague) -> None:
    conversation_id = await office.case()
    await chen.does(conversation_id, "claim")
    (item,) = (await chen.get("/conversations"))["cases"]
    assert item.pop("waiting_since").endswith("+08:00")
    assert item == {
        "conversation_id": conversation_id,
        "channel": "web",
        "status": "with_staff",
        "summary": "三个月没发工资",
        "reason": "legal_case",
        "category": "欠薪",
        "priority": 2,
        "due_at": None,
        "claimed_by": "chen姐",
    }


@pytest.mark.parametrize("query", ["?priority=0", "?priority=5", "?status=lost", "?mine=perhaps"])
async def test_an_unknown_filter_is_refused(chen: Colleague, query: str) -> None:
    assert (await chen.request("GET", f"/conversations{query}")).status_code == 422


async def test_colleagues_cases_are_for_those_who_see_all(
    office: Office, chen: Colleague, wang: Colleague
) -> None:
    boss = await office.hire("boss", Role.SUPERVISOR)
    conversation_id = await office.case()
    assert await status_of(wang, conversation_id) == 200
    await chen.does(conversation_id, "claim")
    assert await wang.queue() == []
    assert await status_of(wang, conversation_id) == 403
    assert (await wang.do(conversation_id, "notes", text="看看")).status_code == 403
    assert await boss.queue() == [conversation_id]
    assert await status_of(boss, conversation_id) == 200
    await boss.does(conversation_id, "notes", text="请尽快回")


async def test_one_sees_ones_own_finished_case(
    office: Office, chen: Colleague, wang: Colleague
) -> None:
    conversation_id = await office.case()
    await chen.does(conversation_id, "claim")
    await chen.does(conversation_id, "resolve", outcome="已调解")
    assert await status_of(chen, conversation_id) == 200
    assert await status_of(wang, conversation_id) == 403


@on_both_engines
async def test_earlier_conversations_are_open_with_the_case(
    office: Office, chen: Colleague, wang: Colleague
) -> None:
    earlier = await office.conversation()
    assert await status_of(chen, earlier) == 403
    conversation_id = await office.case(worker_id=await office.worker_of(earlier))
    await chen.does(conversation_id, "claim")
    case = await chen.case(conversation_id)
    assert [item["conversation_id"] for item in case["earlier"]] == [earlier]
    assert await status_of(chen, earlier) == 200
    assert await status_of(wang, earlier) == 403
    await chen.does(conversation_id, "release")
    assert await status_of(chen, earlier) == 403


@on_both_engines
@pytest.mark.parametrize(
    ("conversation_id", "status"), [("0" * 26, 404), ("x", 422), ("%00", 422), ("U" * 26, 422)]
)
async def test_a_conversation_that_is_not_there(
    chen: Colleague, conversation_id: str, status: int
) -> None:
    assert await status_of(chen, conversation_id) == status
    for act, body in (("claim", {}), ("notes", {"text": "x"})):
        response = await chen.do(conversation_id, act, **body)
        assert response.status_code == status
