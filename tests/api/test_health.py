import pytest

from api.settings import Settings
from api.storage import schema
from tests.api import gateway
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio


async def test_the_process_lives_whatever_its_peers_do(
    running_gateway: Gateway, rasa: FakeRasa
) -> None:
    rasa.status = 500
    response = await running_gateway.client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_ready_names_every_part(running_gateway: Gateway, rasa: FakeRasa) -> None:
    response = await running_gateway.client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "database": "ready",
        "rasa": {rasa.url: True},
        "actions": True,
    }


async def test_not_ready_without_rasa(running_gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.status = 503
    response = await running_gateway.client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "not_ready"
    assert response.json()["rasa"] == {rasa.url: False}


async def test_not_ready_without_the_action_server(settings: Settings, unused_url: str) -> None:
    async with gateway.running(settings.model_copy(update={"actions_url": unused_url})) as running:
        response = await running.client.get("/readyz")
    assert (response.status_code, response.json()["actions"]) == (503, False)


async def test_not_ready_on_an_old_schema(running_gateway: Gateway) -> None:
    await schema.downgrade(running_gateway.database, "base")
    response = await running_gateway.client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "not_migrated")
