"""Which street or town of the district a text names, and how many conversations name each."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import case, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reports.periods import DayRange
from api.reports.sql import contains
from api.storage.models import Author, Handoff, Message

_STREETS = TypeAdapter(dict[str, list[str]])


@cache
def streets() -> Mapping[str, list[str]]:
    """The streets with the other ways they are written. Raises ``pydantic.ValidationError``."""
    text = Path(__file__).with_name("streets.yml").read_text(encoding="utf-8")
    return MappingProxyType(_STREETS.validate_python(yaml.safe_load(text)))


def street_in(text: str) -> str | None:
    """The street that is named first, None without one."""
    found = _pattern().search(text)
    return _street_of()[found[0]] if found else None


class StreetVolume(BaseModel):
    """Conversations in which the worker names a street, and those of them with a person. One that
    names two streets in two messages counts for both."""

    street: str
    conversations: int
    handed_over: int


async def by_street(session: AsyncSession, days: DayRange) -> list[StreetVolume]:
    """Count them, the most frequent first; only in words that are still kept."""
    # Needles that contain another one are found with it.
    needles = {
        street: [
            written
            for written in (street, *others)
            if not any(other != written and other in written for other in (street, *others))
        ]
        for street, others in streets().items()
    }
    named = case(
        *(
            (or_(*(contains(Message.text, needle) for needle in each)), street)
            for street, each in needles.items()
        ),
        else_=None,
    )
    mentions = (
        select(Message.conversation_id, named.label("street"))
        .where(
            Message.conversation_id >= days.first_id,
            Message.conversation_id < days.end_id,
            Message.author == Author.WORKER,
        )
        .subquery()
    )
    found = await session.execute(
        select(
            mentions.c.street,
            func.count(distinct(mentions.c.conversation_id)),
            func.count(distinct(Handoff.conversation_id)),
        )
        .outerjoin(Handoff, Handoff.conversation_id == mentions.c.conversation_id)
        .where(mentions.c.street.is_not(None))
        .group_by(mentions.c.street)
    )
    counted = [
        StreetVolume(street=street, conversations=conversations, handed_over=handed_over)
        for street, conversations, handed_over in found
    ]
    return sorted(counted, key=lambda each: -each.conversations)


@cache
def _street_of() -> Mapping[str, str]:
    return {
        written: street for street, others in streets().items() for written in (street, *others)
    }


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_street_of(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
