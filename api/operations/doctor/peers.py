"""The programs that the gateway talks to. Nothing that is asked here leaves a trace there."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx2
import redis.asyncio
from redis.exceptions import RedisError

import tracing
from api.channels.wechat.access_token import AccessTokens
from api.channels.wechat.platform_errors import PlatformError
from api.conversations.dialogue import HEALTH, WEBHOOK, is_up
from api.operations.doctor.finding import Finding, doubtful, right, wrong
from api.settings import Settings
from api.storage.database import Database

WITHIN_S = 5.0
PRIVATE_PATHS = ("/metrics", "/healthz", "/readyz", "/openapi.json")
_WANTS_HEADERS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_HIDDEN = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


async def check_rasa(client: httpx2.AsyncClient, settings: Settings) -> AsyncIterator[Finding]:
    """Each server is up and takes the shared secret."""
    for url in settings.rasa_urls:
        if not await is_up(client, url + HEALTH, WITHIN_S):
            yield wrong(
                "rasa",
                f"{url} does not answer, or its model is not loaded",
                "start it (bot/start.py) and read its log; until then people get all cases",
            )
            continue
        # Without a sender: the secret is looked at, then the message is refused.
        status = await _status_of(client, settings, url)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            yield right("rasa", f"{url} is up and takes the shared secret")
        elif status == HTTPStatus.UNAUTHORIZED:
            yield wrong(
                "rasa",
                f"{url} does not take the shared secret",
                "set the same UNION_RASA_SECRET for the gateway and for Rasa",
            )
        else:
            yield wrong(
                "rasa",
                f"{url} answers {status or 'nothing'}: not the gateway channel",
                "start Rasa with bot/start.py, and check UNION_RASA_URLS",
            )


async def _status_of(client: httpx2.AsyncClient, settings: Settings, url: str) -> int | None:
    secret = settings.rasa_secret.get_secret_value()
    try:
        async with asyncio.timeout(WITHIN_S):
            response = await client.post(
                url + WEBHOOK, json={}, headers={"Authorization": f"Bearer {secret}"}
            )
    except (httpx2.HTTPError, TimeoutError):
        return None
    return response.status_code


async def check_actions(client: httpx2.AsyncClient, settings: Settings) -> AsyncIterator[Finding]:
    """The action server is up."""
    if await is_up(client, settings.actions_url + "/health", WITHIN_S):
        yield right("actions", f"{settings.actions_url} is up")
    else:
        yield wrong(
            "actions",
            f"{settings.actions_url} does not answer",
            "start it (python -m actions) and read its log; it needs the index and the encoder",
        )


async def check_redis(settings: Settings) -> AsyncIterator[Finding]:
    """Redis answers, if there is one."""
    if settings.redis_url is None:
        yield right("redis", "none: one gateway")
        return
    try:
        client = redis.asyncio.from_url(
            settings.redis_url.get_secret_value(), socket_timeout=WITHIN_S
        )
        async with client:
            await client.ping()
    except (RedisError, OSError, ValueError) as error:
        yield wrong(
            "redis",
            f"does not answer ({type(error).__name__})",
            "check UNION_REDIS_URL; without it colleagues and workers on different gateways see"
            " each other's messages late",
        )
        return
    yield right("redis", "answers")


async def check_collector(client: httpx2.AsyncClient, settings: Settings) -> AsyncIterator[Finding]:
    """Traces can be made and are taken. Only traces are lost without it, so nothing else is wrong
    while it is away."""
    if settings.otlp_endpoint is None:
        yield right("tracing", "off")
        return
    try:
        tracing.check_installed()
    except tracing.TracingUnavailableError as error:
        yield wrong("tracing", "the packages for traces are not installed", error.remedy)
        return
    try:
        async with asyncio.timeout(WITHIN_S):
            # An empty message of Protocol Buffers is a valid export of no spans.
            response = await client.post(
                settings.otlp_endpoint + tracing.TRACES,
                headers={"Content-Type": "application/x-protobuf"},
            )
        says = f"the collector answers {response.status_code}"
        # Its headers (OTEL_EXPORTER_OTLP_HEADERS) are not sent from here.
        takes = response.is_success or response.status_code in _WANTS_HEADERS
    except (httpx2.HTTPError, TimeoutError) as error:
        says, takes = f"the collector does not answer ({type(error).__name__})", False
    if takes:
        yield right("tracing", "the collector is up")
    else:
        yield doubtful("tracing", says, "check UNION_OTLP_ENDPOINT; until then traces are lost")


async def check_wechat_token(
    client: httpx2.AsyncClient, database: Database, settings: Settings
) -> AsyncIterator[Finding]:
    """A token can be had. The platform gives the one that is in use: nothing becomes invalid."""
    if settings.wechat_token is None or settings.wechat_app_secret is None:
        return
    tokens = AccessTokens(
        database,
        client,
        api_base=settings.wechat_api_base,
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret.get_secret_value(),
        secret_key=settings.secret_key.get_secret_value(),
    )
    try:
        await tokens.get()
    except PlatformError as error:
        yield wrong(
            "wechat",
            f"no access token: {error.outcome.explanation} (errcode {error.errcode})",
            "check AppID, AppSecret and the platform's IP allow list (docs/wechat.md)",
        )
    else:
        yield right("wechat", "an access token can be had")
    finally:
        await tokens.close()


async def check_public_routes(
    client: httpx2.AsyncClient, settings: Settings
) -> AsyncIterator[Finding]:
    """From outside, the routes of operators are hidden."""
    shown = []
    for path in PRIVATE_PATHS:
        try:
            async with asyncio.timeout(WITHIN_S):
                response = await client.get(settings.public_url + path)
        except (httpx2.HTTPError, TimeoutError) as error:
            yield doubtful(
                "routes",
                f"{settings.public_url} cannot be reached from here ({type(error).__name__})",
                "ask it from outside: /metrics, /healthz and /readyz must be 404",
            )
            return
        if response.status_code not in _HIDDEN:
            shown.append(path)
    if shown:
        yield wrong(
            "routes",
            f"everybody can read {', '.join(shown)} at {settings.public_url}",
            "have the reverse proxy answer 404 there (deploy/nginx)",
        )
    else:
        yield right("routes", f"{settings.public_url} hides what is the operator's")
