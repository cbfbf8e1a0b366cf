"""A colleague at the service centre, over the staff API (design §4.5)."""

from contextlib import suppress
from typing import Any, Final, Self

import httpx2

from api.storage.models import Channel, new_id

_PATH: Final = "/api/v1/staff"
_TIMEOUT_S: Final = 10.0


class StaffError(Exception):
    """The staff API refuses. ``status``: of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class NobodyWaitsError(Exception):
    """There is no case to take."""


class Desk:
    """Somebody who is logged in, with at most one case.

    All methods but ``close`` raise ``StaffError``, and ``httpx2.TransportError`` where the gateway
    is away.
    """

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self._case = ""

    @classmethod
    async def log_in(cls, gateway_url: str, username: str, password: str) -> Self:
        """Log in; ``close`` it in the end."""
        client = httpx2.AsyncClient(base_url=gateway_url, trust_env=False, timeout=_TIMEOUT_S)
        desk = cls(client)
        try:
            login = {"username": username, "password": password}
            token = (await desk._call("POST", "/login", login))["token"]
        except BaseException:
            await client.aclose()
            raise
        client.headers["Authorization"] = f"Bearer {token}"
        return desk

    async def close(self) -> None:
        """Log out, if the gateway is there to hear it."""
        try:
            with suppress(StaffError, httpx2.TransportError):
                await self._call("POST", "/logout")
        finally:
            await self._client.aclose()

    async def claim(self) -> None:
        """Take the newest case that came by WeChat. Raises ``NobodyWaitsError``."""
        cases = (await self._call("GET", "/conversations"))["cases"]
        free = [
            case
            for case in cases
            if case["channel"] == Channel.WECHAT and case["claimed_by"] is None
        ]
        if not free:
            raise NobodyWaitsError
        self._case = max(free, key=lambda case: str(case["waiting_since"]))["conversation_id"]
        await self._act("claim")

    async def say(self, text: str) -> None:
        """Write to the worker."""
        await self._act("messages", {"text": text, "client_message_id": new_id()})

    async def resolve(self, outcome: str) -> None:
        """Finish the case."""
        await self._act("resolve", {"outcome": outcome})

    async def _act(self, action: str, body: dict[str, str] | None = None) -> None:
        await self._call("POST", f"/conversations/{self._case}/{action}", body)

    async def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        response = await self._client.request(method, _PATH + path, json=body)
        if response.is_success:
            return response.json() if response.content else None
        try:
            message = str(response.json()["error"]["message"])
        except (ValueError, KeyError, TypeError):
            message = response.reason_phrase
        raise StaffError(response.status_code, message)
