"""Accounts of staff. An account is never deleted: messages, notes and the audit name it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.staff import logins, second_factor
from api.staff.passwords import Passwords
from api.staff.permissions import PERMISSIONS
from api.storage.database import Database
from api.storage.models import ActorKind, Presence, Role, Staff, new_id, now

USERNAME_MAX_CHARS = 64
CAPACITY_AT_MOST = 100
_USERNAME = re.compile(r"[\w.@+-]{2,64}")
_NAME_MAX_CHARS = 64


class UnsuitableNameError(ValueError):
    """The username or the name cannot be used."""


class UsernameTakenError(ValueError):
    """Somebody has this username already, perhaps in a disabled account."""


class NoSuchAccountError(LookupError):
    """There is no account with this username."""


class LastAdministratorError(ValueError):
    """Without this administrator nobody could manage accounts any more."""


def canonical(username: str) -> str:
    """The one spelling under which an account is kept and counted."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


async def find(session: AsyncSession, username: str) -> Staff | None:
    """The account, disabled or not, or None."""
    return await session.scalar(select(Staff).where(Staff.username == canonical(username)))


class Accounts:
    """Changes accounts. ``by`` is who asks for it; None: an operator on the command line.

    Whatever takes rights away ends the logins of the account.
    """

    def __init__(
        self, database: Database, passwords: Passwords, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock

    async def create(
        self, username: str, name: str, role: Role, password: str, *, by: Staff | None = None
    ) -> Staff:
        """A new account; ``name`` is what workers and colleagues see.

        Raises ``UnsuitableNameError``, ``UnsuitablePasswordError``, ``UsernameTakenError``.
        """
        username, name = canonical(username), name.strip()
        if not _USERNAME.fullmatch(username):
            raise UnsuitableNameError(
                f"a username has 2 to {USERNAME_MAX_CHARS} letters, digits or . _ @ + -"
            )
        if not 0 < len(name) <= _NAME_MAX_CHARS or not name.isprintable():
            raise UnsuitableNameError(f"a name has 1 to {_NAME_MAX_CHARS} printable characters")
        password_hash = await self._passwords.hash(password)
        staff = Staff(
            id=new_id(), username=username, name=name, role=role, password_hash=password_hash
        )
        try:
            async with self._database.write() as session:
                session.add(staff)
                await session.flush()
                _record(session, "create", staff, by, role=role)
        except IntegrityError:
            raise UsernameTakenError("this username is taken") from None
        return staff

    async def change_role(self, username: str, role: Role, *, by: Staff | None = None) -> None:
        """Give somebody another role. Raises ``NoSuchAccountError``, ``LastAdministratorError``."""
        async with self._database.write() as session:
            staff = await self._to_lower(session, username, keeps=role is Role.ADMINISTRATOR)
            if staff.role is role:
                return
            before, staff.role = staff.role, role
            if not PERMISSIONS[before] <= PERMISSIONS[role]:
                await logins.end(session, staff.id, self._clock())
            _record(session, "change_role", staff, by, before=before, after=role)

    async def disable(self, username: str, *, by: Staff | None = None) -> None:
        """Let nobody in with this account any more, at once.

        Raises ``NoSuchAccountError``, ``LastAdministratorError``.
        """
        async with self._database.write() as session:
            staff = await self._to_lower(session, username)
            if staff.disabled_at is not None:
                return
            staff.disabled_at, staff.presence = self._clock(), Presence.AWAY
            await logins.end(session, staff.id, self._clock())
            _record(session, "disable", staff, by)

    async def enable(self, username: str, *, by: Staff | None = None) -> None:
        """Let somebody in again. Raises ``NoSuchAccountError``."""
        async with self._database.write() as session:
            staff = await _locked(session, username)
            if staff.disabled_at is None:
                return
            staff.disabled_at = None
            _record(session, "enable", staff, by)

    async def set_password(self, username: str, password: str, *, by: Staff | None = None) -> None:
        """Set a new password and end every login under the old one.

        Raises ``NoSuchAccountError``, ``UnsuitablePasswordError``.
        """
        password_hash = await self._passwords.hash(password)
        async with self._database.write() as session:
            staff = await _locked(session, username)
            staff.password_hash = password_hash
            await logins.end(session, staff.id, self._clock())
            _record(session, "set_password", staff, by)

    async def reset_second_factor(self, username: str, *, by: Staff | None = None) -> None:
        """Switch the second factor off for somebody who has lost it, and end every login.

        Raises ``NoSuchAccountError``.
        """
        async with self._database.write() as session:
            staff = await _locked(session, username)
            if staff.totp_secret is None:
                return
            second_factor.clear(staff)
            await logins.end(session, staff.id, self._clock())
            _record(session, "second_factor_reset", staff, by)

    async def set_capacity(
        self, username: str, capacity: int | None, *, by: Staff | None = None
    ) -> None:
        """Set how many cases somebody has at a time; None: as many as they take.

        Raises ``NoSuchAccountError``, ``ValueError`` outside 0 to ``CAPACITY_AT_MOST``.
        """
        if capacity is not None and not 0 <= capacity <= CAPACITY_AT_MOST:
            raise ValueError(f"a capacity is 0 to {CAPACITY_AT_MOST}")
        async with self._database.write() as session:
            staff = await _locked(session, username)
            if staff.capacity == capacity:
                return
            staff.capacity = capacity
            _record(session, "capacity", staff, by, capacity=capacity)

    async def end_logins(self, username: str, *, by: Staff | None = None) -> None:
        """End all of somebody's logins. Raises ``NoSuchAccountError``."""
        async with self._database.write() as session:
            staff = await _locked(session, username)
            if await logins.end(session, staff.id, self._clock()):
                _record(session, "end_all_logins", staff, by)

    async def _to_lower(
        self, session: AsyncSession, username: str, *, keeps: bool = False
    ) -> Staff:
        """The account, locked, whose rights are about to shrink.

        The administrators are locked first, always in one order: two who lower each other at once
        come one after the other, and the second is refused.
        """
        rows = await session.scalars(
            select(Staff)
            .where(Staff.role == Role.ADMINISTRATOR, Staff.disabled_at.is_(None))
            .order_by(Staff.id)
            .with_for_update()
        )
        administrators = rows.all()
        staff = await _locked(session, username)
        if not keeps and [each.id for each in administrators] == [staff.id]:
            raise LastAdministratorError("this is the last administrator")
        return staff


async def _locked(session: AsyncSession, username: str) -> Staff:
    """The account, held against a login that is under way."""
    try:
        rows = await session.scalars(
            select(Staff).where(Staff.username == canonical(username)).with_for_update()
        )
        return rows.one()
    except NoResultFound:
        raise NoSuchAccountError("no account has this username") from None


def _record(
    session: AsyncSession, act: str, staff: Staff, by: Staff | None, **details: Any
) -> None:
    audit.record(
        session,
        f"staff.{act}",
        by=ActorKind.STAFF if by else ActorKind.SYSTEM,
        actor_id=by.id if by else None,
        subject_kind="staff",
        subject_id=staff.id,
        **details,
    )
