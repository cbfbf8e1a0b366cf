"""``python -m benchmarks.restore``: a backup of about 1 GB, and the restore of it.

Half of it is database (conversations of workers, as long as real ones), half files of workers. The
time counts from the command to a data directory that a gateway can start on; a gateway's own check
of the schema is part of it. Bar: five minutes each way.
"""

import argparse
import asyncio
import hashlib
import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from api.operations.backup import back_up
from api.operations.keys import key_check
from api.operations.restore import restore
from api.operations.sources import Sources
from api.settings import Settings
from api.storage import schema
from api.storage.database import Database
from api.storage.models import new_id
from scripts.prepare import data_directory

BAR_S = 300.0
_FILE_BYTES = 400_000
"""A photograph of a phone, made smaller."""
_TURNS = 10
_BATCH = 500
_WORDS = "老板拖欠工资加班费没有给合同也没签想问问医疗互助怎么申请需要带什么材料去哪里办理"
_AT = "2026-11-26 00:00:00.000000"


def fill(data: Path, megabytes: int) -> None:
    """Make a deployment of the given size."""
    url = f"sqlite+aiosqlite:///{data / 'gateway.db'}"
    asyncio.run(_migrate(url))
    with closing(sqlite3.connect(data / "gateway.db")) as database:
        database.execute("PRAGMA synchronous = OFF")
        half = megabytes * 1_000_000 // 2
        for conversation_id, message_id in _fill_database(database, data / "gateway.db", half):
            _add_file(database, data, conversation_id, message_id)
            half -= _FILE_BYTES
            if half <= 0:
                break
        database.commit()


async def _migrate(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database)
    await database.close()


def _fill_database(
    database: sqlite3.Connection, file: Path, wanted: int
) -> Iterator[tuple[str, str]]:
    """Add conversations until the database is as large as wanted, then give some of them."""
    rng = random.Random(9)  # noqa: S311 - the same measurement each time
    made: list[tuple[str, str]] = []
    while file.stat().st_size < wanted:
        for _ in range(_BATCH):
            made.append(_add_conversation(database, rng))
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    while True:
        yield rng.choice(made)


def _add_conversation(database: sqlite3.Connection, rng: random.Random) -> tuple[str, str]:
    worker_id, conversation_id = new_id(), new_id()
    database.execute("INSERT INTO workers (id, created_at) VALUES (?, ?)", (worker_id, _AT))
    database.execute(
        "INSERT INTO conversations (id, worker_id, channel, token_hash, status, last_seq,"
        " bot_round, worker_seen_seq, staff_seen_seq, last_message_at, created_at)"
        " VALUES (?, ?, 'web', ?, 'bot', ?, 0, 0, 0, ?, ?)",
        (conversation_id, worker_id, rng.randbytes(32).hex(), 2 * _TURNS, _AT, _AT),
    )
    trace = json.dumps({"query": _WORDS, "hits": [{"article_id": "a", "scores": [0.1] * 12}] * 5})
    message_id = ""
    for seq in range(1, 2 * _TURNS + 1):
        message_id = new_id()
        by_worker = seq % 2
        words = "".join(rng.choices(_WORDS, k=20 if by_worker else 250))
        database.execute(
            "INSERT INTO messages (id, conversation_id, seq, author, kind, text, citations,"
            " quick_replies, trace, handled_at, created_at) VALUES (?, ?, ?, ?, ?, ?, '[]', '[]',"
            " ?, ?, ?)",
            (
                message_id,
                conversation_id,
                seq,
                *(("worker", "chat") if by_worker else ("bot", "answer")),
                words,
                None if by_worker else trace,
                _AT,
                _AT,
            ),
        )
    return conversation_id, message_id


def _add_file(
    database: sqlite3.Connection, data: Path, conversation_id: str, message_id: str
) -> None:
    attachment_id, content = new_id(), os.urandom(_FILE_BYTES)
    path = data / "attachments" / attachment_id[-2:] / attachment_id
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    database.execute(
        "INSERT INTO attachments (id, conversation_id, message_id, state, file_name, content_type,"
        " size, sha256, created_at) VALUES (?, ?, ?, 'stored', '', 'image/jpeg', ?, ?, ?)",
        (
            attachment_id,
            conversation_id,
            message_id,
            len(content),
            hashlib.sha256(content).hexdigest(),
            _AT,
        ),
    )


def measure(folder: Path, megabytes: int) -> dict[str, object]:
    """Fill, back up, restore."""
    data, into = folder / "data", folder / "restored"
    data.mkdir()
    fill(data, megabytes)
    os.environ["UNION_DATA_DIR"] = str(data)
    settings = Settings(data_dir=data)
    sources, check = Sources.of(settings), key_check(settings)
    started = time.perf_counter()
    done = asyncio.run(back_up(sources, folder / "backup.tar", key_check=check))
    backed_up = time.perf_counter()
    result = asyncio.run(
        restore(done.file, into, database_url=settings.database_url, key_check=check)
    )
    restored = time.perf_counter()
    assert not done.manifest.missing
    return {
        "megabytes": round(done.file.stat().st_size / 1e6),
        "database_megabytes": round((into / "gateway.db").stat().st_size / 1e6),
        "files": len(done.manifest.files),
        "messages": result.manifest.counts["messages"],
        "backup_s": round(backed_up - started, 1),
        "restore_s": round(restored - backed_up, 1),
    }


def main() -> int:
    """Measure, print and store ``bench/restore.json``; fail past the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    arguments = parser.parse_args()
    target = data_directory() / "bench" / "restore.json"
    with tempfile.TemporaryDirectory(prefix="union-restore-") as folder:
        figures = measure(Path(folder), arguments.megabytes)
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **figures,
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:20} {value}")
    slowest = max(float(str(figures[name])) for name in ("backup_s", "restore_s"))
    return 1 if slowest > BAR_S else 0


if __name__ == "__main__":
    sys.exit(main())
