"""What the gateway's record says of the followers' messages, beside what is on their screens."""

import asyncio
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.channels.wechat.plain import to_wechat
from api.channels.wechat.simulator import By, Follower
from api.channels.wechat.simulator.screen import text_parts

_POLL_S = 0.5
_MARK_CHARS = 24
"""So much of the beginning tells a reply from others; it is never split in there."""
_LEFT: Final = """
    SELECT (SELECT count(*) FROM wechat_inbox WHERE handled_at IS NULL)
         + (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending'))
"""
_REPLIES: Final = """
    SELECT i.openid, q.id, r.text, r.author, d.state, EXISTS (
        SELECT 1 FROM handoffs h
        WHERE h.conversation_id = q.conversation_id AND h.created_at <= q.handled_at)
    FROM wechat_inbox i
    JOIN messages q ON q.client_message_id = 'wechat ' || i.id
    LEFT JOIN messages r ON r.in_reply_to = q.id
    LEFT JOIN deliveries d ON d.message_id = r.id
    ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """How the messages of some followers were answered.

    ``with_desk``: they got no reply because a person had been asked for before. ``degraded``: the
    bot was not asked, or was too slow. ``held``: replies that the platform would not take any more.
    ``missing`` and ``twice``: replies that are not on the screen, or more than once.
    """

    messages: int
    answered: int
    with_desk: int
    unanswered: int
    degraded: int
    replies: int
    held: int
    missing: int
    twice: int
    platform_faults: int
    passive: int
    customer_service: int

    @property
    def are_complete(self) -> bool:
        """Whether every message was answered exactly once, and nobody saw a fault."""
        wrong = self.unanswered + self.held + self.missing + self.twice + self.platform_faults
        return wrong == 0


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, to a database that somebody else has open."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield connection


async def drained(database: Path, *, within_s: float) -> float:
    """Wait until nothing is on its way any more; returns the seconds that it took.

    Raises ``TimeoutError``.
    """
    started = time.monotonic()
    with reading(database) as connection:
        while connection.execute(_LEFT).fetchone() != (0,):
            if time.monotonic() - started > within_s:
                raise TimeoutError(f"not drained in {within_s:.0f} s")
            await asyncio.sleep(_POLL_S)
    return round(time.monotonic() - started, 1)


def answers_to(followers: Iterable[Follower], database: Path) -> Answers:
    """Compare record and screens of these followers."""
    of = {follower.openid: follower for follower in followers}
    with reading(database) as connection:
        rows = [row for row in connection.execute(_REPLIES) if row[0] in of]
    questions: dict[str, set[str]] = defaultdict(set)
    said: dict[str, list[str]] = defaultdict(list)
    held = 0
    for openid, question, reply, author, state, is_with_desk in rows:
        if reply is None:
            questions["with_desk" if is_with_desk else "unanswered"].add(question)
            continue
        questions["answered"].add(question)
        if author == "system":
            questions["degraded"].add(question)
        said[openid].append(_as_shown(reply))
        held += state != "sent"
    screens = {openid: "\n".join(follower.screen.texts) for openid, follower in of.items()}
    gaps = [_gaps(texts, screens[openid]) for openid, texts in said.items()]
    by = Counter(shown.by for follower in of.values() for shown in follower.screen.shown)
    return Answers(
        messages=len({row[1] for row in rows}),
        answered=len(questions["answered"]),
        with_desk=len(questions["with_desk"]),
        unanswered=len(questions["unanswered"]),
        degraded=len(questions["degraded"]),
        replies=sum(map(len, said.values())),
        held=held,
        missing=sum(missing for missing, _ in gaps),
        twice=sum(twice for _, twice in gaps),
        platform_faults=by[By.PLATFORM_FAULT],
        passive=by[By.PASSIVE],
        customer_service=by[By.CUSTOMER_SERVICE],
    )


def _as_shown(text: str) -> str:
    """A stored text as it reads in WeChat."""
    parts = text_parts(to_wechat(text))
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def _gaps(texts: list[str], screen: str) -> tuple[int, int]:
    """How many of the texts are missing on a screen, and how many are there too often."""
    missing = twice = 0
    for mark in {text[:_MARK_CHARS] for text in texts}:
        surplus = screen.count(mark) - sum(text.count(mark) for text in texts)
        missing += max(0, -surplus)
        twice += max(0, surplus)
    return missing, twice
