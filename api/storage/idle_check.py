"""Pooled connections are asked whether they live only after a rest.

``pool_pre_ping`` of SQLAlchemy asks before each use. With asyncpg that is three round trips, a
transaction around an empty statement, and a turn uses five connections. What a server that stops
or starts anew closes is known without asking; only a host that vanished without a word is not, so
whoever was in use a moment ago is believed.
"""

import math
import time
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

_REST_S = 1.0
_USED_AT = "used_at"


def ask_after_a_rest(engine: AsyncEngine) -> None:
    """Replace dead connections of the pool before they are used (asyncpg only).

    One that is found dead takes all others of the pool with it, as with ``pool_pre_ping``.
    """
    dialect = engine.sync_engine.dialect

    def remember(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    def ask(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        rested_s = time.monotonic() - record.info.get(_USED_AT, -math.inf)
        is_closed = cast("bool", connection.driver_connection.is_closed())
        if rested_s < _REST_S and not is_closed:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "connect", remember)
    event.listen(engine.sync_engine, "checkin", remember)
    event.listen(engine.sync_engine, "checkout", ask)
