"""Early warnings after a worker had everything deleted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.outbox.escalation import Escalations
from api.reports import erasure
from api.reports.alarm import AlertRound
from api.storage.database import Database
from api.storage.models import Alert, Handoff
from tests.api.outbox.clock import Clock
from tests.api.reports.scene import Scene
from tests.api.staff.office import on_both_engines

pytestmark = pytest.mark.anyio


@pytest.fixture
def warning(database: Database, clock: Clock) -> AlertRound:
    return AlertRound(
        database, Escalations([], clock), window=timedelta(days=7), least_people=2, clock=clock
    )


async def erase(database: Database, conversation_id: str) -> None:
    """As the whole erasure does it: the facts go first."""
    async with database.write() as session:
        of_conversation = Handoff.conversation_id == conversation_id
        for handoff in await session.scalars(select(Handoff).where(of_conversation)):
            handoff.case_facts = {}
        await erasure.erase(session, conversation_id)


class ErasesFirst(Database):
    """Somebody's erasure comes between what is read and what is written of it."""

    conversation_id: str | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        erased, self.conversation_id = self.conversation_id, None
        if erased is not None:
            await erase(self, erased)
        async with super().write() as session:
            yield session


async def alerts(database: Database) -> list[Alert]:
    async with database.read() as session:
        return list(await session.scalars(select(Alert)))


@on_both_engines
async def test_the_employer_is_called_as_those_say_who_are_left(
    scene: Scene, database: Database, warning: AlertRound
) -> None:
    names = ("余杭区宏达电子科技有限公司", "宏达电子厂", "宏達電子")
    cases = [await scene.case(facts={"employer": name}) for name in names]
    other = [await scene.case(facts={"employer": "星光纺织厂"}) for _ in range(2)]
    await warning.round()
    await erase(database, cases[0])
    left = {frozenset(alert.conversation_ids): alert for alert in await alerts(database)}
    assert left.keys() == {frozenset(cases[1:]), frozenset(other)}
    own, foreign = left[frozenset(cases[1:])], left[frozenset(other)]
    assert "科技" not in own.employer + own.employer_key
    assert foreign.employer == "星光纺织厂"
    # Those who are left raise no second one.
    await warning.round()
    assert len(await alerts(database)) == 2


@on_both_engines
async def test_the_alert_goes_with_the_last_one_who_named_somebody(
    scene: Scene, database: Database, warning: AlertRound
) -> None:
    cases = [await scene.case(facts={"employer": "星光纺织厂"}) for _ in range(2)]
    await warning.round()
    for case in cases:
        assert len(await alerts(database)) == 1
        await erase(database, case)
    assert await alerts(database) == []


@on_both_engines
async def test_what_was_erased_meanwhile_is_not_written_back(
    scene: Scene, database: Database, database_url: str, clock: Clock
) -> None:
    names = ("余杭区宏达电子科技有限公司", "宏达电子厂", "宏達電子")
    cases = [await scene.case(facts={"employer": name}) for name in names]
    other = ErasesFirst(database_url)
    other.conversation_id = cases[0]
    warning = AlertRound(
        other, Escalations([], clock), window=timedelta(days=7), least_people=2, clock=clock
    )
    await warning.round()
    assert await alerts(database) == []
    await warning.round()
    (alert,) = await alerts(database)
    assert set(alert.conversation_ids) == set(cases[1:])
    assert "科技" not in alert.employer + alert.employer_key
    await other.close()
