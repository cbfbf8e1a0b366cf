"""One call of the platform's HTTP API.

The access token is part of the address, as the platform wants it, so neither addresses nor the
texts of transport errors go any further. Redirects are not followed: the token goes to the
address that was set, or nowhere.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2

from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.operations import metrics

TIMEOUT_S: Final = 5.0
_ANSWER_MAX_BYTES: Final = 1024 * 1024
_TEXT_TYPES: Final = frozenset({"application/json", "text/plain", "text/json"})


async def call_json(
    client: httpx2.AsyncClient,
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> dict[str, Any]:
    """The answer of a call that succeeded, in ``timeout_s`` seconds all in all.

    Raises ``PlatformError``: what the platform says, UNREACHABLE for anything but its JSON.
    """
    async with _answer(client, method, url, params, body, timeout_s, timeout_s) as response:
        return await _json_in(response)


async def call_media(
    client: httpx2.AsyncClient,
    url: str,
    *,
    params: Mapping[str, str],
    max_bytes: int,
    timeout_s: float = TIMEOUT_S,
    total_s: float,
) -> bytes:
    """A file of at most ``max_bytes``. ``timeout_s``: the longest silence, ``total_s``: for all.

    Raises ``PlatformError``: what the platform says, TOO_LARGE, and REFUSED for what is not a
    file: of a video the platform only gives an address elsewhere, which is not followed.
    """
    async with _answer(client, "GET", url, params, None, timeout_s, total_s) as response:
        if _content_type(response) in _TEXT_TYPES:
            await _json_in(response)
            raise PlatformError(PlatformOutcome.REFUSED, None)
        return await _read(response, max_bytes, PlatformOutcome.TOO_LARGE)


@asynccontextmanager
async def _answer(
    client: httpx2.AsyncClient,
    method: str,
    url: str,
    params: Mapping[str, str] | None,
    body: Mapping[str, Any] | None,
    timeout_s: float,
    total_s: float,
) -> AsyncIterator[httpx2.Response]:
    headers = {"Accept-Encoding": "identity"}  # so that nothing grows while it is unpacked
    content = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        # Escapes such as \u4f60 would be shown to followers as they are.
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    outcome = "cancelled"
    try:
        async with (
            asyncio.timeout(total_s),
            client.stream(
                method,
                url,
                params=params,
                content=content,
                headers=headers,
                follow_redirects=False,
                timeout=timeout_s,
            ) as response,
        ):
            if response.status_code != 200:
                raise PlatformError(PlatformOutcome.UNREACHABLE, None)
            yield response
        outcome = "ok"
    except PlatformError as error:
        outcome = error.outcome.value
        raise
    except (TimeoutError, httpx2.HTTPError):
        outcome = PlatformOutcome.UNREACHABLE.value
        raise PlatformError(PlatformOutcome.UNREACHABLE, None) from None
    finally:
        metrics.platform_called(outcome)


async def _json_in(response: httpx2.Response) -> dict[str, Any]:
    content = await _read(response, _ANSWER_MAX_BYTES, PlatformOutcome.UNREACHABLE)
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        match answer.get("errcode", 0):
            case 0:
                return answer
            case int(errcode):
                raise PlatformError.of(errcode)
    raise PlatformError(PlatformOutcome.UNREACHABLE, None)


async def _read(response: httpx2.Response, max_bytes: int, outcome: PlatformOutcome) -> bytes:
    """The body. Raises ``PlatformError`` with ``outcome`` as soon as it is too long."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > max_bytes:
        raise PlatformError(outcome, None)
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise PlatformError(outcome, None)
    return bytes(content)


def _content_type(response: httpx2.Response) -> str:
    content_type: str = response.headers.get("Content-Type", "")
    return content_type.partition(";")[0].strip().lower()
