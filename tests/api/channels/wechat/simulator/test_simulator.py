import httpx2
import pytest

from api.channels.wechat.simulator import Simulator
from api.channels.wechat.simulator.platform_server import STABLE_TOKEN

pytestmark = pytest.mark.anyio


async def test_a_gateway_gets_the_address_of_the_platform() -> None:
    async with Simulator() as simulator:
        settings = simulator.settings_env()
        body = {
            "grant_type": "client_credential",
            "appid": settings["UNION_WECHAT_APP_ID"],
            "secret": settings["UNION_WECHAT_APP_SECRET"],
        }
        async with httpx2.AsyncClient(trust_env=False) as client:
            url = settings["UNION_WECHAT_API_BASE"] + STABLE_TOKEN
            answer = await client.post(url, json=body)
    assert answer.json()["expires_in"] == 7200


async def test_a_port_can_be_used_by_one() -> None:
    async with Simulator() as simulator:
        port = int(simulator.api_base.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with Simulator(port=port):
                pass
    async with Simulator(port=port) as again:
        assert again.api_base.endswith(f":{port}")


async def test_followers_differ() -> None:
    async with Simulator() as simulator:
        openids = {simulator.follower().openid for _ in range(20)}
    assert len(openids) == 20
    assert all(len(openid) == 28 for openid in openids)


async def test_the_address_of_the_gateway_may_end_with_a_slash() -> None:
    async with Simulator() as simulator:
        simulator.gateway_url = "http://127.0.0.1:8000/"
        assert simulator.gateway_url == "http://127.0.0.1:8000"
