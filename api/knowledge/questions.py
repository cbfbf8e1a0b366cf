"""The list of questions in an article's text, which need not be sound yet.

Work is done line by line, so that what an editor has written around it stays as it is.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

import yaml

_HEAD = "questions:"
_ITEM = re.compile(r"(?P<mark>\s*-\s+|title:\s+)(?P<text>.*\S)\s*")
_NO_WORD = re.compile(r"[\W_]+")
_INDENT = "  "


def scalar(text: str) -> str:
    """A text on one line, as YAML writes it."""
    written: str = yaml.safe_dump(" ".join(text.split()), allow_unicode=True, width=float("inf"))
    # PyYAML ends a document that is one plain word with a line of dots.
    return written.strip().removesuffix("...").strip()


def folded(question: str) -> str:
    """A question without what makes no difference: blanks, punctuation, width and case."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", question).casefold())


def questions_in(source: str) -> list[str]:
    """The questions of an article, in their order; none if it has no list of them."""
    lines = source.splitlines()
    return [_read(lines[number]) or "" for number in _places(lines)]


def stands_in(question: str, questions: Collection[str]) -> bool:
    """Whether a question is among others, however it is punctuated."""
    return folded(question) in map(folded, questions)


def with_question(source: str, question: str) -> str:
    """The text with one more question at the end of its list; unchanged if it has no list."""
    lines = source.splitlines()
    if _HEAD not in lines:
        return source
    places = list(_places(lines))
    last = places[-1] if places else lines.index(_HEAD)
    indent = _indent_of(lines[last]) if places else _INDENT
    lines.insert(last + 1, f"{indent}- {scalar(question)}")
    return "\n".join(lines) + "\n"


def without_lines(source: str, texts: Collection[str]) -> str:
    """The text without the title and the items of lists that say exactly one of ``texts``."""
    kept = [line for line in source.splitlines() if _read(line) not in texts]
    return "\n".join(kept) + "\n" if len(kept) < len(source.splitlines()) else source


def _places(lines: list[str]) -> Iterator[int]:
    if _HEAD not in lines:
        return
    for number in range(lines.index(_HEAD) + 1, len(lines)):
        if not lines[number].lstrip().startswith("- "):
            return
        yield number


def _read(line: str) -> str | None:
    """What an item of a list, or a title, says; None for any other line."""
    item = _ITEM.fullmatch(line)
    if item is None:
        return None
    try:
        value = yaml.load(item["text"], Loader=yaml.BaseLoader)  # noqa: S506 - makes only text
    except yaml.YAMLError:
        return item["text"]
    return value if isinstance(value, str) else item["text"]


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
