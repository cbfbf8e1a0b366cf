"""Logins of staff: a random token, stored as a keyed hash, good for 12 hours after its last use."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import tokens
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import accounts, logins, second_factor
from api.staff.logins import OpenLogin
from api.staff.passwords import Passwords
from api.staff.second_factor import Means, SecondFactor
from api.staff.throttle import LoginThrottle
from api.storage.database import Database
from api.storage.models import ActorKind, Role, Staff, StaffSession, now

LIFETIME = logins.LASTS
ISSUER = "余杭工会小助手"
"""Beside the code in the app."""


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
        throttle: LoginThrottle | None = None,
        require_totp: Collection[Role] = (),
    ) -> None:
        """``secret_key``: hashes the tokens. ``throttle``: None counts in this process.
        ``require_totp``: roles that get nowhere without a second factor."""
        self._database = database
        self._passwords = passwords
        self._secret_key = secret_key
        self._clock = clock
        self._throttle = throttle or LoginThrottle(clock=clock)
        self._require_totp = frozenset(require_totp)
        self._second_factor = SecondFactor(secret_key, issuer=ISSUER)

    async def login(self, username: str, password: str, code: str | None = None) -> Login:
        """Let somebody in. ``code``: of the app or a backup code, where the account asks for one.

        Raises ``ApiError``: staff_login_failed, the same for a wrong password, an unknown
        username, a disabled account and a wrong code, after about the same time; code_required,
        once the password was right; too_many_requests.
        """
        account = accounts.canonical(username)
        await self._throttle.begin(account)
        async with self._database.read() as session:
            found = await accounts.find(session, account)
        stored_hash = found.password_hash if found else None
        is_valid = await self._passwords.is_valid(password, stored_hash)
        if found is None or not is_valid:
            raise ApiError(ErrorCode.STAFF_LOGIN_FAILED)
        new_hash = await self._passwords.renewed(password, found.password_hash)
        async with self._database.write() as session:
            staff = await self._unchanged(session, found)
            means = self._require_code(staff, code)
            if new_hash is not None:
                staff.password_hash = new_hash
            token = self._open(session, staff, means)
        await self._throttle.succeeded(account)
        return Login(staff, token)

    async def authenticate(self, token: str, *, enrolling: bool = False) -> Staff:
        """Who the token belongs to.

        Raises ``ApiError``: unauthorized; second_factor_required for one who has to set it up
        first, except ``enrolling``, which is for the places where that is done.
        """
        at = self._clock()
        async with self._database.read() as session:
            rows = await session.execute(
                select(Staff, StaffSession)
                .join(StaffSession, StaffSession.staff_id == Staff.id)
                .where(
                    StaffSession.token_hash == self.token_hash(token),
                    StaffSession.ended_at.is_(None),
                    StaffSession.expires_at > at,
                    Staff.disabled_at.is_(None),
                )
            )
            found = rows.one_or_none()
        if found is None:
            raise ApiError(ErrorCode.UNAUTHORIZED)
        staff, login = found
        if login.expires_at <= at + LIFETIME - logins.NOTED_EVERY:
            await self._extend(login, at)
        if not enrolling and self.must_enrol(staff):
            raise ApiError(ErrorCode.SECOND_FACTOR_REQUIRED)
        return staff

    def requires_totp(self, role: Role) -> bool:
        """Whether the role gets nowhere without a second factor."""
        return role in self._require_totp

    def must_enrol(self, staff: Staff) -> bool:
        """Whether somebody has to set up a second factor before anything else."""
        return self.requires_totp(staff.role) and not second_factor.is_on(staff)

    async def logout(self, token: str) -> None:
        """End the login; the token is worth nothing from now on."""
        async with self._database.write() as session:
            staff_id = await session.scalar(
                update(StaffSession)
                .where(
                    StaffSession.token_hash == self.token_hash(token),
                    StaffSession.ended_at.is_(None),
                )
                .values(ended_at=self._clock())
                .returning(StaffSession.staff_id)
            )
            if staff_id is not None:
                _record(session, "logout", staff_id)

    async def list_open(self, staff: Staff, token: str) -> list[OpenLogin]:
        """Somebody's own logins, the latest first; ``token``: the one that asks."""
        async with self._database.read() as session:
            return await logins.list_open(
                session, staff.id, self._clock(), this=self.token_hash(token)
            )

    async def end(self, staff: Staff, login_id: str) -> None:
        """End one of somebody's own logins. Raises ``ApiError``: login_not_found."""
        async with self._database.write() as session:
            if not await logins.end(session, staff.id, self._clock(), only=login_id):
                raise ApiError(ErrorCode.LOGIN_NOT_FOUND)
            _record(session, "end_login", staff.id)

    async def end_others(self, staff: Staff, token: str) -> None:
        """End all of somebody's own logins but the one that asks."""
        async with self._database.write() as session:
            but = self.token_hash(token)
            if await logins.end(session, staff.id, self._clock(), but=but):
                _record(session, "end_other_logins", staff.id)

    def token_hash(self, token: str) -> str:
        """What is stored of a token."""
        return tokens.hash_token(token, self._secret_key)

    async def _unchanged(self, session: AsyncSession, found: Staff) -> Staff:
        """The account, locked, unless it was changed while the password was being checked."""
        rows = await session.scalars(select(Staff).where(Staff.id == found.id).with_for_update())
        staff = rows.one()
        if staff.disabled_at is not None or staff.password_hash != found.password_hash:
            raise ApiError(ErrorCode.STAFF_LOGIN_FAILED)
        return staff

    def _require_code(self, staff: Staff, code: str | None) -> Means | None:
        # The row is locked: two logins with one code come one after the other.
        if not second_factor.is_on(staff):
            return None
        if not code:
            raise ApiError(ErrorCode.CODE_REQUIRED)
        means = self._second_factor.use(staff, code, self._clock())
        if means is None:
            raise ApiError(ErrorCode.STAFF_LOGIN_FAILED)
        return means

    def _open(self, session: AsyncSession, staff: Staff, means: Means | None) -> str:
        token = tokens.new_token()
        session.add(
            StaffSession(
                staff_id=staff.id,
                token_hash=self.token_hash(token),
                expires_at=self._clock() + LIFETIME,
            )
        )
        details = {"second_factor": means.value} if means else {}
        _record(session, "login", staff.id, **details)
        return token

    async def _extend(self, login: StaffSession, at: datetime) -> None:
        async with self._database.write() as session:
            await session.execute(
                update(StaffSession)
                .where(StaffSession.id == login.id, StaffSession.ended_at.is_(None))
                .values(expires_at=at + LIFETIME)
            )


def _record(session: AsyncSession, act: str, staff_id: str, **details: str) -> None:
    audit.record(
        session,
        f"staff.{act}",
        by=ActorKind.STAFF,
        actor_id=staff_id,
        subject_kind="staff",
        subject_id=staff_id,
        **details,
    )
