"""The bot takes eight seconds: longer than the platform waits, with each kind of account."""

import asyncio
import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.choices import asks_to_view
from api.channels.wechat.simulator import Follower, SimulatedAccount, Simulator
from api.channels.wechat.simulator.screen import Link
from api.channels.wechat.simulator.serving import serving
from api.conversations.dialogue import HEALTH, WEBHOOK, new_client
from benchmarks import wechat_record
from benchmarks.wechat_product import gateway_beside, running
from benchmarks.wechat_record import Answers
from scripts.ephemeral import EphemeralProduct
from tests.development_questions import development_questions

FOLLOWERS: Final = 50
_DELAY_S: Final = 8.0
_BOT_HAS_S: Final = "20"
_TAPS_AT_MOST: Final = 8
_DRAINED_WITHIN_S: Final = 60
_NOTHING_MORE_FOR_S: Final = 8.0
"""The outbox is the second way of a reply, 6 s behind the first: it must not come twice."""


@dataclass(frozen=True, slots=True)
class Slow:
    """``taps``: how often followers had to tap. ``last_seen_s``: when the last one had it all."""

    account: str
    followers: int
    taps: int
    last_seen_s: float
    repeated: int
    answers: Answers

    @property
    def is_clean(self) -> bool:
        """Whether every follower got exactly one answer."""
        return self.answers.answered == self.followers and self.answers.are_complete


async def measure(data: Path) -> list[Slow]:
    """All kinds of accounts, one after the other, each with a gateway of its own."""
    secret = secrets.token_hex(32)
    product = EphemeralProduct.at(data, UNION_RASA_SECRET=secret, UNION_LOG_LEVEL="WARNING")
    async with (
        running(product, data),
        new_client() as client,
        serving(_slowed(client, product.environment["UNION_RASA_URLS"])) as bot,
    ):
        settings = {"UNION_RASA_URLS": bot, "UNION_RASA_TIMEOUT": _BOT_HAS_S}
        return [await _with_account(kind, product, data, settings) for kind in WechatAccount]


def _slowed(client: httpx2.AsyncClient, rasa: str) -> Starlette:
    """A server in front of the bot that passes its answers on late."""

    async def turn(request: Request) -> Response:
        body, authorization = await request.body(), request.headers["Authorization"]
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        _, answer = await asyncio.gather(
            asyncio.sleep(_DELAY_S), client.post(rasa + WEBHOOK, content=body, headers=headers)
        )
        return Response(answer.content, answer.status_code, media_type="application/json")

    async def health(_: Request) -> Response:
        return Response(status_code=(await client.get(rasa + HEALTH)).status_code)

    return Starlette(routes=[Route(WEBHOOK, turn, methods=["POST"]), Route(HEALTH, health)])


async def _with_account(
    kind: WechatAccount, product: EphemeralProduct, data: Path, settings: Mapping[str, str]
) -> Slow:
    own = data / kind
    own.mkdir()
    async with (
        Simulator(account=SimulatedAccount(kind=kind)) as simulator,
        gateway_beside(product, own, {**settings, **simulator.settings_env()}) as address,
    ):
        simulator.gateway_url = address
        followers = [simulator.follower() for _ in range(FOLLOWERS)]
        questions = itertools.cycle(question.text for question in development_questions("answer"))
        started = simulator.clock()
        taps = await asyncio.gather(*map(_ask_and_fetch, followers, questions))
        await wechat_record.drained(own / "gateway.db", within_s=_DRAINED_WITHIN_S)
        await asyncio.sleep(_NOTHING_MORE_FOR_S)
        last = max(follower.screen.shown[-1].at for follower in followers)
        return Slow(
            account=kind,
            followers=len(followers),
            taps=sum(taps),
            last_seen_s=round((last - started).total_seconds(), 1),
            repeated=sum(len(each.attempts) > 1 for each in simulator.state.deliveries),
            answers=wechat_record.answers_to(followers, own / "gateway.db"),
        )


async def _ask_and_fetch(follower: Follower, question: str) -> int:
    """Ask, and tap for as long as there is something to tap; returns how often."""
    await follower.text(question)
    taps = 0
    while taps < _TAPS_AT_MOST and (link := _to_tap(follower)) is not None:
        taps += 1
        await follower.tap(link)
    return taps


def _to_tap(follower: Follower) -> Link | None:
    """What the last message on the screen has to fetch more with."""
    if not follower.screen.shown:
        return None
    links = follower.screen.shown[-1].links
    return next((link for link in links if asks_to_view("", link.menu_id)), None)
