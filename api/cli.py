"""Commands: ``serve``, ``migrate`` and ``handoffs``."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import uvicorn
from pydantic import ValidationError

from api import logs
from api.app import SchemaNotCurrentError, create_app
from api.handoff_list import print_queue
from api.settings import Environment, Settings
from api.storage import schema
from api.storage.database import Database

_GRACE_S = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m api", description="The gateway.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the worker chat (UNION_HOST, UNION_PORT)")
    commands.add_parser("migrate", help="bring the database schema up to date")
    handoffs = commands.add_parser("handoffs", help="list the hand-offs that wait for a person")
    handoffs.add_argument("--json", action="store_true", help="everything, as JSON")
    parsed = parser.parse_args(arguments)
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
    return asyncio.run(_list_handoffs(settings, as_json=parsed.json))


def _serve(settings: Settings) -> int:
    if settings.env is Environment.DEVELOPMENT:
        # In production an operator decides when the schema changes.
        asyncio.run(_migrate(settings))
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # the gateway logs its requests itself, without paths and addresses
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
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


async def _list_handoffs(settings: Settings, *, as_json: bool) -> int:
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            if not await schema.is_current(session):
                print(SchemaNotCurrentError(), file=sys.stderr)
                return 1
            await print_queue(session, settings.timezone, as_json=as_json)
            return 0
    finally:
        await database.close()
