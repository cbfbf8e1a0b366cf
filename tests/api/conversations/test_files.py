import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from api.conversations import access
from api.conversations.files import add_file_message
from api.storage.database import Database
from api.storage.models import Author, Channel, Message, MessageKind, Status, new_id

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    yield database
    await database.close()


@pytest.fixture
async def conversation_id(database: Database) -> str:
    async with database.write() as session:
        new = await access.create_conversation(session, Channel.WEB, token_hash=new_id())
        await access.add_worker_message(session, new.id, text="你好", client_message_id="m1")
    return new.id


async def _add(database: Database, conversation_id: str, key: str = "f1") -> Message:
    async with database.write() as session:
        return await add_file_message(
            session, conversation_id, text="[图片]", client_message_id=key
        )


async def test_the_message_stands_at_the_end_and_waits_for_no_turn(
    database: Database, conversation_id: str
) -> None:
    message = await _add(database, conversation_id)
    assert (message.author, message.kind, message.seq) == (Author.WORKER, MessageKind.CHAT, 2)
    async with database.read() as session:
        waiting = await access.unhandled_messages(session)
        conversation = await access.find_conversation(session, conversation_id)
        found = await access.find_by_client_id(session, conversation_id, "f1")
    assert [each.text for each in waiting] == ["你好"]
    assert conversation is not None
    assert conversation.last_seq == 2
    assert found is not None
    assert (found.id, found.text) == (message.id, "[图片]")


async def test_an_id_that_was_used_is_an_error_and_changes_nothing(
    database: Database, conversation_id: str
) -> None:
    with pytest.raises(IntegrityError):
        await _add(database, conversation_id, "m1")
    async with database.read() as session:
        conversation = await access.find_conversation(session, conversation_id)
    assert conversation is not None
    assert conversation.last_seq == 1


async def test_a_closed_conversation_takes_nothing(
    database: Database, conversation_id: str
) -> None:
    async with database.write() as session:
        (await access.lock_conversation(session, conversation_id)).status = Status.CLOSED
    with pytest.raises(NoResultFound):
        await _add(database, conversation_id)
    with pytest.raises(NoResultFound):
        await _add(database, new_id())


async def test_more_can_be_said_behind_it_in_the_same_transaction(
    database: Database, conversation_id: str
) -> None:
    async with database.write() as session:
        conversation = await access.lock_conversation(session, conversation_id)
        await add_file_message(session, conversation_id, text="[图片]", client_message_id="f1")
        reply = Message.of(Author.BOT, MessageKind.CHAT, "收到了")
        await access.append(session, conversation, [reply])
    assert reply.seq == 3
