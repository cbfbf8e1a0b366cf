"""Takes a file in, piece by piece, and refuses it as soon as it is clear that it is not kept."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.datastructures import UploadFile

from api.attachments.kinds import LARGEST_BYTES, Kind
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.storage import Storage, Upload

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A whole file on the disk that is one of the kinds that are kept."""

    upload: Upload
    kind: Kind


@asynccontextmanager
async def received(storage: Storage, chunks: AsyncIterable[bytes]) -> AsyncIterator[ReceivedFile]:
    """The file made of the chunks; gone behind the block unless ``Storage.keep`` took it.

    Raises ``FileRefusedError``: empty, too_large, kind, dimensions; ``OSError``. Nothing is left
    if the sender breaks off.
    """
    upload = storage.begin()
    try:
        async for chunk in chunks:
            if upload.size + len(chunk) > LARGEST_BYTES:
                raise FileRefusedError(Refusal.TOO_LARGE)
            await asyncio.to_thread(upload.write, chunk)
        yield ReceivedFile(upload, await asyncio.to_thread(upload.finish))
    finally:
        upload.discard()


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """The content of an uploaded file."""
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Content that is there already, as chunks."""
    for at in range(0, len(content), CHUNK_BYTES):
        yield content[at : at + CHUNK_BYTES]
