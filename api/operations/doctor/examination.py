"""All checks, one after another; one that fails by itself is a finding, too."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError

from api.conversations.dialogue import new_client
from api.operations.doctor import configuration, peers, storage
from api.operations.doctor.finding import Finding, Grade, wrong
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import now
from knowledge_base.paths import index_directory

BACKUP_VARIABLE = "UNION_BACKUP_DIR"
Check: TypeAlias = tuple[str, Callable[[], AsyncIterator[Finding] | Iterable[Finding]]]


async def examine(
    environment: Mapping[str, str],
    *,
    online: bool = False,
    load: Callable[[], Settings] = Settings,
    clock: Callable[[], datetime] = now,
) -> list[Finding]:
    """Everything there is to say. ``online``: also ask WeChat and the public address."""
    try:
        settings = load()
    except ValidationError as error:
        return [
            wrong("settings", _problem(problem["loc"], problem["msg"]), "correct it in .env")
            for problem in error.errors()
        ]
    backups = environment.get(BACKUP_VARIABLE)
    # Not created by looking: a database that is not there is a finding.
    database = None if _is_missing(settings) else Database(settings.database_url)
    client = new_client()
    checks: list[Check] = [
        ("settings", lambda: configuration.check_settings(settings)),
        ("routes", lambda: configuration.check_peers_are_private(settings)),
        ("data", lambda: storage.check_data_directory(settings.data_dir)),
    ]
    if database is not None:
        known = database
        checks.append(("database", lambda: storage.check_database(known, settings)))
    else:
        checks.append(("database", lambda: [_no_database(settings)]))
    checks += [
        ("rasa", lambda: peers.check_rasa(client, settings)),
        ("actions", lambda: peers.check_actions(client, settings)),
        ("index", lambda: storage.check_index(index_directory())),
        ("redis", lambda: peers.check_redis(settings)),
        ("tracing", lambda: peers.check_collector(client, settings)),
        ("wechat", lambda: configuration.check_wechat(settings)),
        (
            "calendar",
            lambda: configuration.check_calendar(clock().astimezone(settings.timezone).date()),
        ),
        ("backups", lambda: storage.check_backups(Path(backups) if backups else None, clock())),
    ]
    if online:
        if database is not None:
            checks.append(("wechat", lambda: peers.check_wechat_token(client, database, settings)))
        checks.append(("routes", lambda: peers.check_public_routes(client, settings)))
    try:
        return [finding for check in checks for finding in await _carry_out(*check)]
    finally:
        await client.aclose()
        if database is not None:
            await database.close()


def exit_status(findings: Iterable[Finding]) -> int:
    """1 if something is wrong; what is doubtful stops no deployment."""
    return int(any(finding.grade is Grade.WRONG for finding in findings))


def as_text(findings: Iterable[Finding]) -> str:
    """A line each."""
    return "\n".join(finding.line() for finding in findings)


def as_json(findings: list[Finding]) -> str:
    """For programs."""
    content = {
        "healthy": exit_status(findings) == 0,
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


async def _carry_out(
    subject: str, check: Callable[[], AsyncIterator[Finding] | Iterable[Finding]]
) -> list[Finding]:
    findings: list[Finding] = []
    try:
        found = check()
        if isinstance(found, AsyncIterator):
            async for finding in found:
                findings.append(finding)
        else:
            findings.extend(found)
    except Exception as error:
        findings.append(
            wrong(subject, f"cannot be checked ({type(error).__name__})", "report this, please")
        )
    return findings


def _problem(location: tuple[int | str, ...], message: str) -> str:
    name = "".join(f"UNION_{part}: ".upper() for part in location)
    return f"{name}{message}"


def _is_missing(settings: Settings) -> bool:
    prefix, _, path = settings.database_url.partition(":///")
    return prefix.startswith("sqlite") and not Path(path).is_file()


def _no_database(settings: Settings) -> Finding:
    path = settings.database_url.partition(":///")[2]
    return wrong("database", f"there is none at {path}", "run: python -m api migrate")
