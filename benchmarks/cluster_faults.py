"""Workers talk to a cluster while one of its processes is killed; then the record is read."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx2
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.chaos import TEXTS
from scripts.cluster.cluster import Cluster

WORKERS = 60
MESSAGES = 300
_KILL_AFTER = MESSAGES // 3
"""Answers; by then everybody is in the middle of a conversation."""
_PAUSE_S = 8.0
"""Longest pause of a worker between two messages."""
_PATIENCE_S = 120.0
_REPEAT_AFTER_S = 0.5
_BACK_WITHIN_S = 120.0
_RECORD = text("""
SELECT q.id, q.client_message_id AS key, q.handled_at IS NOT NULL AS is_handled,
       c.status, array_remove(array_agg(r.id), NULL) AS replies,
       bool_or(r.author = 'system') AS is_without_bot
FROM messages q JOIN conversations c ON c.id = q.conversation_id
LEFT JOIN messages r ON r.in_reply_to = q.id
WHERE q.author = 'worker' AND q.client_message_id LIKE :keys
GROUP BY q.id, c.status
""")


@dataclass
class FaultRun:
    """What workers saw, and what the record says; the first five should be 0."""

    lost: int = 0
    """Messages that are not in the record."""
    doubled: int = 0
    """Messages that are there twice, or whose replies are not those that the worker was given."""
    unhandled: int = 0
    left_alone: int = 0
    """Messages without a reply in a conversation that is not on the desk either."""
    given_up: int = 0
    """Messages that a client could not deliver within its patience."""
    answered_without_bot: int = 0
    """By the knowledge base alone, or with a case for the desk."""
    repeated_requests: int = 0
    slowest_answer_s: float = 0.0
    back_after_s: float = 0.0
    """From the kill until every process served again."""
    seconds: float = 0.0
    told: dict[str, set[str]] = field(default_factory=dict, repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled or left alone."""
        return not (self.lost or self.doubled or self.unhandled or self.left_alone or self.given_up)

    def figures(self) -> dict[str, int | float]:
        """Without what was said."""
        return {
            name: round(value, 2) if isinstance(value, float) else value
            for name, value in vars(self).items()
            if name != "told"
        }


async def run(cluster: Cluster, victim: str, seed: int) -> FaultRun:
    """Let everybody talk, kill the victim on the way, wait until it is back, read the record."""
    found = FaultRun()
    started = time.monotonic()
    limits = httpx2.Limits(max_connections=WORKERS)
    async with httpx2.AsyncClient(
        base_url=cluster.address, timeout=15, trust_env=False, limits=limits
    ) as client:
        killing = asyncio.create_task(_kill(cluster, victim, found))
        await asyncio.gather(
            *(
                _Worker(client, f"{victim}/{number}", found, random.Random(seed + number)).talk()  # noqa: S311 - not for secrets
                for number in range(WORKERS)
            )
        )
        await killing
    await _check(cluster.environment["UNION_DATABASE_URL"], victim, found)
    found.seconds = time.monotonic() - started
    return found


async def _kill(cluster: Cluster, victim: str, found: FaultRun) -> None:
    while len(found.told) < _KILL_AFTER:  # noqa: ASYNC110 - a look now and then is enough
        await asyncio.sleep(0.05)
    cluster.kill(victim)
    killed = time.monotonic()
    await asyncio.sleep(1)  # until its supervisor has seen it
    await asyncio.to_thread(cluster.wait_until_ready, _BACK_WITHIN_S)
    found.back_after_s = time.monotonic() - killed


class _Worker:
    """Talks to the bot; begins anew where a person is waited for, to keep the bot at work."""

    def __init__(
        self, client: httpx2.AsyncClient, name: str, found: FaultRun, chance: random.Random
    ) -> None:
        self._client = client
        self._name = name
        self._found = found
        self._chance = chance
        self._headers: dict[str, str] = {}

    async def talk(self) -> None:
        path, status = "", "none"
        for number in range(MESSAGES // WORKERS):
            await asyncio.sleep(self._chance.random() * _PAUSE_S)
            if status != "bot":
                created = await self._insist("/api/v1/conversations", {"channel": "web"})
                path = f"/api/v1/conversations/{created['conversation_id']}/messages"
                self._headers = {"Authorization": f"Bearer {created['token']}"}
            key = f"{self._name}/{number}"
            self._found.told[key] = set()
            started = time.monotonic()
            body = {"text": self._chance.choice(TEXTS), "client_message_id": key}
            answer = await self._insist(path, body)
            took = time.monotonic() - started
            self._found.slowest_answer_s = max(self._found.slowest_answer_s, took)
            self._found.told[key] = {message["id"] for message in answer["messages"]}
            status = answer["status"]

    async def _insist(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        """Repeat until it works, as the widget does."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            try:
                response = await self._client.post(path, json=body, headers=self._headers)
            except httpx2.HTTPError:
                pass
            else:
                if response.status_code in (200, 201):
                    answer: dict[str, Any] = response.json()
                    return answer
            self._found.repeated_requests += 1
            await asyncio.sleep(_REPEAT_AFTER_S)
        self._found.given_up += 1
        return {"conversation_id": "", "token": "", "messages": [], "status": "none"}


async def _check(database_url: str, victim: str, found: FaultRun) -> None:
    """Compare what workers were told with what is in the record."""
    engine = create_async_engine(database_url)
    try:
        async with engine.connect() as connection:
            rows = (await connection.execute(_RECORD, {"keys": f"{victim}/%"})).all()
    finally:
        await engine.dispose()
    stored = Counter(row.key for row in rows)
    found.lost = sum(stored[key] == 0 for key in found.told)
    found.doubled = sum(number > 1 for number in stored.values())
    for row in rows:
        replies = set(row.replies)
        found.doubled += replies != found.told[row.key]
        found.unhandled += not row.is_handled
        found.left_alone += not replies and row.status not in ("waiting", "with_staff")
        found.answered_without_bot += bool(row.is_without_bot)
