"""Messages as the history's component shows them."""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from api.attachments.kinds import Family
from api.attachments.messages import AttachmentView
from api.channels.wechat.plain import to_wechat
from api.console.inbox import words
from api.console.inbox.texts import page_texts
from api.inbox.history import Screenful
from api.storage.models import (
    Attachment,
    AttachmentState,
    Author,
    Conversation,
    DeliveryState,
    Message,
    Staff,
)

FILES_PATH = "/staff/files"
_TONES = {DeliveryState.HELD: "soon", DeliveryState.FAILED: "late"}


def messages_data(
    screenful: Screenful, conversation: Conversation, staff: Staff, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """The messages, in order."""
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for attachment in screenful.attachments:
        files[attachment.message_id].append(_file(attachment, zone))
    return [
        _message(message, screenful, conversation, staff, zone) | {"files": files[message.id]}
        for message in screenful.messages
    ]


def _message(
    message: Message, screenful: Screenful, conversation: Conversation, staff: Staff, zone: ZoneInfo
) -> dict[str, Any]:
    texts = page_texts().history
    mine = message.staff_id == staff.id
    progress = screenful.deliveries.get(message.id)
    by_staff = message.author is Author.STAFF
    name = texts.me if mine else screenful.authors.get(message.staff_id or "")
    return {
        "id": message.id,
        "author": message.author,
        "mine": mine,
        "name": name or texts.authors[message.author],
        "day": words.day(message.created_at, zone),
        "time": words.clock_time(message.created_at, zone),
        # What the bot says is a small Markdown; everybody else's words stand as they were written.
        "text": to_wechat(message.text)
        if message.author in (Author.BOT, Author.SYSTEM)
        else message.text,
        "citations": [_citation(each) for each in message.citations],
        "delivery": texts.deliveries[progress.state] if progress and by_staff else "",
        "tone": _TONES.get(progress.state, "") if progress else "",
        "read": by_staff and message.seq <= conversation.worker_seen_seq,
    }


def _citation(citation: dict[str, Any]) -> dict[str, Any]:
    texts = page_texts().history
    checked = citation.get("as_of") and citation.get("verified")
    url = citation.get("url")
    return {
        "title": citation.get("title", ""),
        "note": texts.checked.format(date=citation["as_of"]) if checked else texts.unchecked,
        "url": url if isinstance(url, str) and url.startswith(("https://", "http://")) else None,
    }


def _file(attachment: Attachment, zone: ZoneInfo) -> dict[str, Any]:
    texts = page_texts().history
    view = AttachmentView.of(attachment, zone)
    if view.state is not AttachmentState.STORED:
        return {"id": view.id, "text": texts.files[view.state], "url": None, "image": False}
    return {
        "id": view.id,
        "name": view.name,
        "text": texts.download.format(name=view.name, size=words.size(view.size)),
        "url": f"{FILES_PATH}/{view.id}",
        "image": view.family is Family.IMAGE,
    }
