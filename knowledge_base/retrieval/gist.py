"""Stage 2: what a long message is about, in a few pieces short enough to search for.

Who is in trouble tells a story: where they are from, who said what, and somewhere in it what they
want to know. Searched for as a whole, the story drowns the question; the encoder, too, takes time
for each character. So of a long message only pieces are searched for: its beginning, its end, and
the questions that name most of what the union deals with.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from knowledge_base.retrieval.split import MARKS, asks
from knowledge_base.retrieval.stage import StageSettings

_CLAUSE = re.compile(rf"[^{MARKS}\s]+[{MARKS}\s]*")
_INDEFINITE = re.compile(
    r"(什么|啥|谁|哪[里儿个些样]?|怎么|咋|多少|几[^,，\s]{0,2}?)(都|也)[^吗嘛伐]*|[没有]什么|[没有]啥|[还也都]可以|"
    r"[好十这那前过上第]几|几[十百千万]|不知道|不晓得|说不清|搞不懂|看不懂"
)
"""Question words that ask nothing: 什么都不懂, 好几个."""


@dataclass(frozen=True)
class Piece:
    """A piece, and whether something is asked in it."""

    text: str
    asks: bool


class GistSettings(StageSettings):
    """Lengths in characters."""

    longer_than: int = 80
    """A shorter message is searched for as it is."""
    width: int = 35
    """Of a piece, which has whole clauses."""
    most: int = 3
    """Questions at the most, beside the beginning and the end."""


class Gist:
    """Takes pieces out of a long message."""

    def __init__(self, settings: GistSettings, weight: Callable[[str], int]) -> None:
        """``weight``: how much of a text is what the union deals with."""
        self._settings = settings
        self._weight = weight

    def run(self, query: str) -> tuple[Piece, ...]:
        """Return the questions, then beginning and end, each once; nothing for a short message."""
        if not self._settings.enabled or len(query) <= self._settings.longer_than:
            return ()
        clauses = list(self._clauses(query))
        if not clauses:
            return ()
        asked = {
            place: _told_back(self._grown(reversed(clauses[: place + 1])))
            for place, clause in enumerate(clauses)
            if _asks(clause)
        }
        # Of two that weigh the same the later one: most tell first and ask then.
        by_weight = sorted(asked, key=lambda place: (self._weight(asked[place]), place))
        beginning = "".join(self._grown(clauses, until=_asks))
        end = _told_back(self._grown(reversed(clauses)))
        pieces = [asked[place] for place in sorted(by_weight[-self._settings.most :])]
        texts = dict.fromkeys(each.strip(f"{MARKS} \n") for each in (*pieces, beginning, end))
        return tuple(Piece(text, any(map(_asks, self._clauses(text)))) for text in texts)

    def _clauses(self, query: str) -> Iterator[str]:
        """Yield the clauses with the marks behind them; who dictates makes none, so what is longer
        than a piece is cut."""
        for clause in _CLAUSE.findall(query):
            step = self._settings.width // 2 if len(clause) > self._settings.width else len(clause)
            yield from (clause[start : start + step] for start in range(0, len(clause), step))

    def _grown(
        self, clauses: Iterable[str], until: Callable[[str], bool] = lambda _: True
    ) -> list[str]:
        """Return the first clauses, one more until it is clear what they are about, and one of them
        fulfils ``until``; as many as fit at the most. More would only blur it."""
        grown: list[str] = []
        for clause in clauses:
            if grown and len("".join(grown)) + len(clause) > self._settings.width:
                break
            grown.append(clause)
            if any(map(until, grown)) and self._weight("".join(grown)):
                break
        return grown


def _told_back(reversed_clauses: list[str]) -> str:
    return "".join(reversed(reversed_clauses))


def _asks(clause: str) -> bool:
    return asks(_INDEFINITE.sub("", clause))
