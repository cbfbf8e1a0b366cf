import pytest
from sqlalchemy.exc import NoResultFound

from api.attachments import access
from api.attachments.access import MAX_FILES, MAX_TOTAL_BYTES
from api.attachments.kinds import JPEG
from api.conversations import access as conversations
from api.conversations.files import add_file_message
from api.storage.models import Attachment, AttachmentState, now
from tests.api.attachments.scene import Scene

pytestmark = pytest.mark.anyio


async def _room(scene: Scene, size: int = 1) -> bool:
    async with scene.database.read() as session:
        return await access.has_room(session, scene.conversation_id, size)


async def _fill(scene: Scene, number: int, state: AttachmentState, size: int | None = None) -> None:
    message_id = (await scene.expect()).message_id
    async with scene.database.write() as session:
        session.add_all(
            Attachment(
                conversation_id=scene.conversation_id,
                message_id=message_id,
                state=state,
                size=size,
            )
            for _ in range(number - 1)
        )


async def test_a_file_is_expected_stored_and_found_by_its_message(scene: Scene) -> None:
    expected = await scene.expect("media-1")
    other = await scene.expect("media-2")
    async with scene.database.write() as session:
        row = await access.lock(session, expected.id)
        assert (row.state, row.source) == (AttachmentState.EXPECTED, "media-1")
        access.stored(row, kind=JPEG, size=7, sha256="ab", at=now())
    async with scene.database.read() as session:
        (found,) = await access.of_message(session, expected.message_id)
        by_message = await access.of_messages(session, [expected.message_id, other.message_id])
        everything = await access.of_conversation(session, scene.conversation_id)
        assert await access.of_message(session, "nothing") == []
    assert (found.content_type, found.size, found.sha256) == ("image/jpeg", 7, "ab")
    assert [row.id for row in everything] == [expected.id, other.id]
    assert {key: [row.id for row in rows] for key, rows in by_message.items()} == {
        expected.message_id: [expected.id],
        other.message_id: [other.id],
    }


async def test_a_file_that_is_not_there_cannot_be_locked(scene: Scene) -> None:
    async with scene.database.write() as session:
        with pytest.raises(NoResultFound):
            await access.lock(session, "nothing")


async def test_a_conversation_takes_a_limited_number_of_files(scene: Scene) -> None:
    await _fill(scene, MAX_FILES - 1, AttachmentState.EXPECTED)
    assert await _room(scene)
    assert (await scene.expect()).state is AttachmentState.EXPECTED
    assert not await _room(scene)
    assert (await scene.expect()).state is AttachmentState.REFUSED


async def test_what_is_not_kept_takes_no_room(scene: Scene) -> None:
    for state in (AttachmentState.REFUSED, AttachmentState.MISSING, AttachmentState.ERASED):
        await _fill(scene, MAX_FILES // 2, state, MAX_TOTAL_BYTES)
    assert await _room(scene)


async def test_a_conversation_takes_a_limited_number_of_bytes(scene: Scene) -> None:
    await _fill(scene, 2, AttachmentState.STORED, MAX_TOTAL_BYTES - 10)
    assert await _room(scene, 10)
    assert not await _room(scene, 11)


async def test_two_files_may_belong_to_one_message(scene: Scene) -> None:
    async with scene.database.write() as session:
        message = await add_file_message(
            session, scene.conversation_id, text="[图片]", client_message_id="f1"
        )
        conversation = await conversations.lock_conversation(session, scene.conversation_id)
        ids = [
            (await access.expect(session, conversation, message, source=source)).id
            for source in ("a", "b")
        ]
        assert [row.id for row in await access.of_message(session, message.id)] == ids
