"""What somebody changes about their own account: password and second factor."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import logins, second_factor
from api.staff.passwords import Passwords
from api.staff.refusals import as_refusals
from api.staff.second_factor import Enrolment, SecondFactor
from api.staff.sessions import Sessions
from api.staff.throttle import LoginThrottle
from api.storage.database import Database
from api.storage.models import ActorKind, Staff, now


@dataclass(frozen=True, slots=True)
class SecondFactorState:
    """``since``: when it was switched on; None: it is off. ``is_required``: by the role."""

    since: datetime | None
    backup_codes_left: int
    is_required: bool


class OwnAccount:
    """Who wants to change something proves again to be the owner: a login left open, or a token
    that was stolen, must not be enough to lock the owner out. Guesses are counted as at the login.
    """

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        sessions: Sessions,
        *,
        factor: SecondFactor,
        throttle: LoginThrottle,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._factor = factor
        self._throttle = throttle
        self._clock = clock

    async def change_password(self, staff: Staff, token: str, old: str, new: str) -> None:
        """Set a new password and end every login but the one that asks (``token``).

        Raises ``ApiError``: password_wrong, too_many_requests, password_unsuitable.
        """
        await self._require_password(staff, old)
        with as_refusals():
            password_hash = await self._passwords.hash(new)
        async with self._database.write() as session:
            row = await _locked(session, staff)
            if row.password_hash != staff.password_hash:
                raise ApiError(ErrorCode.PASSWORD_WRONG)  # somebody was quicker
            row.password_hash = password_hash
            but = self._sessions.token_hash(token)
            await logins.end(session, staff.id, self._clock(), but=but)
            _record(session, "change_password", staff)

    async def second_factor(self, staff: Staff) -> SecondFactorState:
        """How it stands with the second factor."""
        async with self._database.read() as session:
            row = await session.get_one(Staff, staff.id)
        return SecondFactorState(
            since=row.totp_confirmed_at,
            backup_codes_left=len(row.backup_codes),
            is_required=self._sessions.requires_totp(row.role),
        )

    async def begin_second_factor(self, staff: Staff, password: str) -> Enrolment:
        """A secret for the app, shown this once; it counts once a code of it was entered.

        Raises ``ApiError``: password_wrong, too_many_requests; second_factor_changed if it is on
        already.
        """
        await self._require_password(staff, password)
        async with self._database.write() as session:
            row = await _locked(session, staff)
            if second_factor.is_on(row):
                raise ApiError(ErrorCode.SECOND_FACTOR_CHANGED)
            return self._factor.begin(row)

    async def confirm_second_factor(self, staff: Staff, code: str) -> list[str]:
        """Switch it on with the app's first code; returns backup codes, shown this once.

        Raises ``ApiError``: code_wrong, too_many_requests; second_factor_changed if there is
        nothing to confirm.
        """
        async with self._guessing(staff), self._database.write() as session:
            row = await _locked(session, staff)
            if second_factor.is_on(row) or row.totp_secret is None:
                raise ApiError(ErrorCode.SECOND_FACTOR_CHANGED)
            if not self._factor.confirm(row, code, self._clock()):
                raise ApiError(ErrorCode.CODE_WRONG)
            _record(session, "second_factor_on", staff)
            return self._factor.new_backup_codes(row)

    async def renew_backup_codes(self, staff: Staff, code: str) -> list[str]:
        """Ten new backup codes, shown this once; the old ones are worth nothing.

        Raises ``ApiError``: code_wrong, too_many_requests; second_factor_changed if it is off.
        """
        async with self._proven(staff, code) as (session, row):
            _record(session, "backup_codes", staff)
            return self._factor.new_backup_codes(row)

    async def disable_second_factor(self, staff: Staff, code: str) -> None:
        """Switch it off.

        Raises ``ApiError``: code_wrong, too_many_requests; second_factor_changed if it is off;
        second_factor_required if the role needs one.
        """
        if self._sessions.requires_totp(staff.role):
            raise ApiError(ErrorCode.SECOND_FACTOR_REQUIRED)
        async with self._proven(staff, code) as (session, row):
            second_factor.clear(row)
            _record(session, "second_factor_off", staff)

    async def _require_password(self, staff: Staff, password: str) -> None:
        async with self._guessing(staff):
            if not await self._passwords.is_valid(password, staff.password_hash):
                raise ApiError(ErrorCode.PASSWORD_WRONG)

    @asynccontextmanager
    async def _proven(self, staff: Staff, code: str) -> AsyncIterator[tuple[AsyncSession, Staff]]:
        """A transaction on the account of somebody who has just entered a good code."""
        async with self._guessing(staff), self._database.write() as session:
            row = await _locked(session, staff)
            if not second_factor.is_on(row):
                raise ApiError(ErrorCode.SECOND_FACTOR_CHANGED)
            if self._factor.use(row, code, self._clock()) is None:
                raise ApiError(ErrorCode.CODE_WRONG)
            yield session, row

    @asynccontextmanager
    async def _guessing(self, staff: Staff) -> AsyncIterator[None]:
        account = f"own account {staff.id}"
        await self._throttle.begin(account)
        yield
        await self._throttle.succeeded(account)


async def _locked(session: AsyncSession, staff: Staff) -> Staff:
    rows = await session.scalars(select(Staff).where(Staff.id == staff.id).with_for_update())
    return rows.one()


def _record(session: AsyncSession, act: str, staff: Staff) -> None:
    audit.record(
        session,
        f"staff.{act}",
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind="staff",
        subject_id=staff.id,
    )
