"""Nobody can do without end what needs no credentials, or guess them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from api.app import create_app
from api.security.access_table import ACCESS, Caller
from api.security.rate_limits import RULES, Per, RouteGroup
from api.settings import Settings

pytestmark = pytest.mark.anyio
_OPEN = (Caller.PUBLIC, Caller.ONE_TIME_KEY)
ATTACKER, WORKER = "192.0.2.1", "198.51.100.7"


@asynccontextmanager
async def _gateway(settings: Settings) -> AsyncIterator[dict[str, httpx2.AsyncClient]]:
    """The real gateway with its own limits, reached from two addresses."""
    app = create_app(settings.model_copy(update={"rate_limit_scale": 1}))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app, client=(ATTACKER, 1)), base_url="http://gateway"
        ) as attacker,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app, client=(WORKER, 1)), base_url="http://gateway"
        ) as worker,
    ):
        yield {ATTACKER: attacker, WORKER: worker}


def test_what_needs_no_credentials_and_changes_something_is_limited() -> None:
    unlimited = {
        key
        for key, access in ACCESS.items()
        if access.caller in _OPEN and key[0] not in ("GET", "MOUNT") and access.limit is None
    }
    assert unlimited == set()


def test_every_group_is_limited_by_address_or_by_what_is_guessed() -> None:
    assert set(RULES) == set(RouteGroup)
    for group, rules in RULES.items():
        assert {rule.per for rule in rules} & {Per.ADDRESS, Per.FOLLOWER}, group


async def test_a_flood_of_conversations_stops_and_others_go_on(settings: Settings) -> None:
    amount = RULES[RouteGroup.NEW_CONVERSATION][0].amount
    async with _gateway(settings) as clients:
        body = {"channel": "web"}
        answers = [
            # An attacker may claim any address; nobody said that there is a proxy.
            await clients[ATTACKER].post(
                "/api/v1/conversations", json=body, headers={"X-Forwarded-For": f"203.0.113.{n}"}
            )
            for n in range(amount + 1)
        ]
        assert [answer.status_code for answer in answers] == [201] * amount + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        other = await clients[WORKER].post("/api/v1/conversations", json=body)
        assert other.status_code == 201


async def test_passwords_cannot_be_guessed_under_many_names(settings: Settings) -> None:
    amount = next(rule.amount for rule in RULES[RouteGroup.LOGIN] if rule.per is Per.ADDRESS)
    async with _gateway(settings) as clients:
        answers = [
            # Without a password it is counted all the same, and costs no hashing.
            await clients[ATTACKER].post("/api/v1/staff/login", json={"username": f"user{n}"})
            for n in range(amount + 1)
        ]
    assert [answer.status_code for answer in answers] == [422] * amount + [429]


async def test_tokens_cannot_be_guessed_by_exporting(settings: Settings) -> None:
    amount = next(rule.amount for rule in RULES[RouteGroup.OWN_DATA] if rule.per is Per.ADDRESS)
    async with _gateway(settings) as clients:
        answers = [
            await clients[ATTACKER].get(
                "/api/v1/me/export", headers={"Authorization": f"Bearer guess{n}"}
            )
            for n in range(amount + 1)
        ]
    assert [answer.status_code for answer in answers] == [401] * amount + [429]


async def test_links_cannot_be_guessed(settings: Settings) -> None:
    amount = RULES[RouteGroup.VERIFICATION][0].amount
    async with _gateway(settings) as clients:
        answers = [
            await clients[ATTACKER].post(f"/verify/key{n}", data={"name": "张三"})
            for n in range(amount + 1)
        ]
    assert answers[-1].status_code == 429
    assert {answer.status_code for answer in answers[:-1]} == {303}
