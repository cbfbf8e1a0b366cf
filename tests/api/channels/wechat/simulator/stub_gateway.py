"""A gateway that answers as a test wants, with the second implementation of the protocol."""

import asyncio
from collections.abc import Callable
from typing import Any

import wechatpy
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from wechatpy.crypto import WeChatCrypto
from wechatpy.messages import BaseMessage
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from api.channels.wechat.simulator import Mode, SimulatedAccount

Answer = Callable[[BaseMessage], str | bytes | Response]


class StubGateway:
    """``answer``: text becomes a passive reply, bytes are the body, a response is itself."""

    def __init__(self, account: SimulatedAccount) -> None:
        self.account = account
        self.crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
        self.received: list[BaseMessage] = []
        self.queries: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.answer: Answer = lambda message: b"success"
        self.gate = asyncio.Event()
        self.gate.set()
        self.app = Starlette(
            routes=[
                Route("/wechat", self._verify, methods=["GET"]),
                Route("/wechat", self._receive, methods=["POST"]),
                Route("/api/v1/staff/{path:path}", self._staff, methods=["GET", "POST"]),
            ]
        )
        self.staff: Callable[[str, Any], Response] = lambda path, body: Response(status_code=204)
        self.staff_calls: list[tuple[str, Any]] = []

    def hold(self) -> None:
        """Answer nothing until ``gate`` is set."""
        self.gate.clear()

    @property
    def contents(self) -> list[str]:
        return [message.content for message in self.received]

    @property
    def kinds(self) -> list[str]:
        """Types of messages, events of events."""
        return [getattr(message, "event", message.type) for message in self.received]

    async def _verify(self, request: Request) -> Response:
        query = request.query_params
        check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
        return PlainTextResponse(query["echostr"])

    async def _receive(self, request: Request) -> Response:
        query, body = dict(request.query_params), await request.body()
        self.queries.append(query)
        self.bodies.append(body)
        check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
        if self.account.mode is Mode.PLAIN:
            xml = body.decode()
        else:
            xml = self.crypto.decrypt_message(
                body.decode(), query["msg_signature"], query["timestamp"], query["nonce"]
            )
        message = wechatpy.parse_message(xml)
        self.received.append(message)
        await self.gate.wait()
        answer = self.answer(message)
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, bytes):
            return Response(answer)
        reply = TextReply(content=answer, message=message).render()
        if self.account.mode is not Mode.PLAIN:
            reply = self.crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
        return Response(reply, media_type="application/xml")

    async def _staff(self, request: Request) -> Response:
        path = request.path_params["path"]
        body = await request.json() if await request.body() else None
        self.staff_calls.append((path, body))
        if path == "login":
            if body["password"] != "right":
                return JSONResponse({"error": {"message": "用户名或密码不对"}}, status_code=401)
            return JSONResponse({"token": "t"})
        return self.staff(path, body)
