"""The table of transitions in ``docs/handoff.md``: ``python -m tests.docs_handoff`` writes it."""

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path

from api.handoff.states import TRANSITIONS
from api.storage.models import ActorKind, Status

FILE = Path(__file__).parents[1] / "docs" / "handoff.md"
_BEGIN, _END = "<!-- transitions: begin -->\n", "<!-- transitions: end -->\n"


def transition_table() -> str:
    """Return the table as the code has it, one row for each act."""
    lines = ["| act | by | from | to | the hand-off becomes |", "|---|---|---|---|---|"]
    for act, row in TRANSITIONS.items():
        cells = (
            f"`{act}`",
            _named(ActorKind, row.by),
            _named(Status, row.sources),
            f"`{row.target}`",
            f"`{row.handoff}`" if row.handoff else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def documented_table(document: str) -> str:
    """Return what stands between the marks. Raises ``ValueError`` without them."""
    start, end = _place_in(document)
    return document[start:end]


def with_table(document: str) -> str:
    """Return the document with the table of the code. Raises ``ValueError`` without the marks."""
    start, end = _place_in(document)
    return document[:start] + transition_table() + document[end:]


def _place_in(document: str) -> tuple[int, int]:
    return document.index(_BEGIN) + len(_BEGIN), document.index(_END)


def _named(kind: type[StrEnum], values: Collection[StrEnum]) -> str:
    """The values in the order of their declaration: that of a set differs from run to run."""
    return ", ".join(f"`{value}`" for value in kind if value in values)


if __name__ == "__main__":
    FILE.write_text(with_table(FILE.read_text(encoding="utf-8")), encoding="utf-8")
