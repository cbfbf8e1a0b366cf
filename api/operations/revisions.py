"""Revisions of the schema, as a backup and a restore compare them."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from api.storage import schema


@cache
def known_revisions() -> tuple[str, ...]:
    """The revisions that this program has migrations for, the newest first."""
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    return tuple(script.revision for script in scripts.walk_revisions())


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at; None: it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()
