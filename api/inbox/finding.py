"""Which conversations hold the words that somebody looks for."""

from sqlalchemy import ColumnElement, Select, column, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from api.inbox import grams
from api.inbox.views import Filters
from api.storage.models import ConversationText

_INDEX = table("conversation_search", column("rowid"), column("conversation_search"))
_EXCERPT_CHARS = 60


def is_search(filters: Filters) -> bool:
    """Whether words are looked for."""
    return bool(grams.terms(filters.query) or grams.terms(filters.about))


def ranked(session: AsyncSession, filters: Filters, *, narrow: bool) -> Select[int, str]:
    """Rank and id of the conversations that hold all the words; the caller adds conditions.

    ``narrow``: the conditions leave few conversations, so that these are gone through instead of
    everything that holds the words.
    """
    texts = select(ConversationText.rank, ConversationText.conversation_id)
    if session.get_bind().dialect.name != "sqlite":
        return texts.where(*_contains(filters)).order_by(ConversationText.rank.desc())
    matches = _INDEX.c.conversation_search.op("MATCH")(_match(filters))
    if narrow:
        hits = select(_INDEX.c.rowid).where(matches)
        return texts.where(ConversationText.rank.in_(hits)).order_by(ConversationText.rank.desc())
    joined = texts.select_from(_INDEX).join(
        ConversationText, ConversationText.rank == _INDEX.c.rowid
    )
    return joined.where(matches).order_by(_INDEX.c.rowid.desc())


def behind(session: AsyncSession, rank: int, *, narrow: bool) -> ColumnElement[bool]:
    """The condition that leaves the rows behind a place."""
    if session.get_bind().dialect.name == "sqlite" and not narrow:
        return _INDEX.c.rowid < rank
    return ConversationText.rank < rank


def excerpt(row: ConversationText, filters: Filters) -> str:
    """A line around the first of the words that were found."""
    facts, words = row.facts.splitlines(), row.words.splitlines()
    places = [(term, facts) for term in grams.terms(filters.about)]
    places += [(term, [*words, *facts]) for term in grams.terms(filters.query)]
    for term, lines in places:
        for line in lines:
            place = line.find(term)
            if place >= 0:
                start = max(0, place - _EXCERPT_CHARS // 3)
                ahead = "…" if start else ""
                tail = "…" if len(line) > start + _EXCERPT_CHARS else ""
                return f"{ahead}{line[start : start + _EXCERPT_CHARS]}{tail}"
    return ""


def _match(filters: Filters) -> str:
    parts = []
    if about := grams.terms(filters.about):
        parts.append(f"facts : ({grams.match(about)})")
    if query := grams.terms(filters.query):
        parts.append(f"({grams.match(query)})")
    return " AND ".join(parts)


def _contains(filters: Filters) -> list[ColumnElement[bool]]:
    facts, words = ConversationText.facts, ConversationText.words
    about = [facts.contains(term, autoescape=True) for term in grams.terms(filters.about)]
    query = [
        or_(words.contains(term, autoescape=True), facts.contains(term, autoescape=True))
        for term in grams.terms(filters.query)
    ]
    return [*about, *query]
