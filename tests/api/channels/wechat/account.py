"""A gateway with an Official Account, and followers who write to it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx2
from pydantic import SecretStr

from api.channels.wechat import xml
from api.settings import Settings
from tests.api import gateway
from tests.api.channels.wechat import platform_requests as requests

_ids = count(25_373_744_922_163_000)
_nonces = count(1)


def with_account(settings: Settings, **more: Any) -> Settings:
    """The settings with an unverified account in plain mode."""
    account = {
        "wechat_token": SecretStr(requests.TOKEN),
        "wechat_app_id": requests.APP_ID,
    }
    return settings.model_copy(update=account | more)


class Follower:
    """Somebody who follows the account."""

    def __init__(self, client: httpx2.AsyncClient, openid: str = requests.OPENID) -> None:
        self._client = client
        self.openid = openid

    def text_fields(self, content: str, **more: str | int) -> requests.Fields:
        return requests.text_message(
            content,
            **{"FromUserName": self.openid, "CreateTime": int(time.time()), "MsgId": next(_ids)}
            | more,
        )

    async def deliver(self, fields: requests.Fields) -> str:
        """What the platform would show, empty for ``success``."""
        body = xml.build(fields)
        query = requests.query(int(time.time()), nonce=str(next(_nonces)))
        response = await self._client.post("/wechat", params=query, content=body)
        assert response.status_code == 200, response.text
        if response.content == b"success":
            return ""
        shown = xml.parse(response.content, 65536)
        assert shown["MsgType"] == "text"
        assert shown["ToUserName"] == self.openid
        assert len(shown["Content"].encode()) <= 2048
        return shown["Content"]

    async def says(self, content: str, **more: str | int) -> str:
        return await self.deliver(self.text_fields(content, **more))

    async def does(self, event: str, **more: str | int) -> str:
        fields = requests.event(
            event, **{"FromUserName": self.openid, "CreateTime": int(time.time())} | more
        )
        return await self.deliver(fields)

    async def sends(self, kind: str, **more: str | int) -> str:
        fields = self.text_fields("", MsgType=kind, **more)
        del fields["Content"]
        return await self.deliver(fields)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[gateway.Gateway]:
    async with gateway.running(settings) as running_gateway:
        yield running_gateway
