"""The account's access token in the database, shared by all gateways.

A lease decides which gateway fetches a new one. It is taken by compare-and-set, one short
transaction, and runs out by itself where its holder dies; the token is fetched with no
transaction open. At rest the token is encrypted (Fernet, under a key derived from the gateway's
secret by HKDF, RFC 5869).
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from api.storage.database import Database
from api.storage.models import WechatToken

EARLY: Final = timedelta(seconds=300)
"""So long before its end a token is replaced; the platform has a new one from then on, and both
are good."""
LEASE: Final = timedelta(seconds=15)
"""Longer than a fetch, by more than clocks of gateways differ."""
FORCED_APART: Final = timedelta(seconds=30)
FORCED_A_DAY: Final = 20
_TRAVEL: Final = timedelta(seconds=10)
"""A token that ends sooner could end on its way."""
_PLATFORM_ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; ``expires_at`` by our clock."""

    text: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at:%FT%TZ})"

    def is_alive(self, at: datetime) -> bool:
        """Whether a call that begins now can use it."""
        return at < self.expires_at - _TRAVEL

    def is_fresh(self, at: datetime) -> bool:
        """Whether it is too early for another one."""
        return at < self.expires_at - EARLY


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to fetch. ``forced``: a token that replaces the one the platform would give."""

    until: datetime
    forced: bool


class TokenStore:
    """The stored token of one account."""

    def __init__(self, database: Database, app_id: str, secret_key: str) -> None:
        self._database = database
        self._app_id = app_id
        self._cipher = Fernet(base64.urlsafe_b64encode(_derive(secret_key, app_id)))

    async def read(self) -> Token | None:
        """What is stored, however old."""
        row = await self._row()
        return self._token_of(row)

    async def claim(self, rejected: str | None, at: datetime) -> Token | Lease | None:
        """A token that is as good as a new one, else the right to fetch one.

        ``rejected``: one that the platform does not take any more. None: another gateway is
        fetching, and there is no living token meanwhile.
        """
        row = await self._row()
        token = self._token_of(row)
        is_rejected = token is not None and token.text == rejected
        living = token if token and not is_rejected and token.is_alive(at) else None
        if living and (living.is_fresh(at) or rejected is not None):
            return living
        # A lease that ends later than any taken now is of a clock that has gone back since.
        if row and row.lease_until and at < row.lease_until <= at + 2 * LEASE:
            return living
        wants_force = rejected is not None and (token is None or is_rejected)
        lease = Lease(at + LEASE, wants_force and _may_force(row, at))
        return lease if await self._take(lease, row, at) else living

    async def keep(self, lease: Lease, token: Token) -> bool:
        """Store what was fetched; False if the lease ran out, and somebody else fetches."""
        sealed = self._cipher.encrypt(token.text.encode()).decode()
        return await self._end(lease, token=sealed, expires_at=token.expires_at)

    async def release(self, lease: Lease) -> None:
        """Nothing was fetched: let others try."""
        await self._end(lease)

    async def _row(self) -> WechatToken | None:
        async with self._database.read() as session:
            return await session.get(WechatToken, self._app_id)

    async def _take(self, lease: Lease, seen: WechatToken | None, at: datetime) -> bool:
        """Whether nobody was quicker since the row was seen."""
        values: dict[str, Any] = {"lease_until": lease.until}
        if lease.forced:
            values |= {
                "forced_at": at,
                "forced_on": _day(at),
                # Counted before the call: nobody knows what became of one that broke off.
                "forced_count": _forced_today(seen, at) + 1,
            }
        try:
            async with self._database.write() as session:
                if seen is None:
                    session.add(WechatToken(app_id=self._app_id, **values))
                    return True
                taken = await session.scalar(
                    update(WechatToken)
                    .where(
                        WechatToken.app_id == self._app_id,
                        WechatToken.token == seen.token,
                        WechatToken.lease_until.is_not_distinct_from(seen.lease_until),
                    )
                    .values(**values)
                    .returning(WechatToken.app_id)
                )
                return taken is not None
        except IntegrityError:
            return False

    async def _end(self, lease: Lease, **values: object) -> bool:
        async with self._database.write() as session:
            ended = await session.scalar(
                update(WechatToken)
                .where(WechatToken.app_id == self._app_id, WechatToken.lease_until == lease.until)
                .values(lease_until=None, **values)
                .returning(WechatToken.app_id)
            )
            return ended is not None

    def _token_of(self, row: WechatToken | None) -> Token | None:
        """None also for one that was stored under another secret."""
        if row is None or row.expires_at is None:
            return None
        try:
            return Token(self._cipher.decrypt(row.token).decode(), row.expires_at)
        except InvalidToken:
            return None


def _may_force(row: WechatToken | None, at: datetime) -> bool:
    if row is None or row.forced_at is None:
        return True
    return at - row.forced_at >= FORCED_APART and _forced_today(row, at) < FORCED_A_DAY


def _forced_today(row: WechatToken | None, at: datetime) -> int:
    return row.forced_count if row is not None and row.forced_on == _day(at) else 0


def _day(at: datetime) -> date:
    return at.astimezone(_PLATFORM_ZONE).date()


def _derive(secret_key: str, app_id: str) -> bytes:
    info = f"union-assistant wechat access token {app_id}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret_key.encode())
