"""A made-up service centre: conversations, cases and opinions of any number of days.

Deterministic for a seed. Ids are made from the times beside them, as the gateway makes them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from ulid import ULID

from api.promises.schedule import Schedule
from api.promises.sla import FirstAnswer
from api.promises.working_hours import WorkingHours
from api.storage.database import Database
from api.storage.models import (
    Author,
    Base,
    Channel,
    Conversation,
    Feedback,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    OutcomeKind,
    Rating,
    Role,
    Staff,
    Status,
    Worker,
)
from contract import HandoffReason
from tests.api.reports.employers import employers, variants

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE)
ARTICLES = (
    ("wage-arrears-what-to-do", 9),
    ("mutual-aid-how-to-claim", 8),
    ("union-checkup-how-to-apply", 7),
    ("overtime-pay-rates", 6),
    ("injury-how-to-apply", 5),
    ("joining-how", 4),
    ("annual-leave-days", 3),
    ("training-skill-subsidy", 3),
    ("housing-fund", 2),
    ("heat-allowance-amount", 2),
    ("hardship-how-to-apply", 2),
)
CATEGORIES = {
    "欠薪与工资支付": 10,
    "劳动合同": 6,
    "工伤": 5,
    "工时与加班费": 4,
    "医疗互助": 3,
    "社会保险与公积金": 3,
    "综合": 2,
}
REASONS = {
    HandoffReason.LEGAL_CASE: 10,
    HandoffReason.REQUESTED: 7,
    HandoffReason.REPEATED_FAILURE: 3,
    HandoffReason.URGENT_DEADLINE: 2,
    HandoffReason.NEGATIVE_FEEDBACK: 1,
    HandoffReason.CRISIS: 0.3,
}
STREETS = ("仓前", "良渚", "闲林", "五常", "瓶窑", "老余杭", "中泰", "仁和", "径山", "未来科技城")
_EMPLOYERS = tuple(employers())
AMOUNTS = (
    "18000 元",
    "两万三",
    "8千",
    "三个月工资一共一万八",
    "大概四五万",
    "6500",
    "说不清",
    None,
)
PEOPLE = ("就我一个人", "12个人", "我们二十多个工友", "五个", "不清楚", None)
_STORIES = {
    "欠薪与工资支付": "老板拖欠工资三个月了",
    "劳动合同": "昨天口头把我辞退了",
    "工伤": "上班时手被机器压伤了",
}
_HOUR_WEIGHTS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 8, 6, 7, 9, 9, 8, 7, 6, 7, 8, 7, 4, 2)
_ROWS_AT_ONCE = 20_000
_TROUBLED_DAYS = 7
_TROUBLED_SHARE = 0.35


def ulid_at(at: datetime, chance: random.Random) -> str:
    """An id that was made at this time."""
    milliseconds = int(at.timestamp() * 1000)
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + chance.randbytes(10)))


@dataclass
class Rows:
    """Rows by table, in the order in which they can be stored."""

    workers: list[dict[str, Any]] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    ratings: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)

    def tables(self) -> list[tuple[type[Base], list[dict[str, Any]]]]:
        return [
            (Worker, self.workers),
            (Conversation, self.conversations),
            (Message, self.messages),
            (Handoff, self.handoffs),
            (Rating, self.ratings),
            (Feedback, self.feedback),
        ]


class Centre:
    """Makes ``number`` conversations on the ``days`` days up to and including ``last``.

    ``troubled``: employers that more and more workers complain of in the last week, each in
    another way to write the name.
    """

    def __init__(
        self, number: int, *, last: date, days: int, seed: int = 7, troubled: Sequence[str] = ()
    ) -> None:
        self.number = number
        self.days = [last - timedelta(days=back) for back in reversed(range(days))]
        self._chance = random.Random(seed)  # noqa: S311
        self._troubled = troubled
        self._first_answer = FirstAnswer.of(HOURS)
        self.staff = [
            {
                "id": ulid_at(datetime.combine(self.days[0], time(), ZONE), self._chance),
                "username": f"agent{number}",
                "name": name,
                "role": Role.AGENT,
                "password_hash": "",
            }
            for number, name in enumerate(("王芳", "陈静", "李强", "赵敏"))
        ]

    def rows(self) -> Iterator[Rows]:
        """All rows but the staff, in portions."""
        rows = Rows()
        weights = [1.0 if day.weekday() < 5 else 0.45 for day in self.days]
        begun = sorted(
            self._moment(day) for day in self._chance.choices(self.days, weights, k=self.number)
        )
        for at in begun:
            self._conversation(rows, at)
            if len(rows.messages) >= _ROWS_AT_ONCE:
                yield rows
                rows = Rows()
        yield rows

    def _moment(self, day: date) -> datetime:
        hour = self._chance.choices(range(24), _HOUR_WEIGHTS)[0]
        second = self._chance.randrange(3600)
        return datetime.combine(day, time(hour), ZONE) + timedelta(seconds=second)

    def _conversation(self, rows: Rows, at: datetime) -> None:
        chance = self._chance
        worker_id, conversation_id = ulid_at(at, chance), ulid_at(at, chance)
        rows.workers.append({"id": worker_id, "created_at": at})
        channel = Channel.WEB if chance.random() < 0.62 else Channel.WECHAT
        messages: list[dict[str, Any]] = []

        def say(author: Author, kind: MessageKind, text: str, **fields: Any) -> dict[str, Any]:
            spoken = at + timedelta(seconds=len(messages) * 40)
            message = {
                "id": ulid_at(spoken, chance),
                "conversation_id": conversation_id,
                "seq": len(messages) + 1,
                "author": author,
                "kind": kind,
                "text": text,
                "citations": [],
                "quick_replies": [],
                "trace": None,
                "created_at": spoken,
                "handled_at": spoken,
            }
            messages.append(message | fields)
            return messages[-1]

        say(Author.BOT, MessageKind.CHAT, "您好，我是余杭工会的小助手。")
        if chance.random() > 0.12:  # the others open the page and go again
            self._talk(rows, say)
            if chance.random() < 0.16:
                self._case(rows, conversation_id, messages, at, channel)
            if chance.random() < 0.1:
                score = chance.choices((1, 2, 3, 4, 5), (4, 4, 10, 30, 52))[0]
                rows.ratings.append(
                    {
                        "conversation_id": conversation_id,
                        "score": score,
                        "comment": "",
                        "created_at": at,
                    }
                )
        rows.messages += messages
        handed_over = (
            bool(rows.handoffs) and rows.handoffs[-1]["conversation_id"] == conversation_id
        )
        rows.conversations.append(
            {
                "id": conversation_id,
                "worker_id": worker_id,
                "channel": channel,
                "token_hash": "",
                "status": self._status(rows, handed_over=handed_over),
                "last_seq": len(messages),
                "last_message_at": messages[-1]["created_at"],
                "closed_at": None,
                "created_at": at,
            }
        )

    def _status(self, rows: Rows, *, handed_over: bool) -> Status:
        if not handed_over:
            return Status.BOT
        state = rows.handoffs[-1]["state"]
        if state is HandoffState.RESOLVED:
            return Status.CLOSED
        return Status.WAITING if state is HandoffState.WAITING else Status.WITH_STAFF

    def _talk(self, rows: Rows, say: Any) -> None:
        chance = self._chance
        for _ in range(chance.choices((1, 2, 3, 4), (5, 4, 2, 1))[0]):
            place = f"我在{chance.choice(STREETS)}这边上班，" if chance.random() < 0.15 else ""
            say(Author.WORKER, MessageKind.CHAT, f"{place}想问一下医疗互助和工资的事情怎么办理")
            if chance.random() < 0.09:
                say(Author.BOT, MessageKind.DECLINE, "这个我没有核实过的资料。")
                continue
            article = chance.choices([a for a, _ in ARTICLES], [w for _, w in ARTICLES])[0]
            citation = {"title": article, "source": "规定", "article_id": article, "verified": True}
            answer = say(
                Author.BOT,
                MessageKind.ANSWER,
                "可以申请。" * 20,
                citations=[citation],
                trace={"query": "医疗互助", "hits": [{"article_id": article}] * 5},
            )
            if chance.random() < 0.08:
                rows.feedback.append(
                    {
                        "message_id": answer["id"],
                        "helpful": chance.random() < 0.8,
                        "created_at": answer["created_at"],
                    }
                )

    def _case(
        self,
        rows: Rows,
        conversation_id: str,
        messages: Sequence[dict[str, Any]],
        begun: datetime,
        channel: Channel,
    ) -> None:
        chance = self._chance
        at = begun + timedelta(seconds=len(messages) * 40)
        reason = chance.choices(list(REASONS), list(REASONS.values()))[0]
        priority = 1 if reason is HandoffReason.CRISIS else chance.choices((2, 3, 4), (2, 5, 3))[0]
        opens = HOURS.next_opening(at)
        minutes = chance.expovariate(1 / 35)
        answered = HOURS.add(opens, timedelta(minutes=1 + minutes))
        ended = HOURS.add(answered, timedelta(minutes=10 + chance.expovariate(1 / 240)))
        state = chance.choices(
            (
                HandoffState.RESOLVED,
                HandoffState.CANCELLED,
                HandoffState.CLAIMED,
                HandoffState.WAITING,
            ),
            (86, 6, 5, 3),
        )[0]
        is_answered = state in (HandoffState.RESOLVED, HandoffState.CLAIMED)
        due = self._first_answer.due_at(priority, at)
        staff = chance.choice(self.staff)["id"] if is_answered else None
        rows.handoffs.append(
            {
                "id": ulid_at(at, chance),
                "conversation_id": conversation_id,
                "message_id": messages[-1]["id"],
                "reason": reason,
                "category": (category := self._category()),
                "priority": priority,
                "summary": _STORIES.get(category, "想问问这件事怎么办"),
                "case_facts": self._facts(category, at),
                "package": {"why": "涉及具体案情"},
                "state": state,
                "claimed_by": staff,
                "claimed_at": answered if is_answered else None,
                "active_at": answered if is_answered else None,
                "answered_at": answered if is_answered else None,
                "due_at": due,
                "breached_at": due if due and is_answered and answered > due else None,
                "ended_at": ended
                if state in (HandoffState.RESOLVED, HandoffState.CANCELLED)
                else None,
                "outcome_kind": chance.choice(list(OutcomeKind))
                if state is HandoffState.RESOLVED
                else None,
                "created_at": at,
            }
        )

    def _category(self) -> str:
        return self._chance.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]

    def _facts(self, category: str, at: datetime) -> dict[str, Any]:
        chance = self._chance
        employer = f"{chance.choice(_EMPLOYERS)}有限公司"
        is_late = at.astimezone(ZONE).date() >= self.days[-min(_TROUBLED_DAYS, len(self.days))]
        if self._troubled and is_late and chance.random() < _TROUBLED_SHARE:
            employer = next(variants(chance.choice(self._troubled), chance, number=1))
        facts = {
            "employer": employer if chance.random() < 0.8 else None,
            "what_happened": f"我在{chance.choice(STREETS)}上班，{_STORIES.get(category, '有事')}",
            "amount": chance.choice(AMOUNTS),
            "people": chance.choice(PEOPLE),
            "contact": "张三 13812345678",
        }
        return {name: told for name, told in facts.items() if told is not None}


async def fill(database: Database, centre: Centre) -> None:
    """Store everything."""
    async with database.write() as session:
        await session.execute(insert(Staff), centre.staff)
    for rows in centre.rows():
        async with database.write() as session:
            for table, values in rows.tables():
                if values:
                    await session.execute(insert(table), values)
