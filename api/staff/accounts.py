"""Accounts of staff. An account is never deleted: messages, notes and the audit name it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.staff.passwords import Passwords
from api.storage.database import Database
from api.storage.models import ActorKind, Role, Staff, StaffSession, new_id, now

USERNAME_MAX_CHARS = 64
_USERNAME = re.compile(r"[\w.@+-]{2,64}")
_NAME_MAX_CHARS = 64


class UnsuitableNameError(ValueError):
    """The username or the name cannot be used."""


class UsernameTakenError(ValueError):
    """Somebody has this username already, perhaps in a disabled account."""


class NoSuchAccountError(LookupError):
    """There is no account with this username."""


def canonical(username: str) -> str:
    """The one spelling under which an account is kept and counted."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


async def find(session: AsyncSession, username: str) -> Staff | None:
    """The account, disabled or not, or None."""
    return await session.scalar(select(Staff).where(Staff.username == canonical(username)))


class Accounts:
    """Changes accounts. ``by`` is who asks for it; None: an operator on the command line."""

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

    async def disable(self, username: str, *, by: Staff | None = None) -> None:
        """Let nobody in with this account any more, at once. Raises ``NoSuchAccountError``."""
        async with self._database.write() as session:
            staff = await _locked(session, username)
            if staff.disabled_at is not None:
                return
            staff.disabled_at = self._clock()
            await self._end_sessions(session, staff)
            _record(session, "disable", staff, by)

    async def set_password(self, username: str, password: str, *, by: Staff | None = None) -> None:
        """Set a new password and end every login under the old one.

        Raises ``NoSuchAccountError``, ``UnsuitablePasswordError``.
        """
        password_hash = await self._passwords.hash(password)
        async with self._database.write() as session:
            staff = await _locked(session, username)
            staff.password_hash = password_hash
            await self._end_sessions(session, staff)
            _record(session, "set_password", staff, by)

    async def _end_sessions(self, session: AsyncSession, staff: Staff) -> None:
        await session.execute(
            update(StaffSession)
            .where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
            .values(ended_at=self._clock())
        )


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
