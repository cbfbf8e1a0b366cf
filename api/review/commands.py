"""``knowledge nlu-export`` on the command line."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TypeAlias

from api.review import exports
from api.storage.database import Database

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_commands(commands: Subparsers) -> None:
    """Make the commands known to a parser."""
    export = (
        commands.add_parser("knowledge", help="what reviewers found")
        .add_subparsers(dest="knowledge_command", required=True)
        .add_parser(
            "nlu-export", help="accepted NLU examples as Rasa YAML, to be added to bot/data/nlu"
        )
    )
    export.add_argument(
        "--all", action="store_true", help="also those that were exported before", dest="everything"
    )
    export.add_argument("--out", type=Path, help="a file instead of the standard output")


async def nlu_export_command(database: Database, out: Path | None, *, everything: bool) -> int:
    """Write the examples and note that they have left; the exit status is 1 if they cannot be
    written, and then they have not."""
    try:
        async with database.write() as session:
            text = await exports.nlu_examples(session, None, everything=everything)
            if out is None:
                sys.stdout.write(text)
            else:
                await asyncio.to_thread(out.write_text, text, encoding="utf-8")
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
