import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.storage import sqlite_driver
from api.storage.sqlite_driver import Connection

pytestmark = pytest.mark.anyio
BEGIN = "BEGIN IMMEDIATE"


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    connection = await opened(tmp_path)
    await run(connection, "CREATE TABLE numbers (n INTEGER UNIQUE)")
    yield connection
    await connection.close()


async def opened(folder: Path, **options: Any) -> Connection:
    return await sqlite_driver.connect(str(folder / "numbers.db"), **{"timeout": 0.05} | options)


async def run(connection: Connection, statement: str, *parameters: int) -> list[tuple[int]]:
    cursor = connection.cursor()
    await cursor.execute(statement, parameters)
    rows = list(await cursor.fetchall())
    await cursor.close()
    return rows


async def insert(connection: Connection, *numbers: int) -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO numbers VALUES (?)", [(number,) for number in numbers])
    await cursor.close()


async def count(connection: Connection) -> int:
    ((number,),) = await run(connection, "SELECT count(*) FROM numbers")
    return number


async def test_without_a_transaction_each_statement_is_one(connection: Connection) -> None:
    await insert(connection, 1)
    assert not connection.runs_here
    await connection.rollback()
    assert await count(connection) == 1


async def test_what_is_committed_is_there_for_others(
    connection: Connection, tmp_path: Path
) -> None:
    other = await opened(tmp_path)
    await connection.begin(BEGIN)
    await insert(connection, 1, 2)
    assert await count(other) == 0
    await connection.commit()
    assert await count(other) == 2
    await other.close()


async def test_a_rolled_back_transaction_leaves_nothing(connection: Connection) -> None:
    await connection.begin(BEGIN)
    await insert(connection, 1)
    await connection.rollback()
    assert await count(connection) == 0


async def test_statements_of_a_transaction_give_way_to_nobody(connection: Connection) -> None:
    await connection.begin(BEGIN)
    elsewhere: list[str] = []
    asyncio.get_running_loop().call_soon(elsewhere.append, "ran")
    await insert(connection, 1)
    assert await count(connection) == 1
    assert elsewhere == []
    await connection.commit()
    assert elsewhere == ["ran"]


async def test_who_does_not_get_the_lock_has_begun_nothing(
    connection: Connection, tmp_path: Path
) -> None:
    other = await opened(tmp_path)
    await connection.begin(BEGIN)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await other.begin(BEGIN)
    assert not other.runs_here
    await connection.rollback()
    await other.begin(BEGIN)
    await other.rollback()
    await other.close()


async def test_a_free_lock_is_taken_without_giving_way(connection: Connection) -> None:
    elsewhere: list[str] = []
    asyncio.get_running_loop().call_soon(elsewhere.append, "ran")
    await connection.begin(BEGIN)
    assert elsewhere == []
    await connection.rollback()


async def test_who_waits_for_the_lock_holds_nobody_up(
    connection: Connection, tmp_path: Path
) -> None:
    patient = await opened(tmp_path, timeout=10)
    await connection.begin(BEGIN)
    beginning = asyncio.create_task(patient.begin(BEGIN))
    await insert(connection, 1)
    await connection.commit()
    await beginning
    assert await count(patient) == 1
    await patient.rollback()
    assert await run(patient, "PRAGMA busy_timeout") == [(10_000,)]
    await patient.close()


async def test_another_error_of_a_beginning_is_one(connection: Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="syntax"):
        await connection.begin("BEGIN SOMEHOW")
    assert not connection.runs_here
    assert await run(connection, "PRAGMA busy_timeout") == [(50,)]


async def test_a_beginning_that_was_cancelled_can_be_undone(
    connection: Connection, tmp_path: Path
) -> None:
    patient = await opened(tmp_path, timeout=10)
    await connection.begin(BEGIN)
    beginning = asyncio.create_task(patient.begin(BEGIN))
    await asyncio.sleep(0)
    beginning.cancel()
    await asyncio.wait({beginning})
    await connection.rollback()
    await patient.rollback()
    await patient.begin(BEGIN)
    await insert(patient, 1)
    await patient.commit()
    assert await count(connection) == 1
    await patient.close()


async def test_behind_an_end_that_was_cancelled_the_next_one_waits(connection: Connection) -> None:
    await connection.begin(BEGIN)
    await insert(connection, 1)
    ending = asyncio.create_task(connection.commit())
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.wait({ending})
    await connection.rollback()
    await connection.begin(BEGIN)
    await insert(connection, 2)
    await connection.commit()
    assert await run(connection, "SELECT max(n) FROM numbers") == [(2,)]


async def test_single_rows_are_read_without_giving_way(
    connection: Connection, tmp_path: Path
) -> None:
    looker = await opened(tmp_path, runs_here=True)
    await insert(connection, 1)
    elsewhere: list[str] = []
    asyncio.get_running_loop().call_soon(elsewhere.append, "ran")
    assert await count(looker) == 1
    assert elsewhere == []
    await looker.close()


async def test_errors_are_those_of_sqlite(connection: Connection) -> None:
    await connection.begin(BEGIN)
    await insert(connection, 1)
    with pytest.raises(sqlite3.IntegrityError):
        await insert(connection, 1)
    await connection.rollback()
    with pytest.raises(sqlite3.OperationalError):
        await run(connection, "SELECT nothing")


@pytest.mark.parametrize("in_transaction", [True, False])
async def test_all_rows_of_a_long_result_come(connection: Connection, in_transaction: bool) -> None:
    await insert(connection, *range(1300))
    if in_transaction:
        await connection.begin(BEGIN)
    assert len(await run(connection, "SELECT n FROM numbers")) == 1300


async def test_rows_are_fetched_piece_by_piece(connection: Connection) -> None:
    await insert(connection, *range(1300))
    cursor = connection.cursor()
    await cursor.execute("SELECT n FROM numbers ORDER BY n")
    assert await cursor.fetchone() == (0,)
    assert await cursor.fetchmany(2) == [(1,), (2,)]
    assert await cursor.fetchmany(1000) == [(n,) for n in range(3, 1003)]
    assert len(await cursor.fetchall()) == 297
    assert await cursor.fetchone() is None
    await cursor.close()


async def test_a_result_can_be_left_half_read(connection: Connection) -> None:
    await insert(connection, *range(1300))
    cursor = connection.cursor()
    await cursor.execute("SELECT n FROM numbers")
    await cursor.close()
    await run(connection, "DROP TABLE numbers")


async def test_a_change_says_what_it_changed(connection: Connection) -> None:
    cursor = connection.cursor()
    await cursor.execute("INSERT INTO numbers VALUES (7)")
    assert (cursor.rowcount, cursor.lastrowid, cursor.description) == (1, 1, None)


async def test_closing_twice_is_closing(connection: Connection) -> None:
    await connection.close()
    await connection.close()
    connection.stop()


async def test_a_connection_can_be_stopped_without_waiting(tmp_path: Path) -> None:
    connection = await opened(tmp_path)
    connection.stop()
    await connection.close()


async def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await sqlite_driver.connect(str(tmp_path / "no" / "folder.db"))
