"""The database, the data directory, the index and the backups."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.operations.doctor.finding import Finding, doubtful, right, wrong
from api.operations.manifest import PATTERN
from api.operations.revisions import known_revisions, revision_of
from api.outbox import queue
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import OutboxItem, OutboxState, Role, Staff, now
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError

GIB = 1024**3
FULL_BYTES = GIB
"""Below this, uploads of workers are refused (``api.attachments.storage``)."""
LOW_BYTES = 5 * GIB
SKEW_DOUBTFUL_S, SKEW_WRONG_S = 1.0, 5.0
"""Leases of the outbox bear seconds; a promise's time should be right to one."""
LATE = timedelta(minutes=10)
BACKUP_EVERY = timedelta(days=1)
_SLACK = timedelta(hours=2)
"""A timer that starts a little later than the day before is not late."""


async def check_database(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    """Reachable, migrated, on time; staff and deliveries only if so."""
    try:
        async with database.read() as session:
            connection = await session.connection()
            revision = await connection.run_sync(revision_of)
            finding = _of_revision(revision, is_sqlite=database.is_sqlite)
            yield finding
            if finding.remedy:
                return
            yield await _clock(session, database)
            async for found in _people(session):
                yield found
            async for found in _deliveries(session):
                yield found
    except (SQLAlchemyError, OSError) as error:
        yield wrong(
            "database",
            f"not reachable ({type(error).__name__})",
            "check UNION_DATABASE_URL, its password and that the server runs",
        )
        return
    if database.is_sqlite and settings.redis_url is not None:
        yield doubtful(
            "database",
            "SQLite serves one gateway only, and Redis is for several",
            "use PostgreSQL for several gateways",
        )


def _of_revision(revision: str | None, *, is_sqlite: bool) -> Finding:
    newest, *_ = known_revisions()
    if revision == newest:
        return right("database", f"{'SQLite' if is_sqlite else 'PostgreSQL'}, schema {revision}")
    if revision is not None and revision not in known_revisions():
        return wrong(
            "database",
            f"schema {revision} is newer than this program, which knows {newest}",
            "deploy the newer program; a schema is not taken back",
        )
    return wrong(
        "database",
        f"schema {revision or 'none'}, this program needs {newest}",
        "back up, then run: python -m api migrate",
    )


async def _clock(session: AsyncSession, database: Database) -> Finding:
    if database.is_sqlite:
        return right("clock", "the database has the clock of this machine")
    before = now()
    there: datetime = (await session.scalars(text("SELECT clock_timestamp()"))).one()
    skew_s = abs((there - before).total_seconds())
    says = f"{skew_s:.1f} s apart from the database's"
    if skew_s > SKEW_WRONG_S:
        return wrong("clock", says, "synchronise both machines (chrony, systemd-timesyncd)")
    if skew_s > SKEW_DOUBTFUL_S:
        return doubtful("clock", says, "synchronise both machines (chrony, systemd-timesyncd)")
    return right("clock", says)


async def _people(session: AsyncSession) -> AsyncIterator[Finding]:
    rows = await session.execute(
        select(Staff.role, func.count()).where(Staff.disabled_at.is_(None)).group_by(Staff.role)
    )
    roles: dict[Role, int] = dict(rows.all())
    create = "python -m api staff create USERNAME NAME"
    if not roles:
        yield wrong("staff", "nobody can log in: cases wait for ever", f"{create} administrator")
        return
    if not roles.keys() & {Role.AGENT, Role.LEGAL, Role.SUPERVISOR}:
        yield doubtful("staff", "nobody takes cases", f"{create} agent")
    if Role.ADMINISTRATOR not in roles:
        yield doubtful("staff", "there is no administrator", f"{create} administrator")
    yield right("staff", ", ".join(f"{count} {role.value}" for role, count in roles.items()))


async def _deliveries(session: AsyncSession) -> AsyncIterator[Finding]:
    counts = await queue.counts(session)
    if dead := counts[OutboxState.DEAD]:
        yield doubtful(
            "deliveries",
            f"{dead} were given up",
            "see why and send again: GET /api/v1/staff/deliveries, or the console",
        )
    due_at = await session.scalar(
        select(func.min(OutboxItem.due_at)).where(OutboxItem.state == OutboxState.PENDING)
    )
    if due_at is not None and now() - due_at > LATE:
        minutes = (now() - due_at).total_seconds() / 60
        yield doubtful(
            "deliveries",
            f"the oldest is {minutes:.0f} minutes late",
            "a gateway has to run; its log says what the receiver answers",
        )
    elif not dead:
        yield right("deliveries", f"none given up, {counts[OutboxState.PENDING]} on their way")


def check_data_directory(directory: Path) -> Iterator[Finding]:
    """Writable, private, with room."""
    try:
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".doctor-"):
            pass
    except OSError as error:
        yield wrong(
            "data",
            f"{directory} is not writable ({error.strerror})",
            "create it for the gateway's user, or set UNION_DATA_DIR",
        )
        return
    mode = directory.stat().st_mode & 0o777
    if mode & 0o007:
        yield doubtful(
            "data",
            f"{directory} is open to every user of the machine (mode {mode:03o})",
            f"chmod 700 {directory}",
        )
    free = shutil.disk_usage(directory).free
    says = f"{directory} has {free / GIB:.1f} GiB free"
    if free < FULL_BYTES:
        yield wrong("data", says, "free some: files of workers are refused, soon messages too")
    elif free < LOW_BYTES:
        yield doubtful("data", says, "free some before it is less than 1 GiB")
    else:
        yield right("data", says)


def check_index(directory: Path) -> Iterator[Finding]:
    """There, whole, and the one somebody wants to serve."""
    store = IndexStore(directory)
    build = "python -m knowledge_base build"
    try:
        version = store.current_version()
        manifest = store.read_manifest(version)
        rolled_back = store.pointer().rolled_back_from
    except (IndexUnavailableError, CorruptIndexError, OSError) as error:
        yield wrong("index", str(error), build)
        return
    if rolled_back:
        yield doubtful(
            "index",
            f"{version.name}, rolled back from {rolled_back}",
            f"correct the articles, then {build}",
        )
        return
    yield right("index", f"{version.name}: {manifest.documents} documents")


def check_backups(directory: Path | None, at: datetime) -> Iterator[Finding]:
    """Whether the newest is of today or yesterday."""
    if directory is None:
        yield doubtful(
            "backups",
            "UNION_BACKUP_DIR is not set: nobody sees whether there are any",
            "name the folder of the backups (docs/operations.md)",
        )
        return
    times = [path.stat().st_mtime for path in directory.glob(PATTERN)]
    command = f"python -m api backup {directory}"
    if not times:
        yield wrong("backups", f"there is none in {directory}", command)
        return
    age = at - datetime.fromtimestamp(max(times), UTC)
    says = f"the newest is {age / timedelta(hours=1):.0f} hours old"
    if age > BACKUP_EVERY + _SLACK:
        yield wrong("backups", says, f"see why the timer does not run; now: {command}")
    else:
        yield right("backups", says)
