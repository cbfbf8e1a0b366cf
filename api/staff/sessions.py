"""Logins of staff: a random token, stored as a keyed hash, good for 12 hours after its last use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import tokens
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import accounts
from api.staff.passwords import Passwords
from api.staff.throttle import LoginThrottle
from api.storage.database import Database
from api.storage.models import ActorKind, Staff, StaffSession, now

LIFETIME = timedelta(hours=12)
_EXTEND_EVERY = timedelta(minutes=10)
"""A login in use is extended this often at most: not every request shall write."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who is let in, and the only copy of the token."""

    staff: Staff
    token: str


class Sessions:
    """Lets staff in, knows them again and lets them go."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        *,
        secret_key: str,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``secret_key``: hashes the tokens."""
        self._database = database
        self._passwords = passwords
        self._secret_key = secret_key
        self._clock = clock
        self._throttle = LoginThrottle(clock)

    async def login(self, username: str, password: str, code: str | None = None) -> Login:
        """Let somebody in.

        Raises ``ApiError``: staff_login_failed, the same for a wrong password, an unknown
        username and a disabled account, after about the same time; too_many_requests.
        """
        account = accounts.canonical(username)
        self._throttle.begin(account)
        async with self._database.read() as session:
            found = await accounts.find(session, account)
        stored_hash = found.password_hash if found else None
        is_valid = await self._passwords.is_valid(password, stored_hash)
        if found is None or not is_valid:
            raise ApiError(ErrorCode.STAFF_LOGIN_FAILED)
        new_hash = await self._passwords.renewed(password, found.password_hash)
        async with self._database.write() as session:
            staff = await self._unchanged(session, found)
            if new_hash is not None:
                staff.password_hash = new_hash
            token = self._open(session, staff)
        self._throttle.succeeded(account)
        return Login(staff, token)

    async def authenticate(self, token: str) -> Staff:
        """Who the token belongs to. Raises ``ApiError``: unauthorized."""
        at = self._clock()
        async with self._database.read() as session:
            rows = await session.execute(
                select(Staff, StaffSession)
                .join(StaffSession, StaffSession.staff_id == Staff.id)
                .where(
                    StaffSession.token_hash == self._hash(token),
                    StaffSession.ended_at.is_(None),
                    StaffSession.expires_at > at,
                    Staff.disabled_at.is_(None),
                )
            )
            found = rows.one_or_none()
        if found is None:
            raise ApiError(ErrorCode.UNAUTHORIZED)
        staff, login = found
        if login.expires_at <= at + LIFETIME - _EXTEND_EVERY:
            await self._extend(login, at)
        return staff

    async def logout(self, token: str) -> None:
        """End the login; the token is worth nothing from now on."""
        async with self._database.write() as session:
            staff_id = await session.scalar(
                update(StaffSession)
                .where(
                    StaffSession.token_hash == self._hash(token), StaffSession.ended_at.is_(None)
                )
                .values(ended_at=self._clock())
                .returning(StaffSession.staff_id)
            )
            if staff_id is not None:
                _record(session, "logout", staff_id)

    async def _unchanged(self, session: AsyncSession, found: Staff) -> Staff:
        """The account, locked, unless it was changed while the password was being checked."""
        rows = await session.scalars(select(Staff).where(Staff.id == found.id).with_for_update())
        staff = rows.one()
        if staff.disabled_at is not None or staff.password_hash != found.password_hash:
            raise ApiError(ErrorCode.STAFF_LOGIN_FAILED)
        return staff

    def _open(self, session: AsyncSession, staff: Staff) -> str:
        token = tokens.new_token()
        session.add(
            StaffSession(
                staff_id=staff.id,
                token_hash=self._hash(token),
                expires_at=self._clock() + LIFETIME,
            )
        )
        _record(session, "login", staff.id)
        return token

    async def _extend(self, login: StaffSession, at: datetime) -> None:
        async with self._database.write() as session:
            await session.execute(
                update(StaffSession)
                .where(StaffSession.id == login.id, StaffSession.ended_at.is_(None))
                .values(expires_at=at + LIFETIME)
            )

    def _hash(self, token: str) -> str:
        return tokens.hash_token(token, self._secret_key)


def _record(session: AsyncSession, act: str, staff_id: str) -> None:
    audit.record(
        session,
        f"staff.{act}",
        by=ActorKind.STAFF,
        actor_id=staff_id,
        subject_kind="staff",
        subject_id=staff_id,
    )
