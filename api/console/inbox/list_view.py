"""Rows of the list as its component shows them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.console.inbox import words
from api.console.inbox.texts import page_texts
from api.inbox.rows import Row
from api.storage.models import OPEN_HANDOFF_STATES, Handoff, HandoffState, Status


def row_data(row: Row, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """One row; ``due`` is in milliseconds and counts down in the browser."""
    texts = page_texts()
    conversation, handoff = row.conversation, row.handoff
    is_open = handoff is not None and handoff.state in OPEN_HANDOFF_STATES
    data: dict[str, Any] = {
        "id": conversation.id,
        "title": texts.statuses[conversation.status],
        "summary": "",
        "excerpt": row.excerpt,
        # What waits has been read by nobody: that needs no mark.
        "unread": row.unread if is_open and row.holder is not None else 0,
        "unreadTitle": texts.list.unread.format(n=row.unread),
        "time": words.short(conversation.last_message_at, now, zone),
        "labels": [{"name": label.name, "colour": label.colour} for label in row.labels],
        "priority": 0,
        "priorityName": "",
        "aside": "",
        "due": None,
        "meta": texts.channels[conversation.channel],
    }
    if handoff is None:
        return data
    data["title"] = title(handoff)
    data["summary"] = handoff.summary
    data["meta"] = " · ".join(_meta(row))
    if not is_open:
        return data
    data["priority"] = handoff.priority
    data["priorityName"] = texts.priorities[handoff.priority]
    if handoff.snoozed_until is not None and handoff.snoozed_until > now and not row.unread:
        data["aside"] = texts.list.aside.format(time=words.short(handoff.snoozed_until, now, zone))
    elif handoff.due_at is not None and handoff.answered_at is None:
        data["due"] = words.milliseconds(handoff.due_at)
    return data


def title(handoff: Handoff) -> str:
    """What a case is about, and whom."""
    employer = handoff.case_facts.get("employer")
    parts = [handoff.category, employer if isinstance(employer, str) else ""]
    return " · ".join(filter(None, parts))


def _meta(row: Row) -> list[str]:
    texts = page_texts()
    handoff, status = row.handoff, row.conversation.status
    meta = [texts.channels[row.conversation.channel]]
    if handoff is None:
        return meta
    if status is Status.CLOSED or handoff.state not in OPEN_HANDOFF_STATES:
        meta.append(texts.statuses[status])
    elif handoff.state is HandoffState.WAITING and handoff.for_role is not None:
        meta.append(texts.for_role.format(role=texts.roles[handoff.for_role]))
    else:
        meta.append(texts.reasons[handoff.reason])
    if row.holder is not None:
        meta.append(row.holder.name)
    return meta
