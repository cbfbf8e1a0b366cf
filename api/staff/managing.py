"""What an administrator does with the accounts of others; routes and console both call it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import accounts, logins
from api.staff.accounts import Accounts
from api.staff.logins import OpenLogin
from api.staff.refusals import as_refusals
from api.storage.database import Database
from api.storage.models import Role, Staff, StaffSession, now


@dataclass(frozen=True, slots=True)
class Account:
    """An account; ``last_used_at``: when somebody last did something with it, ten minutes or so
    behind."""

    staff: Staff
    last_used_at: datetime | None


async def list_accounts(session: AsyncSession) -> Sequence[Account]:
    """Every account: those in use first, then by name."""
    latest = (
        select(StaffSession.staff_id, func.max(StaffSession.expires_at).label("expires_at"))
        .group_by(StaffSession.staff_id)
        .subquery()
    )
    rows = await session.execute(
        select(Staff, latest.c.expires_at)
        .outerjoin(latest, latest.c.staff_id == Staff.id)
        .order_by(Staff.disabled_at.is_not(None), Staff.name, Staff.id)
    )
    return [
        Account(staff, expires_at - logins.LASTS if expires_at else None)
        for staff, expires_at in rows
    ]


class Management:
    """Acts of one administrator on accounts. Raises ``ApiError``: account_not_found, where
    nothing else is said."""

    def __init__(
        self, database: Database, accounts: Accounts, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock

    async def create(
        self, by: Staff, *, username: str, name: str, role: Role, password: str
    ) -> Staff:
        """A new account with its first password, which its owner can change.

        Raises ``ApiError``: invalid_request, password_unsuitable, username_taken.
        """
        with as_refusals():
            return await self._accounts.create(username, name, role, password, by=by)

    async def change_role(self, by: Staff, username: str, role: Role) -> None:
        """Raises ``ApiError``: account_not_found, last_administrator."""
        with as_refusals():
            await self._accounts.change_role(username, role, by=by)

    async def disable(self, by: Staff, username: str) -> None:
        """Raises ``ApiError``: account_not_found, last_administrator."""
        with as_refusals():
            await self._accounts.disable(username, by=by)

    async def enable(self, by: Staff, username: str) -> None:
        """Let somebody in again."""
        with as_refusals():
            await self._accounts.enable(username, by=by)

    async def set_capacity(self, by: Staff, username: str, capacity: int | None) -> None:
        """How many cases at a time; None: no limit. Raises ``ApiError``: invalid_request."""
        if capacity is not None and not 0 <= capacity <= accounts.CAPACITY_AT_MOST:
            raise ApiError(ErrorCode.INVALID_REQUEST, fields="capacity")
        with as_refusals():
            await self._accounts.set_capacity(username, capacity, by=by)

    async def reset_password(self, by: Staff, username: str, password: str) -> None:
        """Raises ``ApiError``: account_not_found, own_account, password_unsuitable."""
        _require_other(by, username)
        with as_refusals():
            await self._accounts.set_password(username, password, by=by)

    async def reset_second_factor(self, by: Staff, username: str) -> None:
        """Raises ``ApiError``: account_not_found, own_account."""
        _require_other(by, username)
        with as_refusals():
            await self._accounts.reset_second_factor(username, by=by)

    async def list_logins(self, username: str) -> list[OpenLogin]:
        """Somebody's logins that have not ended."""
        async with self._database.read() as session:
            staff = await accounts.find(session, username)
            if staff is None:
                raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
            return await logins.list_open(session, staff.id, self._clock())

    async def end_logins(self, by: Staff, username: str) -> None:
        """End all of somebody's logins."""
        with as_refusals():
            await self._accounts.end_logins(username, by=by)


def _require_other(by: Staff, username: str) -> None:
    """One's own password and code are changed where the old ones are asked for."""
    if accounts.canonical(username) == by.username:
        raise ApiError(ErrorCode.OWN_ACCOUNT)
