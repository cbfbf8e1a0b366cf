"""Refuses a body that is too large before it fills the memory.

Starlette's own limiter answers in plain text; this one in the gateway's error shape.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_codes import ErrorCode
from api.errors import error_response


@dataclass(frozen=True, slots=True)
class Upload:
    """Paths to which files are sent, and how large a body may be there."""

    path: re.Pattern[str]
    max_bytes: int
    refusal: ErrorCode = ErrorCode.BODY_TOO_LARGE


class BodyLimit:
    """Reads the body (a few hundred kilobytes at most) and hands it on in one piece.

    Uploads of files are larger, and their route reads them piece by piece: those are counted as
    they pass.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        uploads: Sequence[Upload] = (),
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, or pass the request on."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        for upload in self._uploads:
            if upload.path.fullmatch(scope["path"]):
                if _declared_bytes(scope) > upload.max_bytes:
                    await _refuse(upload.refusal, scope, receive, send)
                else:
                    await self._pass_counted(upload, scope, receive, send)
                return
        body = await self._read(scope, receive)
        if body is None:
            await _refuse(ErrorCode.BODY_TOO_LARGE, scope, receive, send)
            return
        delivered = False

        async def receive_body() -> Message:
            nonlocal delivered
            if delivered:
                return await receive()
            delivered = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_body, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        if _declared_bytes(scope) > self._max_bytes:
            return None
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b""  # nobody is left to read an answer
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > self._max_bytes:
                return None
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _pass_counted(
        self, upload: Upload, scope: Scope, receive: Receive, send: Send
    ) -> None:
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            # The route ends as if the client had left; what it says about that is not sent.
            return message if size <= upload.max_bytes else {"type": "http.disconnect"}

        async def send_unless_cut_off(message: Message) -> None:
            if size <= upload.max_bytes:
                await send(message)

        await self._app(scope, receive_counted, send_unless_cut_off)
        if size > upload.max_bytes:
            await _refuse(upload.refusal, scope, receive, send)


def _declared_bytes(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


async def _refuse(code: ErrorCode, scope: Scope, receive: Receive, send: Send) -> None:
    # The rest of the body is not read, so the connection cannot be used again.
    response = error_response(code, headers={"Connection": "close"})
    await response(scope, receive, send)
