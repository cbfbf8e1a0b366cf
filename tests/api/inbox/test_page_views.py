"""What the page's components are given: words for people, and text that stays text."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from api.console.inbox import words
from api.console.inbox.history_view import messages_data
from api.console.inbox.list_view import row_data
from api.inbox import history, rows
from api.storage.models import Author, Staff, now
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "written"),
    [
        (timedelta(minutes=5), "11:55"),
        (timedelta(days=1), "11-25 12:00"),
        (timedelta(days=400), "2025-10-22"),
    ],
)
def test_times_are_as_short_as_they_are_clear(ago: timedelta, written: str) -> None:
    assert words.short(NOON - ago, NOON, ZONE) == written


@pytest.mark.parametrize(
    ("count", "written"), [(None, ""), (5, "1 KB"), (2048, "2 KB"), (3 * 1024 * 1024, "3.0 MB")]
)
def test_sizes(count: int | None, written: str) -> None:
    assert words.size(count) == written


async def staff_of(room: Room, username: str) -> Staff:
    async with room.office.database.read() as session:
        return (await session.scalars(select(Staff).where(Staff.username == username))).one()


@pytest.mark.anyio
async def test_a_row_counts_down_until_somebody_answers(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case("欠薪", due_in=timedelta(minutes=5))

    async def row() -> dict[str, object]:
        async with room.office.database.read() as session:
            (found,) = await rows.read(session, [conversation_id])
        return row_data(found, ZONE, now())

    waiting = await row()
    assert (waiting["title"], waiting["unread"]) == ("欠薪 · 某电子厂", 0)
    assert waiting["due"] == words.milliseconds(
        (await room.handoff(conversation_id)).due_at or NOON
    )
    await chen.does(conversation_id, "claim")
    await chen.does(conversation_id, "messages", text="您好", client_message_id="1")
    answered = await row()
    assert (answered["due"], answered["unread"]) == (None, 3)


@pytest.mark.anyio
async def test_messages_stay_text(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case("<script>alert(1)</script> **不是粗体**")
    await room.said(conversation_id, "请**先别签**再说", Author.BOT)
    await chen.does(conversation_id, "claim")
    await chen.does(conversation_id, "messages", text="您好", client_message_id="1")
    async with room.office.database.read() as session:
        screenful = await history.read(session, conversation_id)
    conversation = await room.conversation(conversation_id)
    shown = messages_data(screenful, conversation, await staff_of(room, "chen"), ZONE)
    texts = {message["author"]: message["text"] for message in shown}
    assert texts[Author.WORKER] == "<script>alert(1)</script> **不是粗体**"
    assert texts[Author.BOT] == "请先别签再说"
    assert (shown[-1]["mine"], shown[-1]["name"], shown[-1]["read"]) == (True, "我", False)


@pytest.mark.anyio
async def test_a_screenful_at_a_time(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case("第一条")
    for number in range(history.SCREENFUL):
        await room.said(conversation_id, f"第{number + 2}条")
    async with room.office.database.read() as session:
        latest = await history.read(session, conversation_id)
        everything = await history.read(session, conversation_id, from_seq=1)
    assert (len(latest.messages), latest.has_earlier) == (history.SCREENFUL, True)
    assert (len(everything.messages), everything.has_earlier) == (history.SCREENFUL + 1, False)
