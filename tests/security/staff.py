"""Colleagues with a login, made without the cost of a real password."""

from dataclasses import dataclass

from fastapi import FastAPI

from api.conversations import tokens
from api.settings import Settings
from api.staff.sessions import LIFETIME
from api.storage.database import Database
from api.storage.models import Role, StaffSession, now
from tests.security.fuzzing.furniture import staff_of


@dataclass(frozen=True)
class Colleague:
    """``token`` is that of a login."""

    token: str
    username: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def hired(app: FastAPI, role: Role) -> Colleague:
    """A new colleague of the running gateway, logged in; the password is that of ``staff_of``."""
    settings: Settings = app.state.settings
    database: Database = app.state.database
    token, staff = tokens.new_token(), staff_of(role)
    async with database.write() as session:
        session.add(staff)
        await session.flush()
        session.add(
            StaffSession(
                staff_id=staff.id,
                token_hash=tokens.hash_token(token, settings.secret_key.get_secret_value()),
                expires_at=now() + LIFETIME,
            )
        )
    return Colleague(token, staff.username)
