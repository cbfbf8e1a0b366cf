"""Who takes cases now."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update

from api.storage.database import Database
from api.storage.models import Presence, Staff, now


async def set_presence(
    database: Database, staff: Staff, presence: Presence, *, clock: Callable[[], datetime] = now
) -> None:
    """Keep whether somebody takes cases."""
    async with database.write() as session:
        await session.execute(
            update(Staff).where(Staff.id == staff.id).values(presence=presence, presence_at=clock())
        )
    staff.presence = presence
