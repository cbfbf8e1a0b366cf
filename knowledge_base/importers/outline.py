"""Markdown or plain text to a flat list of headed blocks."""

import re
from dataclasses import dataclass

from knowledge_base.importers.section_names import is_section_heading

_ATX = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_BOLD = re.compile(r"^(?:\*\*|__)([^*_]{1,30})(?:\*\*|__)[：:]?$")
_NUMBERED = re.compile(r"^([一二三四五六七八九十]{1,3}、[^。；，,;！？]{1,30})$")
_BRACKETED = re.compile(r"^【([^】]{1,30})】$")
_PLAIN_LEVEL = 6
_PLAIN = (_BOLD, _NUMBERED, _BRACKETED)
_MAX_TITLE = 40


@dataclass(frozen=True)
class Block:
    """Text below one heading. ``level`` is 1 for the highest, 0 for text before any heading."""

    level: int
    heading: str
    body: str


def outline(text: str) -> list[Block]:
    """Cut the text at its headings, in reading order.

    Headings are those of Markdown and, because PDF and many office files do not mark any,
    lines of their own like 一、申请条件, 【申请条件】, **申请条件** or 申请条件：.
    """
    blocks: list[Block] = []
    level, heading, body, fenced = 0, "", list[str](), False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        found = None if fenced else _heading_of(line)
        if found is None:
            body.append(line)
            continue
        blocks.append(Block(level, heading, "\n".join(body).strip()))
        (level, heading), body = found, []
    blocks.append(Block(level, heading, "\n".join(body).strip()))
    return [block for block in blocks if block.heading or block.body]


def split_title(blocks: list[Block]) -> tuple[str | None, list[Block]]:
    """Take the title off: a first heading above all others, or a short first line.

    A first heading beside others of its level is a title where one of those is a section's
    name. The title is None where the text has none.
    """
    if not blocks:
        return None, []
    first, rest = blocks[0], blocks[1:]
    if 0 < first.level < _PLAIN_LEVEL:
        untitled = [Block(0, "", first.body), *rest] if first.body else rest
        peers = [block for block in rest if 0 < block.level <= first.level]
        names_sections = any(is_section_heading(block.heading) for block in peers)
        is_title = not is_section_heading(first.heading) and (names_sections or not peers)
        return (first.heading, untitled) if is_title else (None, blocks)
    if first.level == 0:
        line, _, body = first.body.partition("\n")
        is_title = len(line.strip()) <= _MAX_TITLE and not re.search(r"[。；，：;,:！？?]$", line)
        if is_title and (body.strip() or rest):
            return line.strip(" 　*"), [
                *([Block(0, "", body.strip())] if body.strip() else []),
                *rest,
            ]
    return None, blocks


def _heading_of(line: str) -> tuple[int, str] | None:
    if match := _ATX.match(line):
        heading = match.group(2).strip("*_ 　")
        return (len(match.group(1)), heading) if heading else None
    stripped = line.strip()
    for pattern in _PLAIN:
        if match := pattern.match(stripped):
            return _PLAIN_LEVEL, match.group(1).strip()
    if stripped.endswith(("：", ":")) and is_section_heading(stripped):
        return _PLAIN_LEVEL, stripped.rstrip("：:")
    return None
