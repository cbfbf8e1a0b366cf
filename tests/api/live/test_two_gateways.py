"""Two gateways on one database and one Redis."""

import pytest

from api.live.redis_bridge import RedisBridge
from api.settings import Settings
from tests.api.live.clients import Conversation, serving

pytestmark = pytest.mark.anyio


async def test_what_one_gateway_stores_is_shown_in_the_sockets_of_both(
    settings: Settings, redis_url: str
) -> None:
    async with serving(settings) as first, serving(settings) as second:
        here = await first.conversation()
        there = Conversation(second, here.id, here.token)
        bridges = [RedisBridge(gateway.hub, redis_url) for gateway in (first, second)]
        for gateway, bridge in zip((first, second), bridges, strict=True):
            gateway.app.state.publisher = bridge
            bridge.start()
        async with here.client() as one, there.client() as two:
            await one.hello()
            await two.hello()
            await here.by_staff("您好")
            await two.until_text("您好")
            await there.by_staff("请讲")
            await one.until_text("请讲")
            await two.until_text("请讲")
        assert one.messages == two.messages
        for bridge in bridges:
            await bridge.close()
