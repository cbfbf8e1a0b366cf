"""``unpack-model``: the bundled encoder, made ready once."""

import argparse
from pathlib import Path
from typing import Any

from knowledge_base.commands.output import fail
from knowledge_base.paths import default_model_directory


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("unpack-model", help=unpack_model.__doc__)
    command.add_argument("--model", type=Path, default=default_model_directory(), metavar="DIR")
    command.set_defaults(run=unpack_model)


def unpack_model(arguments: argparse.Namespace) -> int:
    """Unpack the bundled encoder into a sentence-transformers directory."""
    from knowledge_base.encoder.unpack import ModelUnpackError, unpack_default_model

    try:
        unpacked = unpack_default_model(arguments.model)
    except ModelUnpackError as error:
        return fail(str(error))
    print(f"{arguments.model}: {'unpacked' if unpacked else 'already there'}")
    return 0
