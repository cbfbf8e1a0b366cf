"""``docs/security.md`` names tests that exist, for every measure."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`((?:bot/)?tests/[\w/]+\.py)(?:::(\w+))?`")
THREATS = [line for line in DOCUMENT.splitlines() if re.match(r"\| [STRIDE]( [STRIDE])* \|", line)]


@cache
def _tests_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


@pytest.mark.parametrize(("path", "name"), sorted(set(_NAMED.findall(DOCUMENT))))
def test_what_is_named_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    assert not name or name in _tests_in(path)


def test_every_threat_has_a_measure_and_a_test() -> None:
    assert len(THREATS) > 35
    for threat in THREATS:
        cells = [cell.strip() for cell in threat.strip("|").split(" | ")]
        assert len(cells) in (4, 5), threat
        assert cells[2], threat
        assert _NAMED.search(cells[3]), threat


def test_every_kind_of_threat_is_thought_of() -> None:
    assert {letter for threat in THREATS for letter in threat.split("|")[1].split()} == set(
        "STRIDE"
    )


@pytest.mark.parametrize(
    "path", sorted(path.name for path in Path(__file__).parent.glob("test_*.py"))
)
def test_the_tests_of_this_folder_are_in_it(path: str) -> None:
    assert f"tests/security/{path}" in DOCUMENT
