"""Fills every table with one word of a worker, by what the models say, and looks for it.

A new table that refers to workers, conversations or messages is filled and searched by itself; one
that does not has to be named in ``UNLINKED`` or in ``ABOUT_OTHERS``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Enum,
    Float,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    inspect,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import Base, new_id, now

LINKS = ("workers", "conversations", "messages")
UNLINKED = frozenset({"alerts", "article_revisions", "publications"})
"""What somebody made of a worker's words; the test fills them as the product does."""
ABOUT_OTHERS = frozenset(
    {
        "audit",  # what was done, never what was said
        "canned_replies",
        "labels",
        "members",  # the union's roster, which the union keeps elsewhere
        "staff",
        "staff_sessions",
        "wechat_tokens",
    }
)
OWN_WORDS = frozenset(
    {
        ("attachments", "content_type"),
        ("handoffs", "category"),
        ("reviews", "right_article_id"),
        ("reviews", "right_intent"),
        ("wechat_inbox", "kind"),
    }
)
"""Columns that hold names the program has for things, and are kept for the figures."""
SEARCHED = "conversation_texts"
"""Made from the record by ``api.inbox.search_index``, together with its index."""

INDEX = "conversation_search"
"""Cannot be read itself; what it keeps is in tables beside it."""


@dataclass(frozen=True)
class Told:
    """One worker, and the word that is to be found nowhere."""

    word: str
    targets: dict[str, str]
    """Ids to refer to, by table."""


def linked_tables() -> list[Table]:
    """Tables that refer to a worker, a conversation or a message, and these themselves."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name in LINKS or _targets(table).intersection(LINKS)
    ]


def with_words() -> set[str]:
    """Names of the linked tables that have room for words."""
    return {
        table.name
        for table in linked_tables()
        if any(_holds_words(table, column) for column in table.columns)
    }


async def fill(session: AsyncSession, told: Told) -> None:
    """Put the word into every text of every linked table; an empty table gets a row."""
    for table in linked_tables():
        if table.name in (SEARCHED, "proposals"):
            continue
        if not await session.scalar(select(func.count()).select_from(table)):
            await session.execute(table.insert().values(_row(table, told)))
        texts = {
            column.name: _in_each_row(table, column, told)
            for column in table.columns
            if _holds_words(table, column)
        }
        if texts:
            await session.execute(update(table).values(texts))


def where(connection: Connection, word: str) -> list[str]:
    """The tables, of the database and not of the models, in which the word stands."""
    escaped = json.dumps(word).strip('"')
    found = []
    for name in inspect(connection).get_table_names():
        if name == INDEX:
            continue
        rows = connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608 - a table's name
        for row in rows:
            said = " ".join(_said(row))
            if word in said or escaped in said:
                found.append(name)
                break
    return found


def _said(row: Any) -> Iterator[str]:
    for value in row:
        yield value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _targets(table: Table) -> set[str]:
    return {key.column.table.name for column in table.columns for key in column.foreign_keys}


def _holds_words(table: Table, column: Column[Any]) -> bool:
    is_text = isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
    is_key = column.primary_key or bool(column.foreign_keys)
    return is_text and not is_key and (table.name, column.name) not in OWN_WORDS


def _in_each_row(table: Table, column: Column[Any], told: Told) -> Any:
    """The word; with the row's own id behind it where no two rows may say the same."""
    unique = {
        each.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for each in constraint.columns
    }
    if column.name not in unique:
        return _value(table, column, told)
    (key,) = table.primary_key.columns
    return literal(told.word).concat(key)


def _row(table: Table, told: Told) -> dict[str, Any]:
    return {
        column.name: _value(table, column, told)
        for column in table.columns
        if not (column.primary_key and isinstance(column.type, Integer))
    }


def _value(table: Table, column: Column[Any], told: Told) -> Any:
    for key in column.foreign_keys:
        return told.targets.get(key.column.table.name)
    kind = column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class or kind.enums))
    if isinstance(kind, JSON):
        return _json(table, column, told.word)
    if (table.name, column.name) in OWN_WORDS:
        return "-"
    if isinstance(kind, String):
        return new_id() if column.primary_key and kind.length == len(new_id()) else told.word
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return 0
    return date(2026, 11, 26) if isinstance(kind, Date) else now()


def _json(table: Table, column: Column[Any], word: str) -> Any:
    """A value of the type that the model says: lists of texts or of objects, or an object."""
    (model,) = (each.class_ for each in Base.registry.mappers if each.local_table is table)
    hint = get_args(get_type_hints(model)[column.key])[0]
    options = [hint, *get_args(hint)]
    (of_list,) = [each for each in options if get_origin(each) is list] or [None]
    if of_list is None:
        return {"text": word}
    return [word] if get_args(of_list) == (str,) else [{"title": word, "text": word}]
