"""The platform's HTTP API, as far as the account uses it.

Source: https://developers.weixin.qq.com/doc/service/api/
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import httpx2

from api.channels.wechat.access_token import AccessTokens
from api.channels.wechat.platform_calls import TIMEOUT_S, call_json, call_media
from api.channels.wechat.platform_errors import (
    NO_MENU,
    REJECTED_TOKEN,
    PlatformError,
    PlatformOutcome,
)

_MEDIA_S: Final = 15.0
"""For a whole file; the outbox gives an attempt 20 s."""
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class Platform:
    """Calls in the account's name. Every one raises ``PlatformError``.

    An access token that the platform does not take is replaced, and the call repeated, once.
    ``timeout_s``: how long the platform may be silent.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        tokens: AccessTokens,
        api_base: str,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._base = f"{api_base}/cgi-bin"
        self._timeout_s = timeout_s

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message, at most 2,048 bytes."""
        await self._send(openid, "text", {"content": text})

    async def send_menu(
        self, openid: str, head: str, options: Sequence[tuple[str, str]], tail: str
    ) -> None:
        """Send a menu message: ``head``, the options as pairs of id and content, ``tail``."""
        listed = [{"id": id_, "content": content} for id_, content in options]
        menu = {"head_content": head, "list": listed, "tail_content": tail}
        await self._send(openid, "msgmenu", menu)

    async def typing(self, openid: str, *, on: bool) -> None:
        """Show the typing indicator for 15 seconds, or take it away."""
        body = {"touser": openid, "command": "Typing" if on else "CancelTyping"}
        await self._call("POST", "/message/custom/typing", body)

    async def fetch_media(self, media_id: str, max_bytes: int) -> bytes:
        """A file that a follower has sent: MEDIA_GONE after three days, TOO_LARGE beyond
        ``max_bytes``, REFUSED for a video, of which there is only an address elsewhere."""
        return await self._with_token(
            lambda token: call_media(
                self._client,
                f"{self._base}/media/get",
                params={"access_token": token, "media_id": media_id},
                max_bytes=max_bytes,
                timeout_s=self._timeout_s,
                total_s=_MEDIA_S,
            )
        )

    async def menu(self) -> dict[str, Any] | None:
        """The menu that was published, as the platform gives it; None: there is none."""
        try:
            answer = await self._call("GET", "/menu/get")
        except PlatformError as error:
            if error.errcode == NO_MENU:
                return None
            raise
        match answer:
            case {"menu": dict(menu)}:
                return menu
        raise PlatformError(PlatformOutcome.UNREACHABLE, None)

    async def publish_menu(self, menu: Mapping[str, Any]) -> None:
        """Put a menu in the place of the one that is there."""
        await self._call("POST", "/menu/create", menu)

    async def _send(self, openid: str, kind: str, content: Mapping[str, Any]) -> None:
        body = {"touser": openid, "msgtype": kind, kind: content}
        await self._call("POST", "/message/custom/send", body)

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return await self._with_token(
            lambda token: call_json(
                self._client,
                method,
                self._base + path,
                params={"access_token": token},
                body=body,
                timeout_s=self._timeout_s,
            )
        )

    async def _with_token(self, call: Callable[[str], Awaitable[_Answer]]) -> _Answer:
        token = await self._tokens.get()
        try:
            return await call(token)
        except PlatformError as error:
            if error.errcode not in REJECTED_TOKEN:
                raise
            _log.warning("access token rejected", extra={"errcode": error.errcode})
        return await call(await self._tokens.renew(token))
