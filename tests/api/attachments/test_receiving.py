import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.attachments.kinds import LARGEST_BYTES
from api.attachments.receiving import received, whole
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.storage import DIRECTORY, Storage
from tests.api.attachments.samples import HTML, jpeg
from tests.api.attachments.scene import files_in

pytestmark = pytest.mark.anyio


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / DIRECTORY, min_free_bytes=0)


async def test_a_file_is_there_while_it_is_looked_at_and_gone_unless_it_was_kept(
    tmp_path: Path, storage: Storage
) -> None:
    async with received(storage, whole(jpeg())) as file:
        assert file.kind.content_type == "image/jpeg"
        assert file.upload.path.read_bytes() == jpeg()
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"", Refusal.EMPTY), (HTML, Refusal.KIND), (bytes(11 * 2**20), Refusal.TOO_LARGE)],
)
async def test_what_is_refused_leaves_nothing(
    tmp_path: Path, storage: Storage, content: bytes, refusal: Refusal
) -> None:
    with pytest.raises(FileRefusedError) as caught:
        async with received(storage, whole(content)):
            pytest.fail("it was received")
    assert caught.value.refusal is refusal
    assert files_in(tmp_path) == []


async def test_nothing_is_read_behind_the_limit(tmp_path: Path, storage: Storage) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 2**20
            yield bytes(2**20)

    with pytest.raises(FileRefusedError):
        async with received(storage, endless()):
            pytest.fail("it was received")
    assert read == LARGEST_BYTES + 2**20
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("failure", [asyncio.CancelledError, ConnectionResetError])
async def test_an_upload_that_breaks_off_leaves_nothing(
    tmp_path: Path, storage: Storage, failure: type[BaseException]
) -> None:
    async def interrupted() -> AsyncIterator[bytes]:
        yield jpeg()
        assert len(files_in(tmp_path)) == 1
        raise failure

    with pytest.raises(failure):
        async with received(storage, interrupted()):
            pytest.fail("it was received")
    assert files_in(tmp_path) == []


async def test_content_that_is_there_already_comes_in_pieces() -> None:
    pieces = [piece async for piece in whole(bytes(600 * 1024))]
    assert [len(piece) // 1024 for piece in pieces] == [256, 256, 88]
