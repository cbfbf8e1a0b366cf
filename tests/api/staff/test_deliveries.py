"""Deliveries that were given up, as an administrator sees them over the gateway."""

import httpx2
import pytest
from sqlalchemy import select

from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.models import AuditEntry, OutboxItem, OutboxState, Role, new_id
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio
PATH = "/api/v1/staff/deliveries"


async def _login(running: Gateway, role: Role) -> dict[str, str]:
    accounts = Accounts(running.database, Passwords())
    await accounts.create(role, "小安", role, "correct horse battery")
    body = {"username": role, "password": "correct horse battery"}
    response = await running.client.post("/api/v1/staff/login", json=body)
    return {"Authorization": f"Bearer {response.json()['token']}"}


@pytest.fixture
async def dead(running_gateway: Gateway) -> str:
    item = OutboxItem(
        id=new_id(),
        adapter="nobody",
        payload={"text": "悄悄话"},
        state=OutboxState.DEAD,
        attempts=10,
        last_error="status 500",
    )
    async with running_gateway.database.write() as session:
        session.add(item)
    return item.id


async def test_a_delivery_that_was_given_up_is_seen_and_sent_again(
    running_gateway: Gateway, dead: str
) -> None:
    headers = await _login(running_gateway, Role.ADMINISTRATOR)
    client: httpx2.AsyncClient = running_gateway.client
    response = await client.get(PATH, headers=headers)
    assert response.json()["counts"]["dead"] == 1
    (shown,) = response.json()["dead"]
    assert (shown["id"], shown["adapter"], shown["last_error"]) == (dead, "nobody", "status 500")
    assert "悄悄话" not in response.text
    assert (await client.post(f"{PATH}/{dead}/resend", headers=headers)).status_code == 204
    again = await client.post(f"{PATH}/{dead}/resend", headers=headers)
    assert again.status_code == 404
    assert again.json()["error"]["code"] == "delivery_not_found"
    async with running_gateway.database.read() as session:
        actions = (await session.scalars(select(AuditEntry.action))).all()
    assert "outbox.resend" in actions


async def test_an_agent_may_not(running_gateway: Gateway, dead: str) -> None:
    headers = await _login(running_gateway, Role.AGENT)
    client: httpx2.AsyncClient = running_gateway.client
    assert (await client.get(PATH, headers=headers)).status_code == 403
    assert (await client.post(f"{PATH}/{dead}/resend", headers=headers)).status_code == 403
