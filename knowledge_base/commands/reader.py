"""``export-reader``: the model that the dialogue server reads with."""

import argparse
from pathlib import Path
from typing import Any

from knowledge_base.commands.output import fail


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("export-reader", help=export_reader.__doc__)
    command.add_argument("adapter", type=Path, metavar="ADAPTER", help="a .safetensors file")
    command.add_argument("directory", type=Path, metavar="DIR", help="where to")
    command.set_defaults(run=export_reader)


def export_reader(arguments: argparse.Namespace) -> int:
    """Write the model that the dialogue server reads with."""
    from knowledge_base.encoder.intents import export
    from knowledge_base.encoder.unpack import ModelUnpackError

    try:
        written = export.export_reader(arguments.adapter, arguments.directory)
    except (ModelUnpackError, OSError, ValueError) as error:
        return fail(str(error))
    print(f"{arguments.directory}: {'written' if written else 'already there'}")
    return 0
