"""What the lists of the inbox show, in which order, page by page."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from api.inbox import conditions
from api.storage.models import Channel, Role
from contract import HandoffReason
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague, on_both_engines

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


@on_both_engines
async def test_by_priority_then_by_time_left_then_by_age(room: Room, chen: Colleague) -> None:
    calm = await room.case(priority=4)
    later = await room.case(priority=2, due_in=20 * MINUTE)
    sooner = await room.case(priority=2, due_in=10 * MINUTE)
    undated = await room.case(priority=2)
    urgent = await room.case(priority=1)
    assert await room.found(chen) == [urgent, sooner, later, undated, calm]


@on_both_engines
async def test_page_by_page_nothing_is_lost_or_doubled(room: Room, chen: Colleague) -> None:
    cases = [
        await room.case(priority=1 + number % 3, due_in=number * MINUTE if number % 2 else None)
        for number in range(9)
    ]
    whole = await room.found(chen)
    assert sorted(whole) == sorted(cases)
    found: list[str] = []
    cursor = ""
    while True:
        page = await chen.get(f"/inbox?size=2{cursor}")
        found += [row["conversation_id"] for row in page["rows"]]
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"
    assert found == whole


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WzEsMl0", "WzAsMiwieCIsInkiLCJ6Il0", "Wy0xLCIyIiwieCIsMSwieiJd", "%00"]
)
async def test_a_cursor_that_is_none(chen: Colleague, cursor: str) -> None:
    assert (await chen.request("GET", f"/inbox?cursor={cursor}")).status_code == 422


@on_both_engines
async def test_the_views(room: Room, chen: Colleague, wang: Colleague) -> None:
    boss = await room.office.hire("boss", Role.SUPERVISOR)
    mine, other, waiting, done = [await room.case() for _ in range(4)]
    await chen.does(mine, "claim")
    await wang.does(other, "claim")
    await chen.does(done, "claim")
    await chen.does(done, "resolve", outcome="已调解", kind="mediated")
    assert await room.found(chen) == [waiting]
    assert await room.found(chen, "?view=mine") == [mine]
    assert await room.found(chen, "?view=open") == [mine, waiting]
    assert await room.found(chen, "?view=archived") == [done]
    assert await room.found(wang, "?view=archived") == []
    assert await room.found(boss, "?view=open") == [mine, other, waiting]
    assert await room.found(boss, "?view=archived") == [done]
    assert await room.found(boss, "?view=all") == [done, waiting, other, mine]
    assert sorted(await room.found(wang, "?view=all")) == sorted([other, waiting])
    counts = (await chen.get("/inbox"))["counts"]
    assert counts == {"waiting": 1, "mine": 1, "open": 2, "warned": 0, "overdue": 0}
    assert (await boss.get("/inbox"))["counts"]["open"] == 3


@on_both_engines
async def test_filters(room: Room, chen: Colleague) -> None:
    wechat = await room.case(channel=Channel.WECHAT, priority=1)
    asked = await room.case(reason=HandoffReason.REQUESTED)
    assert await room.found(chen, "?channel=wechat") == [wechat]
    assert await room.found(chen, "?priority=1") == [wechat]
    assert await room.found(chen, "?reason=requested") == [asked]
    await chen.does(asked, "claim")
    holder = (await room.rows(chen, "?view=mine"))[0]["holder_id"]
    assert await room.found(chen, f"?view=open&assigned={holder}") == [asked]
    assert await room.found(chen, f"?view=all&assigned={holder}") == [asked]


async def test_a_case_for_a_role_waits_for_that_role(room: Room, chen: Colleague) -> None:
    lawyer = await room.office.hire("li", Role.LEGAL)
    boss = await room.office.hire("boss", Role.SUPERVISOR)
    for_lawyers = await room.case(for_role=Role.LEGAL)
    assert await room.found(chen) == []
    assert await room.found(lawyer) == [for_lawyers]
    assert await room.found(boss) == [for_lawyers]
    assert (await chen.get("/inbox"))["counts"]["waiting"] == 0


async def test_a_row(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case(due_in=5 * MINUTE)
    await chen.does(conversation_id, "claim")
    (row,) = await room.rows(chen, "?view=mine")
    for time in ("last_message_at", "waiting_since", "due_at"):
        assert row.pop(time).endswith("+08:00")
    row.pop("holder_id")
    assert row == {
        "conversation_id": conversation_id,
        "channel": "web",
        "status": "with_staff",
        "unread": 2,
        "excerpt": "",
        "labels": [],
        "state": "claimed",
        "summary": "老板三个月没发工资",
        "employer": "某电子厂",
        "category": "欠薪",
        "reason": "legal_case",
        "priority": 2,
        "for_role": None,
        "holder": "chen姐",
        "is_answered": False,
        "snoozed_until": None,
    }


async def test_an_editor_has_no_inbox(room: Room) -> None:
    editor = await room.office.hire("ed", Role.EDITOR)
    assert (await editor.request("GET", "/inbox")).status_code == 403


@on_both_engines
async def test_who_has_had_many_cases_sees_the_same(
    room: Room, chen: Colleague, wang: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other, waiting = [await room.case() for _ in range(3)]
    for colleague, conversation_id in ((chen, own), (wang, other)):
        await colleague.does(conversation_id, "claim")
        await colleague.does(conversation_id, "resolve", outcome="已调解")
    await room.index.round()
    for many in (1, 5000):
        monkeypatch.setattr(conditions, "MANY", many)
        assert await room.found(chen, "?view=archived") == [own]
        assert await room.found(chen, "?view=archived&priority=2") == [own]
        assert await room.found(chen, "?view=archived&priority=1") == []
        found = await room.found(chen, f"?view=all&q={quote('没发工资')}")
        assert found == [own, waiting] or found == [waiting, own]
