"""What is in a database, read in one snapshot of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, inspect, select

from api.operations.failures import OperationError
from api.operations.revisions import revision_of
from api.storage.models import (
    Attachment,
    AttachmentState,
    Base,
    Conversation,
    Handoff,
    Member,
    Message,
    OutboxItem,
    Staff,
    WechatFollower,
)

_COUNTED: Sequence[type[Base]] = (
    Conversation,
    Message,
    Handoff,
    Staff,
    Member,
    OutboxItem,
    WechatFollower,
    Attachment,
)
_ATTACHMENTS = Attachment.__table__


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a worker that a row speaks of."""

    attachment_id: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """``counts``: rows by table."""

    schema_revision: str
    counts: Mapping[str, int]
    stored_files: Sequence[StoredFile]


def contents_of(connection: Connection) -> Contents:
    """Look into a database, which may be of an older schema. Raises ``OperationError`` for one
    that was never migrated."""
    revision = revision_of(connection)
    if revision is None:
        raise OperationError("the database has no tables yet: there is nothing to back up")
    tables = list(_counted(connection))
    return Contents(
        schema_revision=revision,
        counts={table.name: _count(connection, table) for table in tables},
        stored_files=_stored_files(connection) if _ATTACHMENTS in tables else [],
    )


def _counted(connection: Connection) -> Iterator[Table]:
    present = set(inspect(connection).get_table_names())
    for model in _COUNTED:
        table = model.__table__
        if isinstance(table, Table) and table.name in present:
            yield table


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _stored_files(connection: Connection) -> list[StoredFile]:
    rows = connection.execute(
        select(Attachment.id, Attachment.sha256)
        .where(Attachment.state == AttachmentState.STORED)
        .order_by(Attachment.id)
    )
    return [StoredFile(attachment_id, sha256) for attachment_id, sha256 in rows]
