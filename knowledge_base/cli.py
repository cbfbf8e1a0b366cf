"""Command line of the knowledge base.

Modules that load PyTorch are imported inside the commands that need them, so that `check`
answers at once.
"""

import argparse

from knowledge_base.commands import (
    articles,
    calibrate,
    evaluate,
    finetune,
    finetune_intents,
    importing,
    index,
    model,
    publishing,
    reader,
    search,
)

_GROUPS = (
    articles,
    importing,
    model,
    reader,
    index,
    publishing,
    search,
    evaluate,
    calibrate,
    finetune,
    finetune_intents,
)


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m knowledge_base")
    commands = parser.add_subparsers(dest="command", required=True)
    for group in _GROUPS:
        group.register(commands)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command and return its exit status."""
    arguments = build_parser().parse_args(argv)
    status: int = arguments.run(arguments)
    return status
