"""The parts that look after the people of the desk, put together."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from api.security.windows import RedisWindows, Windows
from api.staff.accounts import Accounts
from api.staff.managing import Management
from api.staff.own_account import OwnAccount
from api.staff.passwords import Passwords
from api.staff.second_factor import SecondFactor
from api.staff.sessions import ISSUER, Sessions
from api.staff.throttle import LoginThrottle
from api.storage.database import Database
from api.storage.models import Role, now


@dataclass(frozen=True)
class People:
    """``sessions`` lets in, ``own`` is for everybody, ``management`` for administrators."""

    sessions: Sessions
    own: OwnAccount
    management: Management
    windows: Windows | None

    @classmethod
    def of(
        cls,
        database: Database,
        passwords: Passwords,
        *,
        secret_key: str,
        redis_url: str | None = None,
        require_totp: Collection[Role] = (),
        clock: Callable[[], datetime] = now,
    ) -> "People":
        """``redis_url``: where guesses are counted, so that several gateways count together."""
        windows = RedisWindows(redis_url) if redis_url else None
        throttle = LoginThrottle(windows, clock=clock)
        sessions = Sessions(
            database,
            passwords,
            secret_key=secret_key,
            clock=clock,
            throttle=throttle,
            require_totp=require_totp,
        )
        own = OwnAccount(
            database,
            passwords,
            sessions,
            factor=SecondFactor(secret_key, issuer=ISSUER),
            throttle=throttle,
            clock=clock,
        )
        management = Management(database, Accounts(database, passwords, clock=clock), clock=clock)
        return cls(sessions, own, management, windows)

    async def close(self) -> None:
        """Let connections go."""
        if self.windows is not None:
            await self.windows.close()
