import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from api.staff import account_routes, audit_routes, own_routes
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.staff.people import People
from api.staff.sessions import Sessions
from api.storage.database import Database
from api.storage.models import Role
from tests.api.outbox.clock import Clock
from tests.api.staff import office as offices
from tests.api.staff.office import SECRET_KEY, Office
from tests.postgres import *  # noqa: F403


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """SQLite, and PostgreSQL where a test is marked ``on_both_engines``."""
    if getattr(request, "param", "sqlite") == "postgresql":
        url: str = request.getfixturevalue("migrated_postgres_url")
        return url
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return f"sqlite+aiosqlite:///{tmp_path}/gateway.db"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


class CountingHasher(PasswordHasher):
    """Argon2 at its cheapest, which counts how often a password was checked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def passwords(hasher: CountingHasher) -> Passwords:
    return Passwords(hasher)


@pytest.fixture
def accounts(database: Database, passwords: Passwords, clock: Clock) -> Accounts:
    return Accounts(database, passwords, clock=clock)


@pytest.fixture
def require_totp() -> set[Role]:
    """Roles that need a second factor."""
    return set()


@pytest.fixture
def people(
    database: Database, passwords: Passwords, clock: Clock, require_totp: set[Role]
) -> People:
    return People.of(
        database, passwords, secret_key=SECRET_KEY, require_totp=require_totp, clock=clock
    )


@pytest.fixture
def sessions(people: People) -> Sessions:
    return people.sessions


@pytest.fixture
async def office(
    database: Database, accounts: Accounts, people: People, clock: Clock
) -> AsyncIterator[Office]:
    async with offices.running(database, accounts, people.sessions, clock) as running:
        running.app.state.people = people
        for router in (own_routes.own, account_routes.own, audit_routes.own):
            running.app.include_router(router)
        yield running
