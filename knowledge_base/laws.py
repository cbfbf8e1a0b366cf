"""The register of laws (``domain/sources.md``): under which names each is cited, and its dates."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCES_FILE = Path(__file__).parent / "domain" / "sources.md"

_ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<path>[^|]+\.md) \| (?P<dates>[^|]*) \|")
_DATE_IN_NAME = re.compile(r"\((\d{4}-\d{2}-\d{2})\)$")
_TITLE = re.compile(r"《([^》]+)》")


@dataclass(frozen=True)
class Law:
    """One row of the register. ``dates`` is text: passed, amended, in force."""

    names: frozenset[str]
    dates: str


def load_laws(path: Path = SOURCES_FILE) -> list[Law]:
    """Read the table of laws; lines of another form are prose."""
    laws = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = _ROW.match(line)
        if row is None:
            continue
        stem = Path(row["path"]).stem
        date = _DATE_IN_NAME.search(stem)
        full_name = _DATE_IN_NAME.sub("", stem)
        dates = f"{date[1] if date else ''} {row['dates']}"
        laws.append(Law(frozenset({row["name"], full_name}), dates))
    return laws


@cache
def _laws() -> list[Law]:
    return load_laws()


def dates_of_law(title: str) -> str:
    """Return what the register says of the dates of the laws that a source's title names."""
    names = {title, *_TITLE.findall(title)}
    names |= {name.removeprefix("中华人民共和国") for name in names}
    return " ".join(law.dates for law in _laws() if law.names & names)
