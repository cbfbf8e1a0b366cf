import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from api.channels.wechat.access_token import TASK_NAME, AccessTokens
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.channels.wechat.token_store import EARLY, LEASE, Lease, TokenStore
from api.storage.models import WechatToken
from tests.api.channels.wechat import api_server
from tests.api.channels.wechat.api_server import STABLE_TOKEN, Answer, ApiServer, error
from tests.api.channels.wechat.gateways import APP_ID, SECRET, Gateways, gateways

pytestmark = pytest.mark.anyio
LIFETIME = timedelta(seconds=7200)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("migrated_postgres_url")
        return url
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return f"sqlite+aiosqlite:///{tmp_path}/gateway.db"


@pytest.fixture
async def api() -> AsyncIterator[ApiServer]:
    async with api_server.running() as running:
        yield running


@pytest.fixture
async def office(url: str, api: ApiServer) -> AsyncIterator[Gateways]:
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=None, verify=False) as client,
        gateways(url, api, client) as office,
    ):
        yield office


@pytest.fixture
def tokens(office: Gateways) -> AccessTokens:
    return office.start()


async def row_of(office: Gateways) -> WechatToken:
    async with office.database().read() as session:
        return (await session.scalars(select(WechatToken))).one()


async def background_work() -> None:
    """Wait until nobody fetches."""
    tasks = [task for task in asyncio.all_tasks() if task.get_name() == TASK_NAME]
    await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)


async def test_the_first_token_is_asked_for_as_documented(
    tokens: AccessTokens, api: ApiServer
) -> None:
    assert await tokens.get() == api.token(1)
    [request] = api.requests
    assert (request.method, request.path, request.query) == ("POST", STABLE_TOKEN, {})
    assert request.json == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": SECRET,
        "force_refresh": False,
    }


async def test_a_fresh_token_is_not_asked_for_again(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    office.clock.advance(LIFETIME - EARLY - timedelta(seconds=1))
    assert await tokens.get() == first
    assert len(api.requests) == 1


async def test_many_callers_make_one_call(tokens: AccessTokens, api: ApiServer) -> None:
    assert set(await asyncio.gather(*(tokens.get() for _ in range(20)))) == {api.token(1)}
    assert len(api.requests) == 1


async def test_a_caller_who_is_called_off_does_not_end_the_fetch_of_others(
    tokens: AccessTokens, api: ApiServer
) -> None:
    api.gate.clear()
    impatient = asyncio.create_task(tokens.get())
    patient = asyncio.create_task(tokens.get())
    await api.got(1)
    impatient.cancel()
    await asyncio.sleep(0)
    api.gate.set()
    assert await patient == api.token(1)
    assert len(api.requests) == 1


async def test_an_ageing_token_is_replaced_while_it_goes_on_being_used(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    office.clock.advance(LIFETIME - EARLY)
    api.gate.clear()
    assert [await tokens.get() for _ in range(3)] == [first] * 3  # nobody waits
    api.gate.set()
    await background_work()
    assert await tokens.get() == api.token(2)
    assert api.forced == [False, False]


async def test_a_platform_that_fails_early_is_left_alone_for_a_while(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    office.clock.advance(LIFETIME - EARLY)
    api.will(STABLE_TOKEN, error(-1))
    assert await tokens.get() == first
    await background_work()
    for _ in range(20):
        assert await tokens.get() == first
    assert len(api.requests) == 2
    office.clock.advance(timedelta(seconds=10))
    assert await tokens.get() == first
    await background_work()
    assert await tokens.get() == api.token(3)


async def test_an_expired_token_is_waited_for(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    await tokens.get()
    office.clock.advance(LIFETIME)
    assert await tokens.get() == api.token(2)


async def test_a_token_survives_a_restart(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    assert await office.start().get() == first
    assert len(api.requests) == 1


async def test_an_ageing_token_is_not_waited_for_after_a_restart(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    office.clock.advance(LIFETIME - EARLY)
    api.gate.clear()
    restarted = office.start()
    assert await restarted.get() == first
    api.gate.set()
    await background_work()
    assert await restarted.get() == api.token(2)


async def test_what_is_stored_tells_nobody(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    await tokens.get()
    assert "token-1" not in (await row_of(office)).token
    assert await office.start(secret_key="another").get() == api.token(2)  # cannot read it


async def test_accounts_have_tokens_of_their_own(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    assert await office.start(app_id="wx-another").get() == api.token(2)
    assert await tokens.get() == first


async def test_gateways_that_begin_together_make_one_call(api: ApiServer, office: Gateways) -> None:
    started = [office.start(pause=lambda _: asyncio.sleep(0.01)) for _ in range(4)]
    got = await asyncio.gather(*(tokens.get() for tokens in started for _ in range(5)))
    assert set(got) == {api.token(1)}
    assert len(api.requests) == 1


async def test_gateways_go_on_with_the_old_token_while_one_fetches(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    other = office.start()
    first = await tokens.get()
    assert await other.get() == first
    office.clock.advance(LIFETIME - EARLY)
    api.gate.clear()
    await tokens.get()
    await api.got(2)
    assert await other.get() == first
    api.gate.set()
    await background_work()
    assert await tokens.get() == api.token(2)
    office.clock.advance(timedelta(seconds=10))
    await other.get()
    await background_work()
    assert await other.get() == api.token(2)
    assert len(api.requests) == 2
    assert office.pauses == []


async def test_waiting_for_another_gateway_has_an_end(api: ApiServer, office: Gateways) -> None:
    assert isinstance(await store_of(office).claim(None, office.clock()), Lease)
    with pytest.raises(PlatformError) as caught:
        await office.start().get()
    assert caught.value.outcome is PlatformOutcome.UNREACHABLE
    assert 3 < sum(office.pauses) < 10
    assert api.requests == []


async def test_the_lease_of_a_gateway_that_died_runs_out(api: ApiServer, office: Gateways) -> None:
    await store_of(office).claim(None, office.clock())
    office.clock.advance(LEASE)
    assert await office.start().get() == api.token(1)


async def test_the_lease_of_a_clock_that_has_gone_back_holds_nothing_up(
    api: ApiServer, office: Gateways
) -> None:
    office.clock.advance(timedelta(hours=1))
    await store_of(office).claim(None, office.clock())
    office.clock.advance(timedelta(hours=-1))
    assert await office.start().get() == api.token(1)


async def test_who_loses_the_lease_meanwhile_takes_what_the_other_has_brought(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    api.gate.clear()
    slow = asyncio.create_task(tokens.get())
    await api.got(1)
    office.clock.advance(LEASE)
    quick = asyncio.create_task(office.start().get())
    await api.got(2)
    api.gate.set()
    assert await slow == await quick == await office.start().get()


async def test_a_rejected_token_is_replaced_by_force(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    first = await tokens.get()
    renewed = await asyncio.gather(*(tokens.renew(first) for _ in range(10)))
    assert set(renewed) == {api.token(2)}
    assert await tokens.get() == api.token(2)
    assert api.forced == [False, True]


async def test_a_token_that_was_replaced_already_is_not_forced(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    other = office.start()
    first = await tokens.get()
    await other.get()
    second = await tokens.renew(first)
    assert await other.get() == first  # does not know yet
    assert await other.renew(first) == second
    assert await tokens.renew(first) == second
    assert api.forced == [False, True]


async def test_gateways_that_are_rejected_together_force_once(
    api: ApiServer, office: Gateways
) -> None:
    started = [office.start(pause=lambda _: asyncio.sleep(0.01)) for _ in range(3)]
    first = await started[0].get()
    renewed = await asyncio.gather(*(tokens.renew(first) for tokens in started))
    assert set(renewed) == {api.token(2)}
    assert api.forced == [False, True]


async def test_forcing_is_thirty_seconds_apart(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    second = await tokens.renew(await tokens.get())
    office.clock.advance(timedelta(seconds=29))
    third = await tokens.renew(second)
    office.clock.advance(timedelta(seconds=1))
    await tokens.renew(third)
    assert api.forced == [False, True, False, True]


async def test_forcing_is_twenty_times_a_day_in_china(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    office.clock.time = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    token = await tokens.get()
    for _ in range(22):
        office.clock.advance(timedelta(seconds=31))
        token = await tokens.renew(token)
    assert api.forced == [False] + [True] * 20 + [False] * 2
    office.clock.time = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    await tokens.renew(token)
    assert api.forced[-1] is True
    assert (await row_of(office)).forced_count == 1


@pytest.mark.parametrize(
    ("errcode", "outcome"),
    [
        (40164, PlatformOutcome.ADDRESS_NOT_ALLOWED),
        (40001, PlatformOutcome.TOKEN_REJECTED),
        (40125, PlatformOutcome.TOKEN_REJECTED),
        (40013, PlatformOutcome.TOKEN_REJECTED),
        (45009, PlatformOutcome.TOO_FREQUENT),
        (45011, PlatformOutcome.TOO_FREQUENT),
        (-1, PlatformOutcome.BUSY),
        (50004, PlatformOutcome.REFUSED),
    ],
)
async def test_a_refusal_is_told_and_logged_without_secrets(
    tokens: AccessTokens,
    api: ApiServer,
    office: Gateways,
    caplog: pytest.LogCaptureFixture,
    errcode: int,
    outcome: PlatformOutcome,
) -> None:
    api.will(STABLE_TOKEN, error(errcode))
    with caplog.at_level(logging.INFO, "api"), pytest.raises(PlatformError) as caught:
        await tokens.get()
    assert (caught.value.outcome, caught.value.errcode) == (outcome, errcode)
    [record] = [each for each in caplog.records if each.name.startswith("api.")]
    logged = str(vars(record))
    assert str(errcode) in logged
    assert outcome.explanation in logged
    assert SECRET not in logged
    assert "quotes" not in logged
    # A refusal is believed for a moment; then the lease is free for another attempt.
    with pytest.raises(PlatformError, match=outcome.explanation[:20]):
        await tokens.get()
    assert len(api.requests) == 1
    office.clock.advance(timedelta(seconds=3))
    assert await tokens.get() == api.token(2)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>", content_type="text/html"),
        Answer(b"[]"),
        Answer(b"{}"),
        Answer(b'{"access_token":""}'),
        Answer(b'{"access_token":"t"}'),
        Answer(b'{"access_token":"t","expires_in":0}'),
        Answer(b'{"access_token":7,"expires_in":7200}'),
        Answer(b'{"access_token":"t","expires_in":7200}', status="502 Bad Gateway"),
        Answer(b"", status="302 Found\r\nLocation: http://127.0.0.1:1/"),
    ],
)
async def test_an_answer_without_a_token_is_none(
    tokens: AccessTokens, api: ApiServer, answer: Answer
) -> None:
    api.will(STABLE_TOKEN, answer)
    with pytest.raises(PlatformError) as caught:
        await tokens.get()
    assert caught.value.outcome is PlatformOutcome.UNREACHABLE


async def test_a_lifetime_beyond_the_documented_one_is_not_believed(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    api.expires_in = 10**12
    await tokens.get()
    office.clock.advance(LIFETIME)
    assert await tokens.get() == api.token(2)


async def test_silence_is_a_failure(api: ApiServer, office: Gateways) -> None:
    api.is_silent = True
    with pytest.raises(PlatformError) as caught:
        await office.start(timeout_s=0.05).get()
    assert caught.value.outcome is PlatformOutcome.UNREACHABLE


async def test_nobody_there_is_a_failure(office: Gateways, unused_url: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await office.start(api_base=unused_url).get()
    assert caught.value.outcome is PlatformOutcome.UNREACHABLE


async def test_no_transaction_is_open_while_a_token_is_fetched(
    tokens: AccessTokens, api: ApiServer, office: Gateways
) -> None:
    api.gate.clear()
    waiting = asyncio.create_task(tokens.get())
    await api.got(1)
    async with asyncio.timeout(3), office.database().write() as session:
        await session.execute(select(WechatToken).with_for_update())
    api.gate.set()
    await waiting


async def test_closing_ends_a_fetch(tokens: AccessTokens, api: ApiServer) -> None:
    api.gate.clear()
    waiting = asyncio.create_task(tokens.get())
    await api.got(1)
    await tokens.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def store_of(office: Gateways) -> TokenStore:
    return TokenStore(office.database(), APP_ID, "key")
