import asyncio
import sqlite3
import tarfile
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from api.operations import archive, keys
from api.operations import restore as restore_module
from api.operations.backup import Backup, back_up
from api.operations.failures import OperationError
from api.operations.restore import Restored, restore
from api.operations.sources import Sources
from api.settings import Settings
from api.storage import schema
from api.storage.database import Database
from tests.api import gateway
from tests.api.attachments.samples import pdf
from tests.api.fake_rasa import HANDOFF, FakeRasa, echo, turn
from tests.api.gateway import Gateway, Worker
from tests.api.operations.conftest import moved

pytestmark = pytest.mark.anyio
PDF = pdf()
PASSPHRASE = "correct horse battery"


async def taken(
    settings: Settings, sources: Sources, file: Path, passphrase: str | None = None
) -> Backup:
    sealed = keys.seal(keys.keys_of(settings), passphrase, cost=2**14) if passphrase else None
    return await back_up(sources, file, key_check=keys.key_check(settings), sealed_keys=sealed)


async def restored(
    settings: Settings, file: Path, into: Path, passphrase: str | None = None
) -> Restored:
    return await restore(
        file,
        into,
        database_url=settings.database_url,
        key_check=keys.key_check(settings),
        passphrase=passphrase,
    )


async def test_drill(
    settings: Settings,
    sources: Sources,
    running_gateway: Gateway,
    rasa: FakeRasa,
    tmp_path: Path,
) -> None:
    """Back up while workers write; what was acknowledged before is all there, under its token."""
    waiting = await running_gateway.worker()
    rasa.answer = lambda _: turn(HANDOFF)
    await waiting.say("三个月没发工资")
    rasa.answer = echo
    uploaded = await running_gateway.client.post(
        f"/api/v1/conversations/{waiting.id}/attachments",
        headers=waiting.headers,
        files={"file": ("借条.pdf", PDF, "application/pdf")},
        data={"client_message_id": "file"},
    )
    assert uploaded.is_success, uploaded.text
    file_id = uploaded.json()["attachment"]["id"]
    workers = [await running_gateway.worker() for _ in range(4)]
    acknowledged: list[tuple[Worker, str]] = []
    enough, stop = asyncio.Event(), asyncio.Event()

    async def write(worker: Worker) -> None:
        for number in count():
            if stop.is_set():
                return
            text = f"第{number}句"
            await worker.say(text)
            acknowledged.append((worker, text))
            if len(acknowledged) >= 20:
                enough.set()

    writing = [asyncio.create_task(write(worker)) for worker in workers]
    await enough.wait()
    before = list(acknowledged)
    done = await taken(settings, sources, tmp_path / "b.tar")
    stop.set()
    await asyncio.gather(*writing)
    assert len(acknowledged) > len(before), "nobody wrote during the backup"

    into = tmp_path / "restored"
    result = await restored(settings, done.file, into)
    assert not result.was_migrated
    assert not result.has_other_keys
    assert sorted(path.name for path in into.iterdir() if path.is_file()) == ["gateway.db"]
    async with gateway.running(moved(settings, into)) as again:
        for worker in workers:
            worker.client = again.client
        histories = {worker.id: (await worker.history())["messages"] for worker in workers}
        for worker, text in before:
            said = [message["text"] for message in histories[worker.id]]
            assert text in said
            assert f"收到：{text}" in said
        await workers[0].say("又来了")
        response = await again.client.get(
            f"/api/v1/conversations/{waiting.id}/attachments/{file_id}",
            headers=waiting.headers,
        )
        assert response.content == PDF


async def test_a_restored_directory_is_its_owners_only(
    settings: Settings, sources: Sources, worker: Worker, tmp_path: Path
) -> None:
    (tmp_path / "articles" / "01A").mkdir(parents=True)
    (tmp_path / "articles" / "01A" / "a.md").write_text("文章")
    done = await taken(settings, sources, tmp_path / "b.tar")
    into = tmp_path / "deep" / "restored"
    result = await restored(settings, done.file, into)
    assert (into / "articles" / "01A" / "a.md").read_text() == "文章"
    assert into.stat().st_mode & 0o777 == 0o700
    assert (into / "gateway.db").stat().st_mode & 0o777 == 0o600
    assert any("knowledge_base build" in line for line in result.lines())


async def test_a_target_that_is_not_empty_is_refused(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar")
    into = tmp_path / "used"
    into.mkdir()
    (into / "gateway.db").write_text("live")
    with pytest.raises(OperationError, match="not empty"):
        await restored(settings, done.file, into)
    assert (into / "gateway.db").read_text() == "live"
    assert [path.name for path in into.iterdir()] == ["gateway.db"]


async def test_a_restore_that_was_killed_can_be_repeated(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar")
    into = tmp_path / "mount"
    (into / ".restoring" / "database").mkdir(parents=True)
    (into / ".restoring" / "database" / "gateway.db").write_text("half")
    (into / "lost+found").mkdir()
    await restored(settings, done.file, into)
    assert {path.name for path in into.iterdir()} == {"gateway.db", "lost+found"}


async def test_a_damaged_backup_touches_nothing(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar")
    content = bytearray(done.file.read_bytes())
    content[5000] ^= 1
    done.file.write_bytes(content)
    with pytest.raises(OperationError, match="damaged"):
        await restored(settings, done.file, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


async def test_a_newer_schema_is_refused(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    done = await taken(settings, sources, tmp_path / "b.tar")
    with pytest.raises(OperationError, match="schema 9999"):
        await restored(settings, done.file, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


async def test_an_older_schema_is_migrated(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    database = Database(settings.database_url)
    await schema.downgrade(database, "0001")
    await database.close()
    done = await taken(settings, sources, tmp_path / "b.tar")
    assert done.manifest.schema_revision == "0001"
    assert "attachments" not in done.manifest.counts
    result = await restored(settings, done.file, tmp_path / "restored")
    assert result.was_migrated
    assert any("migrated from schema 0001" in line for line in result.lines())
    again = Database(moved(settings, tmp_path / "restored").database_url)
    async with again.read() as session:
        assert await schema.is_current(session)
    await again.close()


async def test_keys_come_back_with_the_passphrase(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar", PASSPHRASE)
    with pytest.raises(OperationError, match="not the passphrase"):
        await restored(settings, done.file, tmp_path / "a", PASSPHRASE + "!")
    assert not (tmp_path / "a").exists()
    await restored(settings, done.file, tmp_path / "b", PASSPHRASE)
    file = tmp_path / "b" / "keys.env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"UNION_SECRET_KEY={settings.secret_key.get_secret_value()}" in file.read_text()
    await restored(settings, done.file, tmp_path / "c")
    assert not (tmp_path / "c" / "keys.env").exists()


async def test_a_backup_without_keys_has_none_to_give(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar")
    with pytest.raises(OperationError, match="no keys"):
        await restored(settings, done.file, tmp_path / "restored", PASSPHRASE)


async def test_other_keys_are_noticed(settings: Settings, sources: Sources, tmp_path: Path) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar")
    result = await restore(
        done.file, tmp_path / "restored", database_url=settings.database_url, key_check="another"
    )
    assert any("workers' tokens are refused" in line for line in result.lines())


async def test_a_full_disk_is_told_beforehand(
    settings: Settings, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await taken(settings, sources, tmp_path / "b.tar")
    monkeypatch.setattr(restore_module, "_SPARE_BYTES", 10**18)
    with pytest.raises(OperationError, match="MB free"):
        await restored(settings, done.file, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


async def test_a_file_that_is_no_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="No such file"):
        await restored(settings, tmp_path / "none.tar", tmp_path / "restored")
    (tmp_path / "words.tar").write_text("not a tar" * 200)
    with pytest.raises(OperationError, match="not a backup"):
        await restored(settings, tmp_path / "words.tar", tmp_path / "restored")
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    with pytest.raises(archive.DamagedBackupError, match="no manifest"):
        await restored(settings, tmp_path / "empty.tar", tmp_path / "restored")
