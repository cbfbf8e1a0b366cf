"""Deliveries to the gateway: five seconds each, three at the most.

Source: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/
Passive_user_reply_message.html
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import httpx2

from api.channels.wechat.simulator.account import SimulatedAccount
from api.channels.wechat.simulator.envelope import Envelope
from api.channels.wechat.simulator.faults import Faults
from api.channels.wechat.simulator.messages import Push
from api.channels.wechat.simulator.replies import (
    InvalidReplyError,
    is_acknowledgement,
    require_reply,
)

LIMIT_S: Final = 5.0
MAX_DELIVERIES: Final = 3
PATH: Final = "/wechat"


class Outcome(StrEnum):
    """What became of one delivery."""

    REPLIED = "replied"
    ACKNOWLEDGED = "acknowledged"
    """``success`` or nothing: the gateway has it."""
    INVALID = "invalid"
    """An answer that is none of the above."""
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    """No connection, or one that broke off."""


_REPEATED: Final = frozenset({Outcome.TIMED_OUT, Outcome.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery. ``reply``: the fields of a passive reply. ``problem``: why it is invalid."""

    outcome: Outcome
    seconds: float
    status: int | None = None
    body: bytes = b""
    reply: Mapping[str, str] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message with its one to three deliveries."""

    push: Push
    attempts: tuple[Attempt, ...]

    @property
    def outcome(self) -> Outcome:
        """Of the last one."""
        return self.attempts[-1].outcome

    @property
    def is_fault(self) -> bool:
        """Whether the platform tells the follower that the account is out of order."""
        return self.outcome not in (Outcome.REPLIED, Outcome.ACKNOWLEDGED)


class Deliverer:
    """Brings pushes to the gateway as the platform does. ``gateway_url`` may change meanwhile."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        account: SimulatedAccount,
        envelope: Envelope,
        faults: Faults,
        *,
        gateway_url: str,
        limit_s: float,
    ) -> None:
        self._client = client
        self._account = account
        self._envelope = envelope
        self._faults = faults
        self.gateway_url = gateway_url
        self._limit_s = limit_s

    async def deliver(self, push: Push) -> Delivery:
        """Deliver until there is an answer, three times at the most."""
        attempts: list[Attempt] = []
        while len(attempts) < MAX_DELIVERIES:
            attempts.append(attempt := await self.attempt(push))
            if attempt.outcome not in _REPEATED:
                break
            if attempt.outcome is Outcome.UNREACHABLE and len(attempts) < MAX_DELIVERIES:
                # The platform does not hurry: a gateway that restarts has the time of two limits.
                await asyncio.sleep(max(0.0, self._limit_s - attempt.seconds))
        return Delivery(push, tuple(attempts))

    async def attempt(self, push: Push) -> Attempt:
        """Deliver once, signed afresh. The connection is dropped when the limit has passed."""
        sealed = self._envelope.seal(push)
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self._limit_s):
                response = await self._client.post(
                    self.gateway_url + PATH,
                    params=sealed.query,
                    content=sealed.body,
                    headers={"Content-Type": "text/xml"},
                )
                await self._way_back()
        except TimeoutError:
            return Attempt(Outcome.TIMED_OUT, loop.time() - started)
        except httpx2.TransportError as error:
            problem = type(error).__name__
            return Attempt(Outcome.UNREACHABLE, loop.time() - started, problem=problem)
        return self._judge(push, response, loop.time() - started)

    async def verify(self) -> bool:
        """Ask whether the address is the account's, as the platform does when it is entered.

        Raises ``httpx2.TransportError`` where nobody listens.
        """
        query = self._envelope.query()
        echo = f"echo{query['nonce']}"
        response = await self._client.get(self.gateway_url + PATH, params=query | {"echostr": echo})
        return response.status_code == 200 and response.text == echo

    async def _way_back(self) -> None:
        if self._faults.take_lost_answer():
            await asyncio.Event().wait()
        await asyncio.sleep(self._faults.answer_delay_s)

    def _judge(self, push: Push, response: httpx2.Response, seconds: float) -> Attempt:
        status, body = response.status_code, response.content
        if status != 200:
            return Attempt(Outcome.INVALID, seconds, status, body, problem=f"status {status}")
        if is_acknowledgement(body):
            return Attempt(Outcome.ACKNOWLEDGED, seconds, status, body)
        try:
            reply = self._envelope.open(body)
            require_reply(reply, self._account, push.openid)
        except InvalidReplyError as error:
            return Attempt(Outcome.INVALID, seconds, status, body, problem=str(error))
        return Attempt(Outcome.REPLIED, seconds, status, body, reply)
