"""How many conversations began, when and where, and how many of them came to a person."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, computed_field
from sqlalchemy import Row, Select, case, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reports.periods import DayRange
from api.reports.sql import utc_hour
from api.storage.models import Channel, Conversation, Handoff

_ROWS_AT_ONCE = 1000
SPOKEN = 2
"""Messages from which on the worker has said something: the first is the greeting."""


class DayVolume(BaseModel):
    """Conversations that began on a day."""

    day: date
    channels: dict[Channel, int]


class ChannelVolume(BaseModel):
    """Conversations of a channel; ``handed_over``: those that a person was asked into."""

    conversations: int
    handed_over: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def containment(self) -> float | None:
        """Share of the conversations that never needed a person; None without conversations."""
        if not self.conversations:
            return None
        return 1 - self.handed_over / self.conversations


class Volumes(BaseModel):
    """Conversations in which the worker said something. ``silent``: the others, which were only
    opened. ``by_hour``: over the 24 hours of the local day."""

    total: ChannelVolume
    silent: int
    by_day: list[DayVolume]
    by_hour: list[int]
    by_channel: dict[Channel, ChannelVolume]


async def volumes(session: AsyncSession, days: DayRange) -> Volumes:
    """Count them."""
    # Of three years there are tens of thousands of hours.
    by_hour: list[Row[str, Channel, int, int]] = []
    result = await session.stream(_by_hour(days), execution_options={"yield_per": _ROWS_AT_ONCE})
    async for rows in result.partitions():
        by_hour += rows
    handed_over = {row[0]: row[1] for row in await session.execute(_handed_over(days))}
    return await asyncio.to_thread(_volumes, days, by_hour, handed_over)


def _volumes(
    days: DayRange, rows: Sequence[Row[str, Channel, int, int]], handed_over: Mapping[Channel, int]
) -> Volumes:
    by_day: dict[date, Counter[Channel]] = {day: Counter() for day in days.days}
    by_hour = [0] * 24
    totals: Counter[Channel] = Counter()
    silent = 0
    for hour, channel, spoken, opened in rows:
        at = datetime.fromisoformat(f"{hour}:00+00:00").astimezone(days.zone)
        by_day[days.day_of(at)][channel] += spoken
        by_hour[at.hour] += spoken
        totals[channel] += spoken
        silent += opened - spoken
    return Volumes(
        total=ChannelVolume(conversations=totals.total(), handed_over=sum(handed_over.values())),
        silent=silent,
        by_day=[DayVolume(day=day, channels=counts) for day, counts in by_day.items()],
        by_hour=by_hour,
        by_channel={
            channel: ChannelVolume(
                conversations=totals[channel], handed_over=handed_over.get(channel, 0)
            )
            for channel in Channel
        },
    )


def _by_hour(days: DayRange) -> Select[str, Channel, int, int]:
    hour = utc_hour(Conversation.created_at)
    spoken = func.count(case((Conversation.last_seq >= SPOKEN, 1)))
    return (
        select(hour, Conversation.channel, spoken, func.count())
        .where(Conversation.id >= days.first_id, Conversation.id < days.end_id)
        .group_by(hour, Conversation.channel)
    )


def _handed_over(days: DayRange) -> Select[Channel, int]:
    return (
        select(Conversation.channel, func.count(distinct(Conversation.id)))
        .join(Handoff, Handoff.conversation_id == Conversation.id)
        .where(Handoff.conversation_id >= days.first_id, Handoff.conversation_id < days.end_id)
        .group_by(Conversation.channel)
    )
