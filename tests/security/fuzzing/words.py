"""Parsers of what people write, and what has to hold of their results."""

import importlib
import json
import re
import sys
import unicodedata
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from actions.calculators.catalogue import CALCULATORS
from actions.calculators.fields import Values
from actions.calculators.reading import read
from actions.entities import entities_of
from api.attachments.names import NAME_MAX_CHARS, clean_name
from api.channels.markdown import plain_to_html, to_html
from api.channels.wechat import plain, splitting
from api.conversations.cleaning import clean
from api.privacy.masking import mask
from api.reports.numerals import numbers_in
from knowledge_base.numerals import parse_numeral, parse_whole

TODAY: Final = date(2026, 11, 25)
_ROOT = Path(__file__).parents[3]
_TAGS = {"p", "br", "strong", "em", "ol", "ul", "li", "a", *(f"h{level}" for level in range(1, 7))}
_ATTRIBUTES = {"href", "rel", "target", "start"}
_WEB = re.compile(r"https?://", re.IGNORECASE)
_WECHAT_LINK = re.compile(r'<a href="https?://[^"<>]*">[^<]*</a>', re.IGNORECASE)
_MAX_BYTES = 600


def quantities(text: str) -> str:
    """Figures in messages: they lie in the text, apart from each other, and are JSON."""
    mentions = _find_quantities(text)
    end = 0
    for mention in mentions:
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        json.dumps(mention.value)
    return f"{min(len(mentions), 3)} figures"


def calculators(text: str) -> str:
    """What the calculators make of a message: a question, a contradiction or a result."""
    found = [
        {"entity": each.entity, "start": each.start, "end": each.end, "value": each.value}
        for each in _find_quantities(text)
    ]
    computed = 0
    for calculator in CALCULATORS.values():
        values = Values(read(calculator, text, entities_of({"entities": found})).values)
        if calculator.missing(values) is None and calculator.contradiction(values) is None:
            assert calculator.compute(values, TODAY).headline
            computed += 1
    return "computed" if computed else "asks"


def numerals(text: str) -> str:
    """Numbers as laws and reports write them. Raises ``ValueError``."""
    list(numbers_in(text))
    parse_numeral(text)
    parse_whole(text)
    return "number"


def masking(text: str) -> str:
    """No eleven digits in a row are left, and nothing is covered twice."""
    covered = mask(text)
    digits = "".join("0" if c.isdecimal() else " " for c in covered)
    assert "0" * 11 not in digits
    return "covered" if covered != text else "as it was"


def cleaning(text: str) -> str:
    """Cleaned text is clean."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode()
    return "seen" if cleaned else "empty"


class _Reader(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, name
            # An empty one leads nowhere, and the window makes no link of it.
            assert name != "href" or not value or _WEB.match(value), value


def html(text: str) -> str:
    """HTML for the widget holds nothing but formatting and addresses of the web."""
    reader = _Reader()
    reader.feed(to_html(text))
    reader.close()
    typed = plain_to_html(text)
    assert not set("<>\"'") & set(typed)
    return "shown"


def wechat(text: str) -> str:
    """Text for WeChat has no tags but links to the web."""
    shown = plain.to_wechat(text)
    assert "<" not in _WECHAT_LINK.sub("", shown)
    return "shown" if shown else "empty"


def split(text: str) -> str:
    """The parts of a text fit, and are the text."""
    shown = rest = plain.to_wechat(text)
    parts = []
    while rest:
        part, rest = splitting.cut(rest, _MAX_BYTES)
        assert part or rest
        parts.append(part)
        fits = splitting.size_of(part) <= _MAX_BYTES
        assert fits or "<a " in part or any(unicodedata.combining(c) or c == "\u200d" for c in part)
    assert "".join("".join(parts).split()) == "".join(shown.split())
    return f"{min(len(parts), 3)} parts"


def file_name(text: str) -> str:
    """Names of files cannot lead anywhere."""
    name = clean_name(text)
    assert len(name) <= NAME_MAX_CHARS
    assert not set('/\\\0\r\n"') & set(name)
    assert name not in (".", "..")
    name.encode()
    return "name" if name else "none"


def _find_quantities(text: str) -> list[Any]:
    return list(_quantities().find_quantities(text, TODAY))


def _quantities() -> Any:
    # The dialogue server's folder is a root of its own; this part of it needs no Rasa.
    if (bot := str(_ROOT / "bot")) not in sys.path:
        sys.path.append(bot)
    return importlib.import_module("components.quantities.quantities")
