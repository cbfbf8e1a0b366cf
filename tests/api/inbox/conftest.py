from collections.abc import AsyncIterator

import pytest

from api.handoff.desk import Desk
from api.inbox.knowledge import SearchAnswer
from api.inbox.routes import routers
from api.inbox.search_index import SearchIndex
from api.live.hub import Hub
from api.members.vault import Vault
from api.staff.accounts import Accounts
from api.staff.sessions import Sessions
from api.storage.database import Database
from contract import Citation
from tests.api.inbox.room import Room
from tests.api.outbox.clock import Clock
from tests.api.staff import office as offices
from tests.api.staff.conftest import *  # noqa: F403 - fixtures of the desk
from tests.api.staff.office import Colleague

CITATION = Citation(
    title="保障农民工工资支付条例",
    source="国务院令第724号",
    article_id="wages-724",
    effective_from=None,
    as_of=None,
    verified=True,
)


async def search(text: str) -> SearchAnswer:
    """A knowledge base that knows about wages."""
    if "工资" not in text:
        return SearchAnswer()
    return SearchAnswer(text="**拖欠工资**可以投诉", citations=[CITATION])


@pytest.fixture
async def room(
    database: Database, accounts: Accounts, sessions: Sessions, clock: Clock
) -> AsyncIterator[Room]:
    async with offices.running(database, accounts, sessions, clock) as office:
        hub = Hub()
        office.app.state.hub = office.app.state.publisher = hub
        office.app.state.desk = Desk(database, publisher=hub, message_max_chars=2000)
        office.app.state.vault = Vault(["key"], "lookup")
        office.app.state.knowledge_search = search
        for router in routers:
            office.app.include_router(router)
        yield Room(office, hub, SearchIndex(database))


@pytest.fixture
async def chen(room: Room) -> Colleague:
    return await room.office.hire("chen")


@pytest.fixture
async def wang(room: Room) -> Colleague:
    return await room.office.hire("wang")
