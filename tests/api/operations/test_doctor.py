import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.conversations.dialogue import HEALTH, WEBHOOK, new_client
from api.operations.doctor import configuration, examination, peers, storage
from api.operations.doctor.finding import Finding, Grade
from api.settings import Settings
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage import schema
from api.storage.database import Database
from api.storage.models import OutboxItem, OutboxState, Role, now
from tests.api.fake_rasa import FakeRasa
from tests.api.operations.conftest import answering
from tests.redis_server import *  # noqa: F403 - the fixture of a server

pytestmark = pytest.mark.anyio
R, D, W = Grade.RIGHT, Grade.DOUBTFUL, Grade.WRONG
STRONG = {
    "env": "production",
    "secret_key": "s" * 32,
    "rasa_secret": "r" * 32,
    "member_keys": "m" * 32,
    "member_lookup_secret": "l" * 32,
    "public_url": "https://zhushou.example.org",
    "trusted_proxies": ["127.0.0.1/32"],
}


def grades(findings: list[Finding]) -> list[tuple[str, Grade]]:
    return [(finding.subject, finding.grade) for finding in findings]


def only(findings: list[Finding], grade: Grade) -> str:
    (found,) = [finding for finding in findings if finding.grade is grade]
    assert found.remedy, "says what is wrong, but not what to do"
    return found.says


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url)
    yield database
    await database.close()


# Settings


def test_a_production_with_secrets_of_its_own_is_right() -> None:
    findings = list(configuration.check_settings(Settings(**STRONG)))
    assert {grade for _, grade in grades(findings)} == {R}


def test_placeholders_are_wrong_also_in_development() -> None:
    findings = list(configuration.check_settings(Settings()))
    assert grades(findings).count(("secrets", W)) == 2
    assert ("environment", D) in grades(findings)


@pytest.mark.parametrize(
    ("change", "subject", "grade", "words"),
    [
        ({"public_url": "http://zhushou.example.org"}, "address", W, "without TLS"),
        ({"host": "0.0.0.0"}, "routes", D, "/metrics, /healthz and /readyz"),  # noqa: S104
        ({"rate_limit_scale": 0}, "limits", W, "are off"),
        ({"trusted_proxies": []}, "limits", D, "no proxy is trusted"),
        ({"log_level": "DEBUG"}, "log", D, "DEBUG"),
        ({"member_keys": None}, "secrets", D, "UNION_SECRET_KEY"),
    ],
)
def test_each_doubt_has_a_remedy(
    change: dict[str, object], subject: str, grade: Grade, words: str
) -> None:
    findings = list(configuration.check_settings(Settings(**STRONG | change)))
    found = [finding for finding in findings if finding.grade is not R]
    assert grades(found) == [(subject, grade)]
    assert words in found[0].says
    assert found[0].remedy


@pytest.mark.parametrize(
    ("url", "is_private"),
    [
        ("http://127.0.0.1:5005", True),
        ("http://10.0.0.7:5005", True),
        ("http://rasa:5005", True),
        ("http://rasa.internal:5005", True),
        ("http://rasa.example.org:5005", False),
        ("http://8.8.8.8:5005", False),
    ],
)
def test_rasa_must_not_be_public(url: str, is_private: bool) -> None:
    findings = list(configuration.check_peers_are_private(Settings(rasa_urls=url)))
    assert grades(findings) == [("routes", R if is_private else W)]


def test_the_account_is_looked_at() -> None:
    assert grades(list(configuration.check_wechat(Settings()))) == [("wechat", R)]
    plain = Settings(
        wechat_token="t", wechat_app_id="wx1234567890", wechat_api_base="http://evil.example"
    )
    findings = list(configuration.check_wechat(plain))
    assert [grade for _, grade in grades(findings)] == [D, D, W, R]
    assert not any("wx1234567890" in finding.says for finding in findings)


@pytest.mark.parametrize(
    ("today", "grade"),
    [(date(2024, 5, 1), R), (date(2100, 5, 1), W)],
)
def test_the_calendar_is_looked_at(today: date, grade: Grade) -> None:
    assert grades(list(configuration.check_calendar(today))) == [("calendar", grade)]


def test_next_year_is_missed_from_december(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_2026(day: date) -> None:
        if day.year != 2026:
            raise configuration.CalendarNotCoveredError(day.year)

    monkeypatch.setattr(configuration, "state_council", only_2026)
    assert grades(list(configuration.check_calendar(date(2026, 11, 30)))) == [("calendar", R)]
    assert grades(list(configuration.check_calendar(date(2026, 12, 1)))) == [("calendar", D)]


# The database and the disk


async def test_a_migrated_database_without_people(database: Database, settings: Settings) -> None:
    findings = [finding async for finding in storage.check_database(database, settings)]
    assert grades(findings) == [("database", R), ("clock", R), ("staff", W), ("deliveries", R)]


async def test_people_are_counted_by_what_they_may_do(
    database: Database, settings: Settings
) -> None:
    await Accounts(database, Passwords()).create("editor", "编辑", Role.EDITOR, "p4ssw0rd-long-1")
    findings = [finding async for finding in storage.check_database(database, settings)]
    staff = [finding for finding in findings if finding.subject == "staff"]
    assert [finding.grade for finding in staff] == [D, D, R]
    assert staff[2].says == "1 editor"


async def test_an_older_schema_is_wrong(database: Database, settings: Settings) -> None:
    await schema.downgrade(database, "0002")
    findings = [finding async for finding in storage.check_database(database, settings)]
    assert grades(findings) == [("database", W)]
    assert "migrate" in findings[0].remedy


async def test_deliveries_that_were_given_up_or_are_late(
    database: Database, settings: Settings
) -> None:
    async with database.write() as session:
        session.add(OutboxItem(adapter="webhook", payload={}, state=OutboxState.DEAD))
        session.add(OutboxItem(adapter="webhook", payload={}, due_at=now() - timedelta(minutes=30)))
    findings = [finding async for finding in storage.check_database(database, settings)]
    assert [finding.says for finding in findings if finding.subject == "deliveries"] == [
        "1 were given up",
        "the oldest is 30 minutes late",
    ]


async def test_postgres_tells_its_clock(migrated_postgres_url: str, settings: Settings) -> None:
    database = Database(migrated_postgres_url)
    findings = [finding async for finding in storage.check_database(database, settings)]
    await database.close()
    clock = next(finding for finding in findings if finding.subject == "clock")
    assert clock.grade is R
    assert "s apart" in clock.says


async def test_a_database_that_is_away_is_wrong(settings: Settings, unused_url: str) -> None:
    address = unused_url.removeprefix("http://")
    database = Database(f"postgresql+asyncpg://union:secret@{address}/gateway")
    findings = [finding async for finding in storage.check_database(database, settings)]
    await database.close()
    assert "secret" not in "".join(finding.line() for finding in findings)
    assert only(findings, W).startswith("not reachable")


def test_the_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    assert "open to every user" in only(list(storage.check_data_directory(tmp_path)), D)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(storage, "LOW_BYTES", 10**18)
    assert "GiB free" in only(list(storage.check_data_directory(tmp_path)), D)
    monkeypatch.setattr(storage, "FULL_BYTES", 10**18)
    assert "GiB free" in only(list(storage.check_data_directory(tmp_path)), W)
    assert "not writable" in only(list(storage.check_data_directory(tmp_path / "none")), W)


def test_without_an_index_it_says_how_to_build(tmp_path: Path) -> None:
    (finding,) = storage.check_index(tmp_path)
    assert (finding.grade, finding.remedy) == (W, "python -m knowledge_base build")


def test_backups_are_of_today(tmp_path: Path) -> None:
    at = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
    assert [finding.grade for finding in storage.check_backups(None, at)] == [D]
    assert [finding.grade for finding in storage.check_backups(tmp_path, at)] == [W]
    backup = tmp_path / "union-20261125T040000Z.tar"
    backup.touch()
    for hours, grade in ((25, R), (27, W)):
        moment = (at - timedelta(hours=hours)).timestamp()
        os.utime(backup, (moment, moment))
        assert [finding.grade for finding in storage.check_backups(tmp_path, at)] == [grade]


# Peers


@pytest.mark.parametrize(
    ("health", "webhook", "grade", "words"),
    [
        (200, 422, R, "takes the shared secret"),
        (200, 401, W, "does not take the shared secret"),
        (200, 404, W, "not the gateway channel"),
        (503, 422, W, "model is not loaded"),
    ],
)
async def test_rasa_is_asked_for_the_secret(
    health: int, webhook: int, grade: Grade, words: str
) -> None:
    async with (
        answering((f"GET {HEALTH}", health), (f"POST {WEBHOOK}", webhook)) as url,
        new_client() as client,
    ):
        settings = Settings(rasa_urls=[url])
        (finding,) = [finding async for finding in peers.check_rasa(client, settings)]
    assert finding.grade is grade
    assert words in finding.says


async def test_the_action_server_is_asked(unused_url: str) -> None:
    async with answering(("GET /health", 200)) as url, new_client() as client:
        for address, grade in ((url, R), (unused_url, W)):
            settings = Settings(actions_url=address)
            (finding,) = [found async for found in peers.check_actions(client, settings)]
            assert finding.grade is grade


async def test_redis_is_asked(redis_url: str, unused_url: str) -> None:
    away = unused_url.replace("http", "redis")
    for url, grade in ((None, R), (redis_url, R), (away, W)):
        (finding,) = [found async for found in peers.check_redis(Settings(redis_url=url))]
        assert finding.grade is grade


@pytest.mark.parametrize(
    ("status", "grade", "words"),
    [(200, R, "is up"), (401, R, "is up"), (404, D, "answers 404"), (503, D, "answers 503")],
)
async def test_the_collector_of_traces_is_asked(status: int, grade: Grade, words: str) -> None:
    async with answering(("POST /v1/traces", status)) as url, new_client() as client:
        settings = Settings(otlp_endpoint=url)
        (finding,) = [found async for found in peers.check_collector(client, settings)]
    assert (finding.subject, finding.grade) == ("tracing", grade)
    assert words in finding.says


async def test_traces_are_off_lost_or_impossible(
    unused_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(settings: Settings) -> Finding:
        async with new_client() as client:
            (finding,) = [each async for each in peers.check_collector(client, settings)]
        return finding

    assert (await found(Settings())).says == "off"
    away = await found(Settings(otlp_endpoint=unused_url))
    assert (away.grade, "does not answer" in away.says) == (D, True)
    monkeypatch.setitem(sys.modules, "tracing.exporting", None)
    missing = await found(Settings(otlp_endpoint=unused_url))
    assert missing.grade is W
    assert "requirements/tracing.lock" in missing.remedy


async def test_a_token_is_asked_for_only_with_an_account(
    database: Database, unused_url: str
) -> None:
    async with new_client() as client:
        none = peers.check_wechat_token(client, database, Settings())
        assert [finding async for finding in none] == []
        settings = Settings(
            wechat_token="t",
            wechat_app_id="wx1",
            wechat_app_secret="secret",
            wechat_api_base=unused_url,
        )
        findings = [found async for found in peers.check_wechat_token(client, database, settings)]
    assert grades(findings) == [("wechat", W)]
    assert "secret" not in findings[0].line().replace("AppSecret", "")


@pytest.mark.parametrize(("status", "grade"), [(404, R), (403, R), (200, W)])
async def test_the_public_address_hides_the_operators_routes(status: int, grade: Grade) -> None:
    answers = [(f"GET {path}", 404) for path in peers.PRIVATE_PATHS[1:]]
    async with answering(("GET /metrics", status), *answers) as url, new_client() as client:
        settings = Settings(public_url=url)
        (finding,) = [found async for found in peers.check_public_routes(client, settings)]
    assert finding.grade is grade


# Everything together


@pytest.fixture
def examined(settings: Settings, rasa: FakeRasa) -> Settings:
    """Rasa refuses a message without a sender."""
    rasa.answer = lambda _: b"{}"
    return settings


async def test_settings_that_cannot_be_read_are_findings() -> None:
    findings = await examination.examine({}, load=lambda: Settings(env="production", port=99999))
    assert {finding.grade for finding in findings} == {W}
    assert any("UNION_PORT" in finding.says for finding in findings)


async def test_all_checks_come_to_an_end(examined: Settings) -> None:
    findings = await examination.examine({}, load=lambda: examined)
    assert {finding.subject for finding in findings} >= {
        "environment", "secrets", "address", "routes", "limits", "log", "data", "database",
        "clock", "staff", "deliveries", "rasa", "actions", "index", "redis", "tracing", "wechat",
        "calendar", "backups",
    }  # fmt: skip
    assert examination.exit_status(findings) == 1
    assert json.loads(examination.as_json(findings))["healthy"] is False
    assert len(examination.as_text(findings).splitlines()) == len(findings)


async def test_looking_creates_no_database(examined: Settings, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'none' / 'gateway.db'}"
    away = examined.model_copy(update={"database_url": url})
    findings = await examination.examine({}, load=lambda: away)
    assert ("database", W) in grades(findings)
    assert not await asyncio.to_thread((tmp_path / "none").exists)


async def test_a_check_that_fails_is_a_finding(
    examined: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Settings) -> list[Finding]:
        raise KeyError("a worker's words")

    monkeypatch.setattr(configuration, "check_wechat", fail)
    findings = await examination.examine({}, load=lambda: examined)
    (broken,) = [finding for finding in findings if finding.subject == "wechat"]
    assert broken.says == "cannot be checked (KeyError)"


def test_only_what_is_wrong_fails() -> None:
    finding = Finding("a", D, "b", "c")
    assert examination.exit_status([finding]) == 0
    assert finding.line() == "!  a            b → c"
