import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.attachments import access
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.storage import DIRECTORY, Storage
from api.attachments.uploads import Uploads
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import MessageStored, QueueChanged
from api.storage.models import AttachmentState, Author, Status
from tests.api.attachments.samples import ALL, HTML, jpeg, pdf
from tests.api.attachments.scene import Listener, Scene

pytestmark = pytest.mark.anyio
on_both_engines = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@on_both_engines
async def test_a_file_is_kept_with_a_message_that_stands_for_it(scene: Scene) -> None:
    listener = Listener()
    uploads = Uploads(scene.database, scene.storage, publisher=listener)
    uploaded = await scene.upload(pdf(), name="../劳动合同.PDF", uploads=uploads)
    (message,) = await scene.file_messages()
    assert (message.text, message.author) == ("[文件：劳动合同.PDF]", Author.WORKER)
    assert message.handled_at is not None
    row = await scene.row(uploaded.attachment.id)
    assert (row.state, row.message_id) == (AttachmentState.STORED, message.id)
    assert (row.file_name, row.content_type) == ("劳动合同.PDF", "application/pdf")
    assert (row.size, row.sha256) == (len(pdf()), hashlib.sha256(pdf()).hexdigest())
    assert scene.files() == [row.id]
    assert listener.events == [
        MessageStored(scene.conversation_id, message.seq),
        QueueChanged(),
    ]


@pytest.mark.parametrize(
    ("content_type", "words"),
    [
        ("image/png", "[图片]"),
        ("audio/amr", "[录音]"),
        ("audio/mp4", "[录音]"),
        ("video/mp4", "[视频]"),
    ],
)
async def test_the_message_says_what_it_is(scene: Scene, content_type: str, words: str) -> None:
    assert (await scene.upload(ALL[content_type])).message.text == words


async def test_a_document_without_a_name_gets_one(scene: Scene) -> None:
    uploaded = await scene.upload(pdf(), name="\u202e")
    assert uploaded.message.text == f"[文件：附件-{uploaded.attachment.id[-6:]}.pdf]"


async def test_the_name_says_what_the_bytes_are(scene: Scene) -> None:
    uploaded = await scene.upload(jpeg(), name="合同.pdf")
    assert uploaded.attachment.content_type == "image/jpeg"
    assert uploaded.attachment.file_name == "合同.jpg"


@on_both_engines
async def test_a_repeated_upload_gets_the_first_result(scene: Scene) -> None:
    first = await scene.upload()
    again = await scene.upload()
    await scene.follow_up(Status.BOT)
    later = await scene.upload()
    assert first.attachment.id == again.attachment.id == later.attachment.id
    assert len(await scene.file_messages()) == 1
    assert scene.files() == [first.attachment.id]


@on_both_engines
async def test_the_same_upload_at_once_is_kept_once(scene: Scene) -> None:
    uploaded = await asyncio.gather(*(scene.upload() for _ in range(4)))
    assert len({each.message.id for each in uploaded}) == 1
    (row,) = await scene.rows()
    assert scene.files() == [row.id]


async def test_the_id_of_a_text_is_not_taken_for_a_file(scene: Scene) -> None:
    with pytest.raises(ApiError) as caught:
        await scene.upload(key="m0")
    assert caught.value.code is ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize("status", [Status.BOT, Status.CLOSED])
async def test_the_bot_takes_no_files(scene: Scene, status: Status) -> None:
    await scene.set_status(status)
    with pytest.raises(ApiError) as caught:
        await scene.upload()
    assert caught.value.code is ErrorCode.NOT_POSSIBLE_NOW
    assert (await scene.rows(), scene.files()) == ([], [])


async def test_a_person_takes_them_before_and_after_the_claim(scene: Scene) -> None:
    await scene.upload(key="f1")
    await scene.set_status(Status.WITH_STAFF)
    await scene.upload(key="f2")
    assert len(await scene.rows()) == 2


@on_both_engines
async def test_a_file_goes_to_the_conversation_that_goes_on(scene: Scene) -> None:
    following = await scene.follow_up()
    uploaded = await scene.upload()
    assert uploaded.message.conversation_id == uploaded.attachment.conversation_id == following


async def test_what_is_refused_leaves_nothing(scene: Scene) -> None:
    with pytest.raises(FileRefusedError):
        await scene.upload(HTML)
    assert (await scene.rows(), scene.files()) == ([], [])
    assert await scene.file_messages() == []


async def test_a_full_conversation_takes_no_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MAX_FILES", 1)
    await scene.upload(key="f1")
    with pytest.raises(FileRefusedError) as caught:
        await scene.upload(key="f2")
    assert caught.value.refusal is Refusal.FULL
    assert len(scene.files()) == len(await scene.rows()) == len(await scene.file_messages()) == 1


async def test_a_worker_who_leaves_in_the_middle_leaves_nothing(scene: Scene) -> None:
    arrived = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield jpeg()
        arrived.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(scene.upload(slow()))
    await arrived.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert (await scene.rows(), scene.files()) == ([], [])


async def test_a_full_disk_is_said_kindly(scene: Scene) -> None:
    uploads = Uploads(scene.database, Storage(scene.data_dir / DIRECTORY, min_free_bytes=2**62))
    with pytest.raises(ApiError) as caught:
        await scene.upload(uploads=uploads)
    assert caught.value.code is ErrorCode.STORAGE_UNAVAILABLE


async def test_a_crash_between_file_and_row_leaves_no_row_without_its_file(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(access, "add_stored", crash)
        with pytest.raises(RuntimeError):
            await scene.upload()
    assert (await scene.rows(), len(scene.files())) == ([], 1)
    assert await scene.file_messages() == []
    uploaded = await scene.upload()  # the worker tries again, under the same id
    assert uploaded.attachment.id in scene.files()
