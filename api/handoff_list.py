"""The hand-off queue as text, until there is a console."""

import json
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.cleaning import shorten
from api.handoff import opening
from api.storage.models import Handoff, now
from api.texts import gateway_texts

_SUMMARY_CHARS = 40


async def print_queue(session: AsyncSession, zone: ZoneInfo, *, as_json: bool) -> None:
    """Print the queue, most urgent first."""
    queue = await opening.waiting(session)
    at = now()
    if as_json:
        entries = [_entry(handoff, zone, at) for handoff in queue]
        print(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    texts = gateway_texts().queue
    if not queue:
        print(texts.empty)
        return
    columns = texts.columns
    table = [
        [
            columns.priority,
            columns.waiting,
            columns.reason,
            columns.category,
            columns.conversation,
            columns.summary,
        ]
    ]
    table += [
        [
            str(handoff.priority),
            waiting_time(at - handoff.created_at),
            texts.reasons[handoff.reason],
            handoff.category,
            handoff.conversation_id,
            shorten(handoff.summary, _SUMMARY_CHARS),
        ]
        for handoff in queue
    ]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        print("  ".join(cells).rstrip())


def waiting_time(waited: timedelta) -> str:
    """A waiting time in words, exact enough to act on."""
    texts = gateway_texts().queue
    minutes = max(0, int(waited.total_seconds() // 60))
    hours, minutes_left = divmod(minutes, 60)
    if hours == 0:
        return texts.minutes.format(n=minutes)
    if hours < 24:
        return texts.hours.format(h=hours, m=minutes_left)
    days, hours_left = divmod(hours, 24)
    return texts.days.format(d=days, h=hours_left)


def _entry(handoff: Handoff, zone: ZoneInfo, at: datetime) -> dict[str, object]:
    return {
        "id": handoff.id,
        "conversation_id": handoff.conversation_id,
        "message_id": handoff.message_id,
        "priority": handoff.priority,
        "reason": handoff.reason,
        "category": handoff.category,
        "summary": handoff.summary,
        "case_facts": handoff.case_facts,
        "package": handoff.package,
        "state": handoff.state,
        "created_at": handoff.created_at.astimezone(zone).isoformat(timespec="seconds"),
        "waiting_seconds": int((at - handoff.created_at).total_seconds()),
    }


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
