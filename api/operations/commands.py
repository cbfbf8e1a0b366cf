"""``backup``, ``restore`` and ``doctor`` on the command line."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from api.operations import keys
from api.operations.backup import back_up
from api.operations.doctor import examination
from api.operations.failures import OperationError
from api.operations.restore import restore
from api.operations.sources import Sources
from api.settings import Settings

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_commands(commands: Subparsers) -> None:
    """Make the commands known to a parser."""
    backup = commands.add_parser(
        "backup", help="copy database, files of workers and articles into one file, while it runs"
    )
    backup.add_argument("target", type=Path, help="a folder of backups, or a file to write")
    backup.add_argument(
        "--with-keys",
        action="store_true",
        help=f"also the secrets, under {keys.PASSPHRASE_VARIABLE}",
    )
    restoring = commands.add_parser("restore", help="make a backup a data directory again")
    restoring.add_argument("file", type=Path)
    restoring.add_argument(
        "--into", type=Path, required=True, help="a data directory that is empty or not there"
    )
    restoring.add_argument(
        "--with-keys", action="store_true", help=f"also the secrets, by {keys.PASSPHRASE_VARIABLE}"
    )
    doctor = commands.add_parser("doctor", help="check a deployment and say what to do about it")
    doctor.add_argument(
        "--online", action="store_true", help="also ask WeChat and the public address"
    )
    doctor.add_argument("--json", action="store_true", help="for programs")


def backup_command(
    settings: Settings,
    target: Path,
    *,
    with_keys: bool,
    environment: Mapping[str, str] = os.environ,
) -> int:
    """Back up; returns the exit status."""
    return asyncio.run(_back_up(settings, target, with_keys=with_keys, environment=environment))


def restore_command(
    settings: Settings,
    file: Path,
    into: Path,
    *,
    with_keys: bool,
    environment: Mapping[str, str] = os.environ,
) -> int:
    """Restore; returns the exit status."""
    return asyncio.run(_restore(settings, file, into, with_keys=with_keys, environment=environment))


def doctor_command(*, online: bool, as_json: bool) -> int:
    """Examine; returns the exit status: 1 where something is wrong. Needs no settings that are
    right, because it says what is wrong with them."""
    findings = asyncio.run(examination.examine(os.environ, online=online))
    print(examination.as_json(findings) if as_json else examination.as_text(findings))
    return examination.exit_status(findings)


async def _back_up(
    settings: Settings, target: Path, *, with_keys: bool, environment: Mapping[str, str]
) -> int:
    try:
        sealed = None
        if with_keys:
            sealed = keys.seal(keys.keys_of(settings), keys.passphrase_from(environment))
        done = await back_up(
            Sources.of(settings), target, key_check=keys.key_check(settings), sealed_keys=sealed
        )
    except OperationError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(done.lines()))
    return 0


async def _restore(
    settings: Settings, file: Path, into: Path, *, with_keys: bool, environment: Mapping[str, str]
) -> int:
    try:
        done = await restore(
            file,
            into,
            database_url=settings.database_url,
            key_check=keys.key_check(settings),
            passphrase=keys.passphrase_from(environment) if with_keys else None,
        )
    except OperationError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(done.lines()))
    return 0
