"""Generated conversations for the measurements of the inbox, inserted in bulk."""

import asyncio
import json
import random
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ulid import ULID

from api.inbox.grams import fold, grams
from api.storage import schema
from api.storage.database import Database

AGENT_ID = "0" * 25 + "A"
SUPERVISOR_ID = "0" * 25 + "S"
_AGENTS = [AGENT_ID, *(f"{'0' * 24}A{number}" for number in range(8))]
_STREETS = [
    "良渚街道",
    "仓前街道",
    "五常街道",
    "闲林街道",
    "余杭街道",
    "中泰街道",
    "仁和街道",
    "瓶窑镇",
    "径山镇",
    "黄湖镇",
]
_NAMES = [
    "星河",
    "恒达",
    "鸿运",
    "天目",
    "苕溪",
    "金桥",
    "华盛",
    "永兴",
    "宏图",
    "东方",
    "正和",
    "亿联",
    "巨力",
    "远洋",
    "百灵",
]
_TRADES = [
    "电子厂",
    "机械有限公司",
    "物流有限公司",
    "建筑公司",
    "保安公司",
    "服装厂",
    "餐饮店",
    "网络科技公司",
    "家政公司",
]
_TOPICS = {
    "欠薪": "老板{months}个月没发工资，一共欠了{amount}元，{people}个人都没拿到",
    "工伤": "上班的时候从{height}米高的架子上摔下来，骨折住院花了{amount}元，公司不肯报工伤",
    "辞退": "公司突然说不用来了，做了{months}个月，劳动合同也没给我，赔偿一分没有",
    "加班费": "每天加班{height}个小时，{months}个月的加班费一直没算，大概{amount}元",
    "社保": "入职{months}个月了社保没交，问人事说自己愿意不交的，让我签字",
    "医疗互助": "住院{height}天花了{amount}元，医疗互助怎么报，要什么材料",
    "押金": "离职的时候{amount}元押金不退，工作服也扣钱，找了{months}次没人管",
}
_STAFF_WORDS = (
    "您好，我是服务中心的同事，已经看到您的情况了，请问工资条和考勤记录有没有留着？",
    "这边已经联系单位核实，{days}个工作日内给您回复，期间请不要签任何字。",
    "可以先到劳动监察投诉，需要我们陪同的话告诉我一声，约在{days}号上午。",
)
_BOT_WORDS = "拖欠工资可以向劳动监察投诉，也可以申请劳动仲裁。" * 6
_BATCH = 5_000


def generate(path: Path, *, open_cases: int, archived: int) -> None:
    """Write a database with so many conversations; takes some minutes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    asyncio.run(_migrate(unfinished))
    connection = sqlite3.connect(unfinished)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    _insert(connection, "staff", _staff())
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, conversation in enumerate(_conversations(open_cases, archived), start=1):
        for table, row in conversation:
            rows.setdefault(table, []).append(row)
        if number % _BATCH == 0:
            _flush(connection, rows)
            print(f"{number} conversations", file=sys.stderr)
    _flush(connection, rows)
    connection.commit()
    connection.close()
    unfinished.rename(path)


async def _migrate(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await schema.upgrade(database)
    await database.close()


def _flush(connection: sqlite3.Connection, rows: dict[str, list[dict[str, Any]]]) -> None:
    for table, batch in rows.items():
        _insert(connection, table, batch)
        batch.clear()
    connection.commit()


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = ", ".join(rows[0])
        places = ", ".join(f":{name}" for name in rows[0])
        connection.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - our own names
            rows,
        )


def _staff() -> list[dict[str, Any]]:
    people = [(each, "agent") for each in _AGENTS] + [(SUPERVISOR_ID, "supervisor")]
    return [
        {
            "id": staff_id,
            "username": f"u{number}",
            "name": f"同事{number}",
            "role": role,
            "password_hash": "-",
            "presence": "online",
            "backup_codes": "[]",
            "created_at": _time(datetime.now(UTC)),
        }
        for number, (staff_id, role) in enumerate(people)
    ]


def _conversations(open_cases: int, archived: int) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    dice = random.Random(1)  # noqa: S311 - nothing is secret here
    end = datetime.now(UTC) - timedelta(minutes=1)
    total = open_cases + archived
    first_open = archived
    for number in range(total):
        at = end - timedelta(days=3 * 365) * (1 - number / total)
        yield _conversation(dice, number + 1, at, is_open=number >= first_open)


def _conversation(
    dice: random.Random, rank: int, at: datetime, *, is_open: bool
) -> list[tuple[str, dict[str, Any]]]:
    topic = dice.choice(list(_TOPICS))
    employer = f"{dice.choice(_STREETS)}{dice.choice(_NAMES)}{dice.choice(_TRADES)}"
    numbers = {
        "months": dice.randint(2, 24),
        "amount": dice.randint(3, 400) * 100,
        "people": dice.randint(1, 60),
        "height": dice.randint(2, 14),
        "days": dice.randint(2, 28),
    }
    asked = f"{_TOPICS[topic].format(**numbers)}，单位是{employer}"
    holder = dice.choice(_AGENTS)
    claimed = not is_open or dice.random() < 0.3
    status = "closed" if not is_open else ("with_staff" if claimed else "waiting")
    worker_id, conversation_id = _id(at), _id(at)
    said = [("worker", asked), ("bot", _BOT_WORDS), ("worker", f"我的编号是{rank}，转人工")]
    if claimed:
        said += [("staff", words.format(**numbers)) for words in dice.sample(_STAFF_WORDS, 2)]
        said.append(("worker", "好的谢谢，那我等您消息"))
    last_at = at + timedelta(minutes=len(said))
    messages: list[tuple[str, dict[str, Any]]] = []
    for seq, (author, words) in enumerate(said, start=1):
        message = {
            "id": _id(at + timedelta(minutes=seq)),
            "conversation_id": conversation_id,
            "seq": seq,
            "author": author,
            "kind": "chat",
            "text": words,
            "citations": "[]",
            "quick_replies": "[]",
            "staff_id": holder if author == "staff" else None,
            "handled_at": _time(last_at),
            "created_at": _time(at + timedelta(minutes=seq)),
        }
        messages.append(("messages", message))
    handoff = {
        "id": _id(at),
        "conversation_id": conversation_id,
        "message_id": messages[2][1]["id"],
        "reason": dice.choice(["requested", "legal_case", "legal_case", "repeated_failure"]),
        "category": topic,
        "priority": dice.choices([1, 2, 3, 4], [1, 20, 40, 39])[0],
        "summary": asked,
        "case_facts": json.dumps({"employer": employer}, ensure_ascii=False),
        "package": json.dumps({"why": "涉及具体案情"}, ensure_ascii=False),
        "state": "resolved" if not is_open else ("claimed" if claimed else "waiting"),
        "claimed_by": holder if claimed else None,
        "claimed_at": _time(at) if claimed else None,
        "answered_at": _time(at) if claimed else None,
        "due_at": _time(at + timedelta(hours=2)),
        "ended_at": None if is_open else _time(last_at),
        "outcome": None if is_open else "已协调解决",
        "created_at": _time(at),
    }
    words = fold("\n".join([asked, *(text for author, text in said if author != "bot")]))
    facts = fold(f"{topic}\n{employer}")
    return [
        ("workers", {"id": worker_id, "created_at": _time(at)}),
        (
            "conversations",
            {
                "id": conversation_id,
                "worker_id": worker_id,
                "channel": dice.choice(["web", "wechat"]),
                "token_hash": "-",
                "status": status,
                "last_seq": len(said),
                "bot_round": 0,
                "worker_seen_seq": 0,
                "staff_seen_seq": len(said) - dice.randint(0, 1),
                "closed_at": None if is_open else _time(last_at),
                "last_message_at": _time(last_at),
                "created_at": _time(at),
            },
        ),
        *messages,
        ("handoffs", handoff),
        (
            "conversation_texts",
            {
                "rank": rank,
                "conversation_id": conversation_id,
                "facts": facts,
                "words": words,
                "through_id": messages[-1][1]["id"],
            },
        ),
        (
            "conversation_search",
            {"rowid": rank, "facts": grams(facts), "words": grams(words)},
        ),
    ]


def _id(at: datetime) -> str:
    return str(ULID.from_datetime(at))


def _time(at: datetime) -> str:
    """As SQLAlchemy stores a time in SQLite."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
