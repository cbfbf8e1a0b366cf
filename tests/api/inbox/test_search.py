"""Finding conversations by what was said and noted."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from api.inbox import grams
from api.privacy import erasure
from api.storage.models import ActorKind, Author, ConversationText, Role, now
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague, on_both_engines

pytestmark = pytest.mark.anyio


@pytest.fixture
async def boss(room: Room) -> Colleague:
    return await room.office.hire("boss", Role.SUPERVISOR)


async def find(room: Room, colleague: Colleague, words: str, view: str = "all") -> list[str]:
    return await room.found(colleague, f"?view={view}&q={quote(words)}")


@on_both_engines
async def test_any_part_of_what_was_said_and_noted(room: Room, boss: Colleague) -> None:
    injured = await room.case("我在工地摔断了腿，住院了", employer="杭州临平建筑公司")
    unpaid = await room.case("厂里拖欠工資，ＡＢＣ-2024", employer="良渚街道星光电子厂")
    await room.said(unpaid, "同事说可以走劳动监察", Author.STAFF)
    await room.said(injured, "标准答案里的仲裁", Author.BOT)
    assert await room.index.round() == 2
    for words in ("摔断", "腿", "工地摔断了腿", "临平建筑", "住院 临平"):
        assert await find(room, boss, words) == [injured], words
    for words in ("拖欠工资", "abc", "2024", "劳动监察", "良渚街道", "星光 拖欠"):
        assert await find(room, boss, words) == [unpaid], words
    for words in ("仲裁", "断腿", "住院 良渚"):
        assert await find(room, boss, words) == [], words


@on_both_engines
async def test_what_was_said_last_is_found_first(room: Room, boss: Colleague) -> None:
    older, newer = await room.case("欠薪一"), await room.case("欠薪二")
    await room.index.round()
    assert await find(room, boss, "欠薪") == [newer, older]
    await room.said(older, "还有加班费")
    await room.index.round()
    assert await find(room, boss, "欠薪") == [older, newer]
    assert await find(room, boss, "加班费") == [older]
    first = await boss.get(f"/inbox?view=all&size=1&q={quote('欠薪')}")
    rest = await boss.get(f"/inbox?view=all&q={quote('欠薪')}&cursor={first['cursor']}")
    assert [row["conversation_id"] for row in (*first["rows"], *rest["rows"])] == [older, newer]


@on_both_engines
async def test_only_what_one_may_see(room: Room, chen: Colleague, wang: Colleague) -> None:
    conversation_id = await room.case("工伤认定")
    await room.index.round()
    assert await find(room, wang, "工伤") == [conversation_id]
    await chen.does(conversation_id, "claim")
    assert await find(room, wang, "工伤") == []
    assert await find(room, chen, "工伤", "mine") == [conversation_id]
    assert await find(room, chen, "工伤", "waiting") == []


async def test_the_facts_alone(room: Room, boss: Colleague) -> None:
    named = await room.case("欠薪", employer="星光电子厂")
    await room.case("我以前在星光电子厂", employer="别的厂")
    await room.index.round()
    assert await room.found(boss, f"?view=open&about={quote('星光')}") == [named]
    (row,) = await room.rows(boss, f"?view=open&about={quote('星光')}")
    assert row["excerpt"] == "星光电子厂"


@on_both_engines
async def test_erasure_takes_it_out_for_good(room: Room, boss: Colleague) -> None:
    conversation_id = await room.case("我叫张三丰")
    await room.index.round()
    async with room.office.database.write() as session:
        _, (conversation,) = await erasure.lock(
            session, (await room.conversation(conversation_id)).worker_id
        )
        await erasure.erase_conversation(session, conversation, by=ActorKind.SYSTEM, at=now())
    assert await find(room, boss, "张三丰") == []
    await room.said(conversation_id, "已删除", Author.SYSTEM)
    await room.index.round()
    assert await find(room, boss, "张三丰") == []
    async with room.office.database.read() as session:
        kept = await session.scalar(select(func.max(ConversationText.words)))
        assert not kept


async def test_a_new_gateway_goes_on_where_the_old_one_stopped(room: Room, boss: Colleague) -> None:
    await room.case("一")
    assert await room.index.round() == 1
    await room.case("二")
    assert await type(room.index)(room.office.database).round() == 1
    assert await room.index.round() == 0


async def test_many_conversations_at_once(room: Room, boss: Colleague) -> None:
    for number in range(60):
        await room.case(f"第{number}号工人欠薪")
    assert await room.index.round() == 60
    page = await boss.get(f"/inbox?view=all&q={quote('工人欠薪')}&size=100")
    assert len(page["rows"]) == 60


async def test_a_page_of_twenty_sheets_is_searched(room: Room, boss: Colleague) -> None:
    conversation_id = await room.case("开头 " + "工资" * 10_000 + " 结尾")
    await room.index.round()
    assert await find(room, boss, "结尾") == [conversation_id]


@given(st.text(min_size=1, max_size=30), st.text(max_size=10))
def test_a_part_of_a_text_is_found_in_it(wanted: str, before: str) -> None:
    import sqlite3

    found = grams.terms(wanted)
    if not found:
        return
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize = 'ascii')")
    database.execute("INSERT INTO t VALUES (?)", (grams.grams(grams.fold(before + wanted)),))
    (count,) = database.execute(
        "SELECT count(*) FROM t WHERE t MATCH ?", (grams.match(found),)
    ).fetchone()
    database.close()
    assert count == 1
