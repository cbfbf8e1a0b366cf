"""The platform with its followers, as one object."""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final, Self

import httpx2

from api.channels.wechat.simulator.account import SimulatedAccount
from api.channels.wechat.simulator.clock import MovableClock
from api.channels.wechat.simulator.delivery import LIMIT_S, Deliverer
from api.channels.wechat.simulator.envelope import Envelope
from api.channels.wechat.simulator.faults import Faults
from api.channels.wechat.simulator.follower import Follower
from api.channels.wechat.simulator.messages import Composer, message_numbers
from api.channels.wechat.simulator.platform_server import platform_app
from api.channels.wechat.simulator.serving import serving
from api.channels.wechat.simulator.state import PlatformState, Profile
from api.storage.models import now

_OPENID_PREFIX: Final = "oSimulated"
# The gateway's server drops idle connections after 5 s; ours go first, so that none is used
# while dying.
_KEEPALIVE_S: Final = 3.0


class Simulator:
    """Use it as an asynchronous context manager: it serves the platform's API meanwhile.

    ``gateway_url`` can be set later, where the gateway must know ``api_base`` to start.
    ``limit_s``: seconds after which a delivery is dropped. ``clock`` is the platform's and can be
    moved; ``wall_clock`` is what signatures and ``CreateTime`` are made by, because a gateway
    refuses a signature of another day.
    """

    def __init__(
        self,
        gateway_url: str = "",
        *,
        account: SimulatedAccount | None = None,
        clock: MovableClock | None = None,
        wall_clock: Callable[[], datetime] = now,
        limit_s: float = LIMIT_S,
        port: int = 0,
    ) -> None:
        self.account = account or SimulatedAccount()
        self.clock = clock or MovableClock(wall_clock)
        self.state = PlatformState(self.account, self.clock)
        self._wall_clock = wall_clock
        self._numbers = message_numbers()
        self._port = port
        self._stack = AsyncExitStack()
        self._client = httpx2.AsyncClient(
            limits=httpx2.Limits(keepalive_expiry=_KEEPALIVE_S), trust_env=False, timeout=None
        )
        self._deliverer = Deliverer(
            self._client,
            self.account,
            Envelope(self.account, wall_clock),
            self.state.faults,
            gateway_url=gateway_url,
            limit_s=limit_s,
        )
        self.api_base = ""

    async def __aenter__(self) -> Self:
        """Raises ``OSError`` if the port is taken."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._client)
            self.api_base = await stack.enter_async_context(
                serving(platform_app(self.state), port=self._port)
            )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.state.faults

    @property
    def gateway_url(self) -> str:
        """Where deliveries go."""
        return self._deliverer.gateway_url

    @gateway_url.setter
    def gateway_url(self, url: str) -> None:
        self._deliverer.gateway_url = url.rstrip("/")

    def settings_env(self) -> dict[str, str]:
        """The environment variables of a gateway that talks to this platform."""
        return self.account.settings_env(self.api_base)

    def follower(self, openid: str | None = None, *, following: bool = True) -> Follower:
        """A person; by default one who has followed the account for long."""
        openid = openid or _OPENID_PREFIX + secrets.token_urlsafe(14)[:18]
        profile = self.state.profiles.setdefault(openid, Profile(openid, following))
        composer = Composer(self.account, openid, self._wall_clock, self._numbers)
        return Follower(self.state, profile, self._deliverer, composer, api_base=self.api_base)

    async def verify_gateway(self) -> bool:
        """Ask whether the gateway's address is this account's, as when it is entered there.

        Raises ``httpx2.TransportError`` where nobody listens.
        """
        return await self._deliverer.verify()
