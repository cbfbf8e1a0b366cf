from collections.abc import AsyncIterator

import pytest

from api.settings import Settings
from tests.api.live.clients import Conversation, LiveGateway, serving
from tests.redis_server import redis_server, redis_url  # noqa: F401 - fixtures


@pytest.fixture
async def live(settings: Settings) -> AsyncIterator[LiveGateway]:
    async with serving(settings) as gateway:
        yield gateway


@pytest.fixture
async def conversation(live: LiveGateway) -> Conversation:
    return await live.conversation()
