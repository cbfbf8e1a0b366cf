import os
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from api.attachments.erasure import ADAPTER, FileDeletion, Sweep, erase
from api.outbox.adapters import TemporaryError
from api.storage.models import AttachmentState, OutboxItem, new_id, now
from tests.api.attachments.samples import jpeg, pdf
from tests.api.attachments.scene import Scene

pytestmark = pytest.mark.anyio
on_both_engines = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


async def _erase(scene: Scene) -> list[OutboxItem]:
    """Erase the conversation's files; returns what is in the outbox."""
    async with scene.database.write() as session:
        await erase(session, scene.conversation_id)
    return await _outbox(scene)


async def _outbox(scene: Scene) -> list[OutboxItem]:
    async with scene.database.read() as session:
        return list(await session.scalars(select(OutboxItem)))


async def _sweep(scene: Scene, at: datetime | None = None) -> int:
    sweep = Sweep(scene.database, scene.storage, clock=lambda: at or now())
    return await sweep.round()


def _later() -> datetime:
    return now() + timedelta(hours=2)


@on_both_engines
async def test_rows_are_erased_and_files_deleted_behind_the_commit(scene: Scene) -> None:
    stored = (await scene.upload(pdf(), name="离婚协议.pdf")).attachment
    expected = await scene.expect("media-1")
    (item,) = await _erase(scene)
    for row in await scene.rows():
        assert row.state is AttachmentState.ERASED
        assert (row.file_name, row.source, row.sha256) == ("", None, None)
    row = await scene.row(stored.id)
    assert (row.size, row.content_type) == (len(pdf()), "application/pdf")
    assert (item.adapter, item.conversation_id) == (ADAPTER, None)
    assert set(item.payload["attachment_ids"]) == {stored.id, expected.id}
    assert scene.files() == [stored.id]
    deletion = FileDeletion(scene.storage)
    await deletion.deliver(item.payload, item.id)
    await deletion.deliver(item.payload, item.id)
    assert scene.files() == []


async def test_erasing_again_does_nothing(scene: Scene) -> None:
    await scene.upload()
    await _erase(scene)
    assert len(await _erase(scene)) == 1


async def test_a_conversation_without_files_leaves_nothing_to_do(scene: Scene) -> None:
    assert await _erase(scene) == []


async def test_an_erasure_that_is_rolled_back_changes_nothing(scene: Scene) -> None:
    stored = (await scene.upload()).attachment
    async with scene.database.write() as session:
        await erase(session, scene.conversation_id)
        await session.rollback()
    assert (await scene.row(stored.id)).state is AttachmentState.STORED
    assert (await _outbox(scene), scene.files()) == ([], [stored.id])


async def test_a_disk_that_fails_is_tried_again(scene: Scene) -> None:
    stored = (await scene.upload()).attachment
    path, _ = scene.storage.find(stored.id) or pytest.fail("not there")
    path.unlink()
    path.mkdir()
    with pytest.raises(TemporaryError):
        await FileDeletion(scene.storage).deliver({"attachment_ids": [stored.id]}, "item")


async def test_the_sweep_deletes_what_no_row_speaks_for(scene: Scene) -> None:
    kept = (await scene.upload(key="f1")).attachment
    erased = (await scene.upload(key="f2")).attachment
    waiting = await scene.expect()
    async with scene.database.write() as session:
        (await session.get_one(type(erased), erased.id)).state = AttachmentState.ERASED
    orphan = new_id()
    for attachment_id in (orphan, waiting.id):
        upload = scene.storage.begin()
        upload.write(jpeg())
        upload.finish()
        scene.storage.keep(upload, attachment_id)
    broken_off = scene.storage.begin()
    assert await _sweep(scene) == 0, "somebody may be working on any of them"
    assert await _sweep(scene, _later()) == 3
    assert scene.files() == sorted([kept.id, waiting.id])
    assert await _sweep(scene, _later()) == 0
    broken_off.discard()


async def test_the_sweep_takes_any_number_of_files(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.attachments.erasure._FILES_AT_ONCE", 2)
    kept = await scene.expect("media-1")
    upload = scene.storage.begin()
    upload.write(jpeg())
    upload.finish()
    scene.storage.keep(upload, kept.id)
    path, _ = scene.storage.find(kept.id) or pytest.fail("not there")
    others = [letter for letter in "TVWXYZ" if letter != kept.id[-3]][:5]
    for letter in others:
        os.link(path, path.parent / f"{kept.id[:-3]}{letter}{kept.id[-2:]}")
    assert await _sweep(scene, _later()) == 5
    assert scene.files() == [kept.id]


async def test_the_sweep_leaves_alone_what_is_not_its_own(scene: Scene) -> None:
    await scene.upload()
    folder = scene.data_dir / "attachments" / "ZZ"
    folder.mkdir(exist_ok=True)
    (folder / "note.txt").write_text("of the operator")
    assert await _sweep(scene, _later()) == 0
    assert "note.txt" in scene.files()


async def test_a_gateway_without_files_has_nothing_to_sweep(scene: Scene) -> None:
    assert await _sweep(scene, _later()) == 0
