"""Expressions that SQLite and PostgreSQL write differently."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class utc_hour(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """The hour of a time in UTC, as ``2026-11-24 01``."""

    type = String()
    inherit_cache = True


class epoch(FunctionElement[int]):  # noqa: N801
    """Seconds since 1970. Whole numbers come out of the database faster than times."""

    type = BigInteger()
    inherit_cache = True


class contains(FunctionElement[bool]):  # noqa: N801
    """Whether a text contains another one, character by character.

    LIKE folds case and takes ten times as long on SQLite.
    """

    type = Boolean()
    inherit_cache = True


@compiles(utc_hour, "sqlite")
def _utc_hour_sqlite(element: utc_hour, compiler: SQLCompiler, **options: Any) -> str:
    # Stored as text, in UTC: see ``api.storage.types``.
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(utc_hour, "postgresql")
def _utc_hour_postgresql(element: utc_hour, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


@compiles(epoch, "sqlite")
def _epoch_sqlite(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    # unixepoch() is not in the SQLite of older systems.
    column = compiler.process(element.clauses, **options)
    return f"CAST(strftime('%s', {column}) AS INTEGER)"


@compiles(epoch, "postgresql")
def _epoch_postgresql(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {column})) AS BIGINT)"


@compiles(contains, "sqlite")
def _contains_sqlite(element: contains, compiler: SQLCompiler, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(contains, "postgresql")
def _contains_postgresql(element: contains, compiler: SQLCompiler, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"
