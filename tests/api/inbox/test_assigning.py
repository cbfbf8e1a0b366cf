"""Fair distribution."""

import pytest
from sqlalchemy import select

from api.inbox.assigning import Assigning
from api.staff.presence import set_presence
from api.storage.models import HandoffState, Presence, Role, Staff, Status
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague

pytestmark = pytest.mark.anyio


@pytest.fixture
def assigning(room: Room) -> Assigning:
    return Assigning(room.office.database, room.office.app.state.desk, clock=room.office.clock)


async def staff_of(room: Room, username: str) -> Staff:
    async with room.office.database.read() as session:
        return (await session.scalars(select(Staff).where(Staff.username == username))).one()


async def go_online(room: Room, username: str, capacity: int | None = None) -> None:
    staff = await staff_of(room, username)
    await set_presence(room.office.database, staff, Presence.ONLINE)
    boss = await room.office.hire(f"boss-of-{username}", Role.SUPERVISOR)
    path = f"/inbox/colleagues/{staff.id}/capacity"
    assert (await boss.request("PUT", path, {"capacity": capacity})).status_code == 204


async def holders(room: Room, cases: list[str]) -> list[str | None]:
    ids = {(await staff_of(room, name)).id: name for name in ("chen", "wang")}
    return [ids.get((await room.handoff(case)).claimed_by or "") for case in cases]


async def test_to_who_has_the_fewest(
    room: Room, assigning: Assigning, chen: Colleague, wang: Colleague
) -> None:
    for name in ("chen", "wang"):
        await go_online(room, name)
    had = await room.case()
    await chen.does(had, "claim")
    cases = [await room.case(priority=priority) for priority in (1, 2, 3)]
    assert await assigning.round() == 3
    held = await holders(room, cases)
    assert held[0] == "wang"
    assert sorted(filter(None, held)) == ["chen", "wang", "wang"]


async def test_nobody_gets_more_than_there_is_room(
    room: Room, assigning: Assigning, chen: Colleague, wang: Colleague
) -> None:
    await go_online(room, "chen", capacity=1)
    cases = [await room.case(priority=priority) for priority in (2, 1)]
    assert await assigning.round() == 1
    assert await holders(room, cases) == [None, "chen"]
    assert await assigning.round() == 0


async def test_only_those_who_are_there(
    room: Room, assigning: Assigning, chen: Colleague, wang: Colleague
) -> None:
    await go_online(room, "chen")
    assert (await chen.request("POST", "/logout")).status_code == 204
    case = await room.case()
    assert await assigning.round() == 0
    assert await room.state(case) is HandoffState.WAITING


async def test_cases_for_a_role(room: Room, assigning: Assigning, chen: Colleague) -> None:
    await room.office.hire("li", Role.LEGAL)
    for name in ("chen", "li"):
        await go_online(room, name)
    for_lawyers, other = await room.case(for_role=Role.LEGAL), await room.case()
    assert await assigning.round() == 2
    lawyer, agent = await staff_of(room, "li"), await staff_of(room, "chen")
    assert (await room.handoff(for_lawyers)).claimed_by == lawyer.id
    assert (await room.handoff(other)).claimed_by == agent.id


async def test_a_case_that_came_back_goes_to_somebody_new(
    room: Room, assigning: Assigning, chen: Colleague, wang: Colleague
) -> None:
    for name in ("chen", "wang"):
        await go_online(room, name)
    await wang.does(await room.case(), "claim")
    case = await room.case()
    await chen.does(case, "claim")
    await chen.does(case, "return")
    assert await assigning.round() == 1
    assert await holders(room, [case]) == ["wang"]


async def test_what_the_bot_still_takes_down_is_left_to_it(
    room: Room, assigning: Assigning, chen: Colleague
) -> None:
    await go_online(room, "chen")
    case = await room.case()
    async with room.office.database.write() as session:
        conversation = await room.conversation(case)
        conversation = await session.merge(conversation)
        conversation.status = Status.BOT
    assert await assigning.round() == 0


async def test_capacity_is_for_those_who_answer(room: Room, chen: Colleague) -> None:
    boss = await room.office.hire("boss", Role.SUPERVISOR)
    await room.office.hire("ed", Role.EDITOR)
    editor = await staff_of(room, "ed")
    path = f"/inbox/colleagues/{editor.id}/capacity"
    assert (await boss.request("PUT", path, {"capacity": 3})).status_code == 404
    assert (await chen.request("PUT", path, {"capacity": 3})).status_code == 403
    assert (await boss.request("PUT", path, {"capacity": -1})).status_code == 422
    listed = await chen.get("/inbox/colleagues")
    assert [(each["username"], each["cases"]) for each in listed] == [("boss", 0), ("chen", 0)]
