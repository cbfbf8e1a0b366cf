"""Commands: ``serve``, ``migrate``, ``handoffs``, ``staff``, ``members``, ``knowledge``, …"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from pydantic import ValidationError

import tracing
from api import logs
from api.app import SchemaNotCurrentError, create_app
from api.attachments.storage import DIRECTORY, Storage
from api.channels.wechat.commands import publish_command
from api.channels.wechat.setup import Account
from api.channels.wechat.simulator import terminal
from api.console import mounting
from api.conversations.dialogue import new_client
from api.handoff_list import print_queue
from api.live.events import Nobody
from api.members.commands import import_command, rotate_command
from api.operations import commands as operations
from api.promises.schedule import Schedule
from api.promises.working_hours import WorkingHours
from api.reports.commands import wage_arrears_command
from api.review import commands as review
from api.services import vault_of
from api.settings import Environment, Settings
from api.staff.accounts import Accounts, NoSuchAccountError
from api.staff.passwords import Passwords
from api.storage import schema
from api.storage.database import Database
from api.storage.models import Role

_GRACE_S = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m api", description="The gateway.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the worker chat (UNION_HOST, UNION_PORT)")
    commands.add_parser("migrate", help="bring the database schema up to date")
    handoffs = commands.add_parser("handoffs", help="list the hand-offs that wait for a person")
    handoffs.add_argument("--json", action="store_true", help="everything, as JSON")
    staff = commands.add_parser("staff", help="accounts of the desk")
    staff_commands = staff.add_subparsers(dest="staff_command", required=True)
    create = staff_commands.add_parser(
        "create", help="create an account; the password is asked for, or read from a pipe"
    )
    create.add_argument("username")
    create.add_argument("name", help="as workers and colleagues see it")
    create.add_argument("role", choices=[role.value for role in Role])
    for name, words in (
        ("set-password", "set a new password and end every login"),
        ("reset-second-factor", "switch the second factor off for who has lost it"),
    ):
        staff_commands.add_parser(name, help=words).add_argument("username")
    members = commands.add_parser("members", help="the roster of the members").add_subparsers(
        dest="members_command", required=True
    )
    roster = members.add_parser("import", help="make a roster (XLSX or CSV) the one in force")
    roster.add_argument("file", type=Path)
    roster.add_argument(
        "--force", action="store_true", help="even if more than a fifth of the members leave"
    )
    members.add_parser("rotate-keys", help="encrypt every number anew with the first key")
    _add_wechat(commands)
    operations.add_commands(commands)
    review.add_commands(commands)
    arrears = (
        commands.add_parser("report", help="reports")
        .add_subparsers(dest="report_command", required=True)
        .add_parser("wage-arrears", help="the monthly report on wage arrears")
    )
    arrears.add_argument("--month", required=True, help="such as 2026-11")
    arrears.add_argument("--out", type=Path, required=True, help=".xlsx or .pdf")
    parsed = parser.parse_args(arguments)
    if parsed.command == "wechat" and parsed.wechat_command == "simulate":
        return _simulate(parsed)
    if parsed.command == "doctor":  # says itself what is wrong with the settings
        return operations.doctor_command(online=parsed.online, as_json=parsed.json)
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            place = "".join(f"UNION_{part}: ".upper() for part in problem["loc"])
            print(f"{place}{problem['msg']}", file=sys.stderr)
        return 2
    logs.configure(settings.log_level)
    if parsed.command == "serve":
        return _serve(settings)
    if parsed.command == "migrate":
        asyncio.run(_migrate(settings))
        return 0
    if parsed.command == "backup":
        return operations.backup_command(settings, parsed.target, with_keys=parsed.with_keys)
    if parsed.command == "restore":
        return operations.restore_command(
            settings, parsed.file, parsed.into, with_keys=parsed.with_keys
        )
    try:
        return asyncio.run(_run(parsed, settings))
    except SchemaNotCurrentError as error:
        print(error, file=sys.stderr)
        return 1


async def _run(parsed: argparse.Namespace, settings: Settings) -> int:
    if parsed.command == "report":
        return await _report_wage_arrears(settings, parsed.month, parsed.out)
    if parsed.command == "knowledge":
        return await _export_nlu(settings, parsed.out, everything=parsed.everything)
    if parsed.command == "wechat":
        return await _publish_menu(settings, dry_run=parsed.dry_run)
    if parsed.command == "members":
        force = parsed.members_command == "import" and parsed.force
        file = parsed.file if parsed.members_command == "import" else None
        return await _care_for_members(settings, file, force=force)
    if parsed.command == "staff" and parsed.staff_command != "create":
        return await _mend_account(settings, parsed.staff_command, parsed.username)
    if parsed.command == "staff":
        return await _create_account(settings, parsed.username, parsed.name, parsed.role)
    return await _list_handoffs(settings, as_json=parsed.json)


def _add_wechat(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    wechat = commands.add_parser("wechat", help="the Official Account").add_subparsers(
        dest="wechat_command", required=True
    )
    menu = wechat.add_parser("menu", help="the account's custom menu").add_subparsers(
        dest="menu_command", required=True
    )
    publish = menu.add_parser("publish", help="make the menu of menu.yml the one in force")
    publish.add_argument("--dry-run", action="store_true", help="only show what would change")
    simulate = wechat.add_parser(
        "simulate", help="play WeChat and a follower against a running gateway, without an account"
    )
    simulate.add_argument("--gateway", default=terminal.GATEWAY, help="address of the gateway")
    simulate.add_argument("--port", type=int, default=terminal.PORT, help="of the played platform")
    simulate.add_argument("--script", type=Path, help="a YAML script instead of the keyboard")
    simulate.add_argument("--record", type=Path, help="write the session as JSON")
    simulate.add_argument("--staff", help="USER:PASSWORD of a colleague, for scripts that need one")


def _simulate(parsed: argparse.Namespace) -> int:
    try:
        return asyncio.run(
            terminal.simulate_command(
                gateway=parsed.gateway,
                port=parsed.port,
                script=parsed.script,
                record=parsed.record,
                staff=parsed.staff,
            )
        )
    except KeyboardInterrupt:
        return 130


async def _report_wage_arrears(settings: Settings, month: str, out: Path) -> int:
    hours = WorkingHours(Schedule.parse(settings.working_hours), settings.timezone)
    async with _current_database(settings) as database:
        return await wage_arrears_command(database, hours, month, out)


async def _export_nlu(settings: Settings, out: Path | None, *, everything: bool) -> int:
    async with _current_database(settings) as database:
        return await review.nlu_export_command(database, out, everything=everything)


async def _publish_menu(settings: Settings, *, dry_run: bool) -> int:
    database = Database(settings.database_url)
    client = new_client()
    try:
        account = Account.of(
            settings, database, client, Storage(settings.data_dir / DIRECTORY), Nobody()
        )
        if account.platform is None:
            print("UNION_WECHAT_APP_SECRET is needed to publish the menu", file=sys.stderr)
            return 2
        return await publish_command(account.platform, dry_run=dry_run)
    finally:
        await client.aclose()
        await database.close()


def _serve(settings: Settings) -> int:
    if settings.otlp_endpoint is not None:
        try:
            tracing.check_installed()
        except tracing.TracingUnavailableError as error:
            print(error, file=sys.stderr)
            return 2
    if settings.env is Environment.DEVELOPMENT:
        # In production an operator decides when the schema changes.
        asyncio.run(_migrate(settings))
    app = create_app(settings)
    mounting.mount(app)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # the gateway logs its requests itself, without paths and addresses
        server_header=False,
        proxy_headers=False,  # the gateway reads them itself, from proxies it trusts
        timeout_graceful_shutdown=_GRACE_S,
        # Compression costs memory for every socket, and the live channel has pings of its own.
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        ws_max_size=settings.max_body_bytes,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 3


async def _migrate(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        await schema.upgrade(database)
    finally:
        await database.close()


async def _mend_account(settings: Settings, command: str, username: str) -> int:
    """For when nobody is left who could do it in the console."""
    database = Database(settings.database_url)
    accounts = Accounts(database, Passwords())
    try:
        if command == "set-password":
            await accounts.set_password(username, _read_password())
        else:
            await accounts.reset_second_factor(username)
    except (ValueError, NoSuchAccountError) as error:
        print(error or "there is no such account", file=sys.stderr)
        return 1
    finally:
        await database.close()
    return 0


def _read_password() -> str:
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


async def _create_account(settings: Settings, username: str, name: str, role: str) -> int:
    password = _read_password()
    async with _current_database(settings) as database:
        try:
            await Accounts(database, Passwords()).create(username, name, Role(role), password)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


async def _care_for_members(settings: Settings, file: Path | None, *, force: bool) -> int:
    """Import a roster, or without one rotate the keys."""
    async with _current_database(settings) as database:
        vault = vault_of(settings)
        if file is None:
            return await rotate_command(database, vault)
        return await import_command(database, vault, file, zone=settings.timezone, force=force)


async def _list_handoffs(settings: Settings, *, as_json: bool) -> int:
    async with _current_database(settings) as database, database.read() as session:
        await print_queue(session, settings.timezone, as_json=as_json)
        return 0


@asynccontextmanager
async def _current_database(settings: Settings) -> AsyncIterator[Database]:
    """The database, closed afterwards. Raises ``SchemaNotCurrentError``."""
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            if not await schema.is_current(session):
                raise SchemaNotCurrentError
        yield database
    finally:
        await database.close()
