"""The reports over HTTP, role by role."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api import errors
from api.outbox.escalation import Escalations
from api.reports import routes, supervisor_routes
from api.reports.service import ReportServices
from api.settings import Settings
from api.staff import routes as staff_routes
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.staff.sessions import Sessions
from api.storage.database import Database
from api.storage.models import AuditEntry, Role, new_id
from tests.api.outbox.clock import Clock
from tests.api.reports.scene import Scene, local

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"
READERS = {Role.EDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR}
ROUTES = {
    "/figures": READERS,
    "/conversations.csv": READERS,
    "/conversations.xlsx": READERS,
    "/agents": {Role.SUPERVISOR},
    "/alerts": {Role.SUPERVISOR},
    "/wage-arrears/2026-11": {Role.SUPERVISOR},
    "/wage-arrears/2026-11/file?format=pdf": {Role.SUPERVISOR},
    "/wage-arrears/2026-11/file?format=xlsx": {Role.SUPERVISOR},
}


@pytest.fixture
def services(database: Database, clock: Clock, articles: object) -> ReportServices:
    return ReportServices.of(
        Settings(),
        database,
        Escalations([], clock),
        articles=articles,  # type: ignore[arg-type]
        clock=clock,
    )


@pytest.fixture
async def client(database: Database, services: ReportServices) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.state.settings = Settings()
    app.state.database = database
    app.state.reports = services
    app.state.staff_sessions = Sessions(database, Passwords(), secret_key="key")
    errors.install(app)
    for router in (routes.own, supervisor_routes.own, staff_routes.public):
        app.include_router(router)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


async def login(client: httpx2.AsyncClient, database: Database, role: Role) -> dict[str, str]:
    await Accounts(database, Passwords()).create(role.value, "小安", role, PASSWORD)
    body = {"username": role.value, "password": PASSWORD}
    response = await client.post("/api/v1/staff/login", json=body)
    return {"Authorization": f"Bearer {response.json()['token']}"}


@pytest.mark.parametrize("role", Role)
async def test_who_may_see_what(client: httpx2.AsyncClient, database: Database, role: Role) -> None:
    headers = await login(client, database, role)
    for path, roles in ROUTES.items():
        response = await client.get(routes.PREFIX + path, headers=headers)
        assert response.status_code == (200 if role in roles else 403), path
        assert (await client.get(routes.PREFIX + path)).status_code == 401


async def test_figures_of_a_range(
    client: httpx2.AsyncClient, database: Database, scene: Scene
) -> None:
    await scene.case(local("2026-11-10 10:00"), answered_after=timedelta(minutes=10))
    headers = await login(client, database, Role.SUPERVISOR)
    url = f"{routes.PREFIX}/figures"
    body = (await client.get(url, headers=headers)).json()
    assert (body["first_day"], body["last_day"]) == ("2026-10-26", "2026-11-24")
    assert body["volumes"]["total"] == {"conversations": 1, "handed_over": 1, "containment": 0.0}
    assert body["desk"]["first_answer"]["working"]["median"] == 10
    ranged = {"first_day": "2026-11-11", "last_day": "2026-11-12"}
    body = (await client.get(url, headers=headers, params=ranged)).json()
    assert body["volumes"]["total"]["conversations"] == 0
    for first, last in (("2026-11-12", "2026-11-11"), ("2000-01-01", "2026-11-11"), ("x", "y")):
        response = await client.get(
            url, headers=headers, params={"first_day": first, "last_day": last}
        )
        assert response.status_code == 422
        assert response.json()["error"]["code"] == "invalid_request"


async def test_files_say_what_they_are(
    client: httpx2.AsyncClient, database: Database, scene: Scene
) -> None:
    await scene.case(local("2026-11-10 10:00"))
    headers = await login(client, database, Role.SUPERVISOR)
    for path, magic in (
        ("/conversations.csv", b"\xef\xbb\xbf"),
        ("/conversations.xlsx", b"PK"),
        ("/wage-arrears/2026-11/file?format=xlsx", b"PK"),
        ("/wage-arrears/2026-11/file?format=pdf", b"%PDF"),
    ):
        response = await client.get(routes.PREFIX + path, headers=headers)
        assert response.content.startswith(magic)
        assert response.headers["cache-control"] == "no-store"
        assert "attachment" in response.headers["content-disposition"]
        assert "filename*=UTF-8''%" in response.headers["content-disposition"]
    refused = f"{routes.PREFIX}/wage-arrears/2026-11/file?format=csv"
    assert (await client.get(refused, headers=headers)).status_code == 422
    async with database.read() as session:
        actions = list(await session.scalars(select(AuditEntry.action)))
    assert actions.count("report.export") == 2
    assert actions.count("report.wage_arrears") == 2


async def test_an_alert_is_seen_and_closed(
    client: httpx2.AsyncClient, database: Database, scene: Scene, services: ReportServices
) -> None:
    for _ in range(3):
        await scene.case(facts={"employer": "老张五金厂"})
    await services.alert_round.round()
    headers = await login(client, database, Role.SUPERVISOR)
    url = f"{routes.PREFIX}/alerts"
    (alert,) = (await client.get(url, headers=headers)).json()["alerts"]
    one = f"{url}/{alert['id']}"
    assert len((await client.get(one, headers=headers)).json()["conversations"]) == 3
    assert (await client.post(f"{one}/seen", headers=headers)).status_code == 204
    assert (await client.get(one, headers=headers)).json()["seen_by"] == "小安"
    assert (await client.post(f"{one}/close", headers=headers)).status_code == 204
    assert (await client.post(f"{one}/seen", headers=headers)).status_code == 409
    assert (await client.get(f"{url}?closed=true", headers=headers)).json()["alerts"]
    missing = f"{url}/{new_id()}"
    assert (await client.get(missing, headers=headers)).status_code == 404
    agent = await login(client, database, Role.AGENT)
    for act in ("seen", "close"):
        assert (await client.post(f"{one}/{act}", headers=agent)).status_code == 403
