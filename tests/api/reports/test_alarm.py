from datetime import timedelta

import pytest
from sqlalchemy import select

from api.errors import ApiError
from api.outbox.escalation import Escalations
from api.reports.alarm import AlertRound
from api.reports.alert_desk import AlertDesk, AlertSummary
from api.storage.database import Database
from api.storage.models import AlertState, AuditEntry, OutboxItem, new_id
from tests.api.outbox.clock import Clock
from tests.api.reports.scene import Scene
from tests.api.staff.office import on_both_engines

pytestmark = pytest.mark.anyio
NAMES = (
    "宏达电子有限公司",
    "余杭宏达电子厂",
    "宏達電子",
    "我们公司叫鸿达电子",
    "宏达电子科技",
    "宏达电子公司",
)


@pytest.fixture
def warning(database: Database, clock: Clock) -> AlertRound:
    return AlertRound(
        database,
        Escalations(["webhook"], clock),
        window=timedelta(days=7),
        least_people=3,
        clock=clock,
    )


@pytest.fixture
def desk(database: Database, clock: Clock) -> AlertDesk:
    return AlertDesk(database, clock)


async def complain(scene: Scene, number: int, **of: object) -> list[str]:
    """So many workers, each an hour after the other, each with another way to write the name."""
    cases = []
    for name in NAMES[:number]:
        cases.append(await scene.case(facts={"employer": name}, **of))  # type: ignore[arg-type]
        scene.clock.advance(timedelta(hours=1))
    return cases


async def only(desk: AlertDesk) -> AlertSummary:
    (alert,) = await desk.list()
    return alert


async def sent(database: Database) -> list[dict[str, object]]:
    async with database.read() as session:
        return list(await session.scalars(select(OutboxItem.payload).order_by(OutboxItem.id)))


@on_both_engines
async def test_several_workers_of_one_employer_raise_an_alert(
    scene: Scene, database: Database, warning: AlertRound, desk: AlertDesk
) -> None:
    cases = await complain(scene, 3)
    await warning.round()
    await warning.round()
    alert = await only(desk)
    assert (alert.kind, alert.state, alert.people, alert.cases) == ("wage_arrears", "open", 3, 3)
    assert alert.employer == "宏达电子有限公司"
    assert alert.last_case_at - alert.first_case_at == timedelta(hours=2)
    detail = await desk.read(alert.id)
    assert [each.conversation_id for each in detail.conversations] == cases
    (payload,) = await sent(database)
    assert payload["type"] == "employer.alert"
    assert payload["data"] == {
        "alert_id": alert.id,
        "kind": "wage_arrears",
        "cases": 3,
        "first_case_at": alert.first_case_at.isoformat(),
        "last_case_at": alert.last_case_at.isoformat(),
    }
    assert "宏" not in str(payload)
    assert await desk.open_count() == 1


async def test_two_are_not_enough_and_neither_is_one_who_comes_again(
    scene: Scene, warning: AlertRound, desk: AlertDesk
) -> None:
    await complain(scene, 1)
    web = await scene.worker("member-1")
    wechat = await scene.worker("member-1")
    for worker_id in (web, web, wechat):
        await scene.case(facts={"employer": "宏达电子"}, worker_id=worker_id)
    await warning.round()
    assert await desk.list() == []


async def test_what_is_of_another_kind_or_older_or_another_employer_does_not_count(
    scene: Scene, warning: AlertRound, desk: AlertDesk
) -> None:
    await complain(scene, 1)
    scene.clock.advance(timedelta(days=7))
    await complain(scene, 2)
    await scene.case(facts={"employer": "宏达电子"}, category="医疗互助", summary="怎么报销")
    await scene.case(facts={"employer": "宏达电子"}, category="工伤", summary="摔伤了")
    await scene.case(facts={"employer": "宏发电子"})
    await scene.case(facts={"employer": "不知道"})
    await scene.case(facts={})
    await warning.round()
    assert await desk.list() == []


@on_both_engines
async def test_more_cases_join_it_and_are_told_when_they_doubled(
    scene: Scene, database: Database, warning: AlertRound, desk: AlertDesk
) -> None:
    staff = await scene.staff()
    await complain(scene, 3)
    await warning.round()
    await desk.mark_seen(staff, (await only(desk)).id)
    assert (await only(desk)).seen_by == staff.name
    await scene.case(facts={"employer": "宏达电子"})
    await warning.round()
    alert = await only(desk)
    assert (alert.cases, alert.state, alert.seen_by) == (4, AlertState.OPEN, None)
    assert len(await sent(database)) == 1
    for _ in range(2):
        await scene.case(facts={"employer": "宏达电子"})
    await warning.round()
    assert (await only(desk)).cases == 6
    assert len(await sent(database)) == 2


async def test_what_was_closed_is_raised_again_only_by_enough_new_ones(
    scene: Scene, database: Database, warning: AlertRound, desk: AlertDesk
) -> None:
    staff = await scene.staff()
    await complain(scene, 3)
    await warning.round()
    closed = await only(desk)
    await desk.close(staff, closed.id)
    await complain(scene, 2)
    await warning.round()
    assert await desk.list() == []
    assert [each.id for each in await desk.list(closed=True)] == [closed.id]
    await complain(scene, 1)
    await warning.round()
    assert (await only(desk)).cases == 3
    with pytest.raises(ApiError):
        await desk.mark_seen(staff, closed.id)
    async with database.read() as session:
        actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["alert.raised", "alert.closed", "alert.raised"]


async def test_personal_data_in_a_name_are_covered(
    scene: Scene, warning: AlertRound, desk: AlertDesk
) -> None:
    for _ in range(3):
        await scene.case(facts={"employer": "老张五金厂，老板电话13812345678"})
    await warning.round()
    assert "13812345678" not in (await only(desk)).employer


async def test_there_is_no_such_alert(scene: Scene, desk: AlertDesk) -> None:
    staff = await scene.staff()
    for act in (desk.read(new_id()), desk.mark_seen(staff, new_id()), desk.close(staff, new_id())):
        with pytest.raises(ApiError):
            await act
