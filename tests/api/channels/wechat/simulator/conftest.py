from collections.abc import AsyncIterator

import pytest

from api.channels.wechat.simulator import Follower, SimulatedAccount, Simulator
from api.channels.wechat.simulator.clock import MovableClock
from api.channels.wechat.simulator.delivery import LIMIT_S
from api.channels.wechat.simulator.serving import serving
from tests.api.channels.wechat.simulator.stub_gateway import StubGateway

SHORT_S = 0.1
"""Instead of the platform's five seconds, where it does not matter what the gateway gets."""
MEDIUM_S = 0.5
"""Where every delivery must arrive in time, on a busy machine, too."""


@pytest.fixture
def account() -> SimulatedAccount:
    return SimulatedAccount()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def gateway(account: SimulatedAccount) -> StubGateway:
    return StubGateway(account)


@pytest.fixture
def limit_s() -> float:
    return LIMIT_S


@pytest.fixture
async def simulator(
    gateway: StubGateway, account: SimulatedAccount, clock: MovableClock, limit_s: float
) -> AsyncIterator[Simulator]:
    async with (
        serving(gateway.app) as url,
        Simulator(url, account=account, clock=clock, limit_s=limit_s) as simulator,
    ):
        yield simulator
        gateway.gate.set()


@pytest.fixture
def follower(simulator: Simulator) -> Follower:
    return simulator.follower()
