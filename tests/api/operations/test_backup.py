import json
import os
import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.attachments.storage import Storage
from api.operations import archive, backup, keys
from api.operations.backup import back_up
from api.operations.failures import OperationError
from api.operations.sources import Sources
from api.settings import Settings
from api.storage.models import new_id
from tests.api.attachments.samples import pdf
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio
PDF = pdf()
AT = datetime(2026, 11, 26, 4, 50, tzinfo=UTC)


def store_file(sources: Sources, content: bytes = PDF) -> str:
    storage = Storage(sources.attachments)
    upload = storage.begin()
    upload.write(content)
    upload.finish()
    attachment_id = new_id()
    storage.keep(upload, attachment_id)
    return attachment_id


def add_row(settings: Settings, worker: Worker, attachment_id: str, sha256: str | None) -> None:
    with closing(sqlite3.connect(settings.data_dir / "gateway.db")) as database, database:
        (message_id,) = database.execute("SELECT id FROM messages LIMIT 1").fetchone()
        database.execute(
            "INSERT INTO attachments (id, conversation_id, message_id, state, file_name, sha256,"
            " created_at) VALUES (?, ?, ?, 'stored', '', ?, '2026-11-26 00:00:00')",
            (attachment_id, worker.id, message_id, sha256),
        )


async def test_a_backup_has_everything_but_the_keys(
    settings: Settings, sources: Sources, worker: Worker, tmp_path: Path
) -> None:
    await worker.say("老板拖欠工资")
    attachment_id = store_file(sources)
    add_row(settings, worker, attachment_id, None)
    for name in ("articles/01A/pay/a.md", "articles/.pending/b.json", "imported/c.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "articles" / "CURRENT").write_text('{"in_use": "01A"}')
    (tmp_path / "articles" / ".staged-x").mkdir()
    (tmp_path / "articles" / ".staged-x" / "half.md").write_text("half")
    (tmp_path / "backups").mkdir()

    done = await back_up(
        sources, tmp_path / "backups", key_check=keys.key_check(settings), clock=lambda: AT
    )

    assert done.file == tmp_path / "backups" / "union-20261126T045000Z.tar"
    assert list(done.file.parent.iterdir()) == [done.file]
    manifest = archive.verify(done.file)
    assert manifest == done.manifest
    assert set(manifest.files) == {
        "database/gateway.db",
        f"attachments/{attachment_id[-2:]}/{attachment_id}",
        "articles/CURRENT",
        "articles/01A/pay/a.md",
        "articles/.pending/b.json",
        "imported/c.json",
    }
    assert (manifest.counts["conversations"], manifest.counts["messages"]) == (1, 3)
    assert manifest.missing == []
    assert any("without keys" in line for line in done.lines())
    secret = settings.secret_key.get_secret_value().encode()
    assert secret not in done.file.read_bytes()


async def test_missing_and_changed_files_are_named(
    settings: Settings, sources: Sources, worker: Worker, tmp_path: Path
) -> None:
    gone, changed = new_id(), store_file(sources)
    add_row(settings, worker, gone, None)
    add_row(settings, worker, changed, "0" * 64)
    done = await back_up(sources, tmp_path / "b.tar", key_check="k")
    assert done.manifest.missing == [
        f"attachments/{gone[-2:]}/{gone}",
        f"attachments/{changed[-2:]}/{changed} (not what was stored)",
    ]
    assert f"  missing: attachments/{gone[-2:]}/{gone}" in list(done.lines())


async def test_keys_are_sealed(settings: Settings, sources: Sources, tmp_path: Path) -> None:
    found = keys.keys_of(settings)
    sealed = keys.seal(found, "correct horse battery", cost=2**14)
    done = await back_up(sources, tmp_path / "b.tar", key_check="k", sealed_keys=sealed)
    with tarfile.open(done.file) as tar:
        member = tar.extractfile("keys.sealed")
        assert member is not None
        assert keys.unseal(member.read(), "correct horse battery") == found
    assert not any("without keys" in line for line in done.lines())


async def test_words_that_were_erased_are_not_in_the_copy(
    sources: Sources, running_gateway: Gateway, tmp_path: Path
) -> None:
    worker = await running_gateway.worker()
    await worker.say("一段要删除的秘密" * 50)
    response = await running_gateway.client.delete("/api/v1/me", headers=worker.headers)
    assert response.is_success
    done = await back_up(sources, tmp_path / "b.tar", key_check="k")
    assert "要删除的秘密".encode() not in done.file.read_bytes()


async def test_an_existing_file_stays(sources: Sources, tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    target.write_text("yesterday's")
    with pytest.raises(OperationError, match="there already"):
        await back_up(sources, target, key_check="k")
    assert target.read_text() == "yesterday's"


async def test_a_folder_that_is_not_there_is_named(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="no folder"):
        await back_up(sources, tmp_path / "none" / "b.tar", key_check="k")


async def test_without_a_database_there_is_nothing(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "gateway.db").unlink()
    with pytest.raises(OperationError, match="no database"):
        await back_up(sources, tmp_path / "b.tar", key_check="k")
    assert os.listdir(tmp_path) == []


async def test_an_empty_database_is_not_a_deployment(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "gateway.db").write_bytes(b"")
    with pytest.raises(OperationError, match="nothing to back up"):
        await back_up(sources, tmp_path / "b.tar", key_check="k")


async def test_a_full_disk_is_told_beforehand(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_SPARE_BYTES", 10**18)
    with pytest.raises(OperationError, match="MB free"):
        await back_up(sources, tmp_path / "b.tar", key_check="k")


async def test_the_version_of_the_index_is_recorded(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_text(json.dumps({"in_use": "v1"}))
    done = await back_up(sources, tmp_path / "b.tar", key_check="k")
    assert done.manifest.index_version == "v1"
    assert not any(name.startswith("index") for name in done.manifest.files)
