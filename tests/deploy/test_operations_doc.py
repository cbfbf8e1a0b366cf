"""docs/operations.md names what there is."""

import argparse
import re
from pathlib import Path

from api.operations import commands, metrics
from api.operations.state import State, StateCollector

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_metric_is_explained() -> None:
    for family in [*metrics.REGISTRY.collect(), *StateCollector(State(), Path("none")).collect()]:
        if family.name.startswith("union_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            is_pair = name == "union_wechat_acknowledgement_seconds"
            assert f"`{name}`" in TEXT or is_pair, name


def test_its_commands_are_read() -> None:
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers(dest="command"))
    lines = re.findall(r"^\$ (?:UNION\S+ )?python -m api (backup.*|restore.*)$", TEXT, re.MULTILINE)
    assert len(lines) >= 3
    for line in lines:
        parser.parse_args(line.partition("#")[0].split())


def test_the_files_that_it_names_are_there() -> None:
    for path in set(re.findall(r"`(deploy/[\w./-]+)`", TEXT)):
        assert (ROOT / path).exists(), path
    for name in set(re.findall(r"python -m (benchmarks\.\w+)", TEXT)):
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file(), name
