import asyncio
import shutil
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.storage.database import Database
from api.storage.models import Channel, Conversation, Status, Worker, new_id
from tests.postgres import *  # noqa: F403 - fixtures

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    yield database
    await database.close()


def conversation(**fields: Any) -> tuple[Worker, Conversation]:
    worker = Worker(id=new_id())
    return worker, Conversation(
        id=new_id(),
        worker_id=worker.id,
        channel=Channel.WEB,
        token_hash="0",
        status=Status.BOT,
        **fields,
    )


async def store(session: AsyncSession, rows: tuple[Worker, Conversation]) -> None:
    for row in rows:
        session.add(row)
        await session.flush()


async def test_a_commit_is_on_the_disk(database: Database) -> None:
    async with database.write() as session:
        settings = [
            (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 5000]


async def test_what_is_erased_is_overwritten(database: Database) -> None:
    async with database.write() as session:
        assert (await session.execute(text("PRAGMA secure_delete"))).scalar_one() == 1


async def test_a_look_up_sees_what_was_committed_last(database: Database) -> None:
    worker, asked = conversation()
    for status in (Status.BOT, Status.WAITING):
        asked.status = status
        async with database.write() as session:
            if status is Status.BOT:
                await store(session, (worker, asked))
            else:
                await session.merge(asked)
        async with database.look_up() as connection:
            found = await access.read_conversation(connection, asked.id)
        assert found is not None
        assert (found.status, found.worker_id) == (status, worker.id)
    async with database.look_up() as connection:
        assert await access.read_conversation(connection, new_id()) is None


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    rows = conversation()
    new = rows[1]
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with database.write() as session:
            await store(session, rows)
            raise RuntimeError
    async with database.read() as session:
        assert await access.find_conversation(session, new.id) is None


async def test_writers_queue_and_lose_nothing(database: Database) -> None:
    rows = conversation()
    new = rows[1]
    async with database.write() as session:
        await store(session, rows)

    async def write(number: int) -> None:
        async with database.write() as session:
            await access.add_worker_message(
                session, new.id, text="x", client_message_id=str(number)
            )

    await asyncio.gather(*(write(number) for number in range(30)))
    async with database.read() as session:
        messages = await access.messages_after(session, new.id, 0)
    assert [message.seq for message in messages] == list(range(1, 31))


async def test_a_cancelled_writer_frees_the_writer(database: Database) -> None:
    entered = asyncio.Event()

    async def write_forever() -> None:
        async with database.write() as session:
            await store(session, conversation())
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_forever())
    await entered.wait()
    task.cancel()
    async with database.write() as session:
        await store(session, conversation())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancelled_writer_of_rows_leaves_nothing_and_frees_the_writer(
    database: Database,
) -> None:
    rows = conversation()
    entered = asyncio.Event()
    async with database.write() as session:
        await store(session, rows)

    async def write_forever() -> None:
        async with database.write_rows() as connection:
            await access.add_worker_message(
                connection, rows[1].id, text="年假几天", client_message_id="a"
            )
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_forever())
    await entered.wait()
    task.cancel()
    async with database.write() as session:
        message, _ = await access.add_worker_message(
            session, rows[1].id, text="年假几天", client_message_id="a"
        )
    with pytest.raises(asyncio.CancelledError):
        await task
    assert message.seq == 1


async def test_a_client_id_is_used_once_in_a_conversation(database: Database) -> None:
    rows = conversation()
    new = rows[1]
    async with database.write() as session:
        await store(session, rows)
    async with database.write() as session:
        await access.add_worker_message(session, new.id, text="x", client_message_id="a")
    with pytest.raises(IntegrityError) as caught:
        async with database.write() as session:
            await access.add_worker_message(session, new.id, text="悄悄话", client_message_id="a")
    assert "悄悄话" not in str(caught.value)
    async with database.read() as session:
        found = await access.find_conversation(session, new.id)
    assert found is not None
    assert found.last_seq == 1


async def test_times_come_back_aware_in_utc(database: Database) -> None:
    shanghai = datetime(2026, 11, 24, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    rows = conversation(created_at=shanghai)
    new = rows[1]
    async with database.write() as session:
        await store(session, rows)
    async with database.read() as session:
        found = await access.find_conversation(session, new.id)
    assert found is not None
    assert found.created_at == shanghai
    assert found.created_at.tzinfo is UTC


async def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with database.write() as session:
            await store(session, conversation(created_at=datetime(2026, 11, 24)))  # noqa: DTZ001


async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/new/gateway.db")
    await database.close()
    assert stat.S_IMODE((tmp_path / "new" / "gateway.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


async def test_postgres_connections_are_kept(postgres_url: str) -> None:
    database = Database(postgres_url)
    at_once = 12

    async def read_together() -> set[int]:
        together = asyncio.Barrier(at_once)

        async def read() -> int:
            async with database.read() as session:
                process: int = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
                await together.wait()
                return process

        return set(await asyncio.gather(*(read() for _ in range(at_once))))

    try:
        first = await read_together()
        assert len(first) == at_once
        assert await read_together() == first
    finally:
        await database.close()
