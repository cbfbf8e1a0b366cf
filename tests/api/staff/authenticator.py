"""The authenticator app of a colleague under test."""

from datetime import timedelta
from typing import Any

import pyotp

from tests.api.outbox.clock import Clock
from tests.api.staff.office import PASSWORD, Colleague

STEP = timedelta(seconds=30)


class Authenticator:
    def __init__(self, secret: str, clock: Clock) -> None:
        self._totp = pyotp.TOTP(secret)
        self._clock = clock

    def code(self) -> str:
        """What it shows now."""
        return self._totp.at(self._clock())

    def next_code(self) -> str:
        """What it shows half a minute later: every code is good once."""
        self._clock.advance(STEP)
        return self.code()

    def wrong_code(self) -> str:
        """One that it shows neither now nor a step away."""
        near = {self._totp.at(self._clock() + drift * STEP) for drift in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


async def enrol(colleague: Colleague, clock: Clock) -> tuple[Authenticator, list[str]]:
    """Set up a second factor over HTTP; returns the app and the backup codes."""
    begun: Any = await colleague.request("POST", "/me/second-factor", {"password": PASSWORD})
    assert begun.status_code == 200, begun.text
    app = Authenticator(begun.json()["secret"], clock)
    confirmed = await colleague.request("POST", "/me/second-factor/confirm", {"code": app.code()})
    assert confirmed.status_code == 200, confirmed.text
    return app, confirmed.json()["backup_codes"]
