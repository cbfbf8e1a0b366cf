"""Markdown tables to lists: a chat has no room for columns."""

import re

_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_RULE = re.compile(r"^[\s|:-]+$")
_PAIRS = 2


def tables_to_lists(markdown: str) -> str:
    """Replace each table by one list item a row.

    A value stands after the name of its column. Office tables often mark no header: the first
    row is one then, but in a table of two columns each row names its own value.
    """
    lines: list[str] = []
    rows: list[list[str]] = []
    for line in [*markdown.split("\n"), None]:
        match = _ROW.match(line) if line is not None else None
        if match is not None:
            if not ("-" in match.group() and _RULE.match(match.group())):
                rows.append([cell.strip() for cell in match.group(1).split("|")])
            continue
        if rows:
            lines += ["", *_as_items(rows)]
            rows = []
        if line is not None:
            lines.append(line)
    return "\n".join(lines)


def _as_items(rows: list[list[str]]) -> list[str]:
    has_header = any(rows[0])
    filled = [row for row in rows if any(row)]
    columns = max((sum(map(bool, row)) for row in filled), default=0)
    if len(filled) > 1 and (has_header or columns > _PAIRS):
        header, *body = filled
        return [_named(header, row) for row in body]
    return [f"- {'：'.join(filter(None, row))}" for row in filled]


def _named(header: list[str], row: list[str]) -> str:
    names = header + [""] * len(row)
    named = [
        f"{name}：{cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell
    ]
    return f"- {'；'.join(named)}"
