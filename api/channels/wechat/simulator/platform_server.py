"""The platform's HTTP API, as far as the gateway calls it.

Source: https://developers.weixin.qq.com/doc/service/api/
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.channels.wechat.simulator.codes import MESSAGES, Code, Refused
from api.channels.wechat.simulator.faults import Drop
from api.channels.wechat.simulator.menus import require_menu
from api.channels.wechat.simulator.screen import By, Link, Shown, menu_parts, text_parts
from api.channels.wechat.simulator.state import Call, PlatformState

STABLE_TOKEN: Final = "/cgi-bin/stable_token"  # noqa: S105 - a path
SEND: Final = "/cgi-bin/message/custom/send"
TYPING: Final = "/cgi-bin/message/custom/typing"
MEDIA: Final = "/cgi-bin/media/get"
CREATE_MENU: Final = "/cgi-bin/menu/create"
GET_MENU: Final = "/cgi-bin/menu/get"
MESSAGE_MAX_BYTES: Final = 2048
_TYPING_AFTER_CONTACT: Final = timedelta(seconds=30)
_TYPING_SHOWN: Final = timedelta(seconds=15)

_Handler = Callable[[Request], Awaitable[Response]]


def platform_app(state: PlatformState) -> Starlette:
    """The API over a state."""
    api = _Api(state)
    return Starlette(
        routes=[
            Route(STABLE_TOKEN, api.call(api.stable_token, is_open=True), methods=["POST"]),
            Route(SEND, api.call(api.send), methods=["POST"]),
            Route(TYPING, api.call(api.typing), methods=["POST"]),
            Route(MEDIA, api.call(api.media), methods=["GET"]),
            Route(CREATE_MENU, api.call(api.create_menu), methods=["POST"]),
            Route(GET_MENU, api.call(api.get_menu), methods=["GET"]),
        ]
    )


class _Api:
    def __init__(self, state: PlatformState) -> None:
        self._state = state

    def call(self, handler: _Handler, *, is_open: bool = False) -> _Handler:
        """A route: the faults that are switched on, the token, then the call itself.

        ``is_open``: it needs neither a token nor a verified account.
        """

        async def answer(request: Request) -> Response:
            path, faults = request.url.path, self._state.faults
            await asyncio.sleep(faults.latency_s)
            drop = faults.take_drop()
            if drop is Drop.BEFORE:
                self._note(path, None)
                return _BrokenOff()
            try:
                if (failure := faults.take_failure(path)) is not None:
                    raise Refused(failure)
                if faults.refuses_address:
                    raise Refused(Code.ADDRESS_NOT_ALLOWED)
                if not is_open:
                    self._state.tokens.require(request.query_params.get("access_token"))
                    if not self._state.account.kind.may_send:
                        raise Refused(Code.NOT_PERMITTED)
                response, code = await handler(request), Code.OK
            except Refused as refused:
                response, code = _result(refused.code), refused.code
            self._note(path, code)
            return _BrokenOff() if drop is Drop.AFTER else response

        return answer

    def _note(self, path: str, code: Code | None) -> None:
        self._state.calls.append(Call(path, code, self._state.clock()))

    async def stable_token(self, request: Request) -> Response:
        body = await _json(request)
        if body.get("grant_type") != "client_credential":
            raise Refused(Code.INVALID_GRANT_TYPE)
        if body.get("appid") != self._state.account.app_id:
            raise Refused(Code.INVALID_APP_ID)
        if body.get("secret") != self._state.account.secret:
            raise Refused(Code.INVALID_SECRET)
        forced = body.get("force_refresh") is True
        token, expires_in = self._state.tokens.give(forced=forced)
        return JSONResponse({"access_token": token, "expires_in": expires_in})

    async def send(self, request: Request) -> Response:
        body = await _json(request)
        match body.get("msgtype"), body:
            case "text", {"text": {"content": str(content)}}:
                parts = text_parts(content)
            case "msgmenu", {"msgmenu": dict(menu)}:
                parts, content = _menu_message(menu)
            case _:
                raise Refused(Code.INVALID_MESSAGE_TYPE)
        if not content.strip():
            raise Refused(Code.EMPTY_TEXT)
        if len(content.encode()) > MESSAGE_MAX_BYTES:
            raise Refused(Code.TOO_LONG)
        at = self._state.clock()
        profile = self._state.recipient(str(body.get("touser")))
        profile.quota.take(at)
        profile.typing_until = None
        profile.screen.add(Shown(parts, By.CUSTOMER_SERVICE, at))
        return _result(Code.OK)

    async def typing(self, request: Request) -> Response:
        body = await _json(request)
        profile = self._state.recipient(str(body.get("touser")))
        at = self._state.clock()
        match body.get("command"):
            case "Typing":
                if profile.contact_at is None or at > profile.contact_at + _TYPING_AFTER_CONTACT:
                    raise Refused(Code.TYPING_TOO_LATE)
                if profile.typing_until is not None and at < profile.typing_until:
                    raise Refused(Code.ALREADY_TYPING)
                profile.typing_until = at + _TYPING_SHOWN
            case "CancelTyping":
                profile.typing_until = None
            case _:
                raise Refused(Code.INVALID_TYPING_COMMAND)
        return _result(Code.OK)

    async def media(self, request: Request) -> Response:
        media = self._state.media(request.query_params.get("media_id", ""))
        disposition = f'attachment; filename="{media.file_name}"'
        headers = {"Content-disposition": disposition}
        return Response(media.data, media_type=media.content_type, headers=headers)

    async def create_menu(self, request: Request) -> Response:
        menu = await _json(request)
        require_menu(menu)
        self._state.menu = menu
        return _result(Code.OK)

    async def get_menu(self, request: Request) -> Response:
        if self._state.menu is None:
            raise Refused(Code.NO_MENU)
        return JSONResponse({"menu": self._state.menu})


class _BrokenOff(Response):
    """An answer that announces more than it brings; the server closes the connection then."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refused(Code.INVALID_JSON) from None
    if not isinstance(body, dict):
        raise Refused(Code.INVALID_JSON)
    return body


def _menu_message(menu: dict[str, Any]) -> tuple[tuple[str | Link, ...], str]:
    """The parts and all the text of a menu message."""
    try:
        options = [(str(each["id"]), str(each["content"])) for each in menu["list"]]
    except (KeyError, TypeError):
        raise Refused(Code.INVALID_JSON) from None
    head, tail = str(menu.get("head_content", "")), str(menu.get("tail_content", ""))
    parts = menu_parts(head, options, tail)
    return parts, head + "".join(content for _, content in options) + tail


def _result(code: Code) -> Response:
    return JSONResponse({"errcode": code.value, "errmsg": MESSAGES[code]})
