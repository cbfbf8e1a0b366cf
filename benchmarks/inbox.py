"""``python -m benchmarks.inbox``: the inbox with 5,000 open and 500,000 archived conversations.

Generates them once into ``var/bench/inbox.db`` and measures through the REST layer, in process and
without network: the first view of the desk (list, numbers and the case on top) and the search.
Prints the times in milliseconds as JSON; exit status 1 if a bound is passed.
"""

import asyncio
import json
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx2
from fastapi import FastAPI

from api import errors
from api.conversations import tokens
from api.inbox.routes import routers
from api.settings import Settings
from api.staff import routes
from api.staff.passwords import Passwords
from api.staff.sessions import Sessions
from api.storage.database import Database
from api.storage.models import Role, StaffSession, now
from benchmarks.inbox_data import AGENT_ID, SUPERVISOR_ID, generate

OPEN = 5_000
ARCHIVED = 500_000
FIRST_VIEW_P95_MS = 800
SEARCH_P95_MS = 500
_FILE = Path("var/bench/inbox.db")
_REPEATS = 40
_SECRET_KEY = "bench"  # noqa: S105 - of this measurement alone
_WORDS = (
    "工资",
    "欠薪",
    "工伤",
    "良渚街道",
    "仓前",
    "电子厂",
    "星河电子",
    "摔",
    "三个月没发工资",
    "劳动合同 辞退",
    "恒达机械 工伤",
    "仁和街道 加班费",
    "保安公司 押金",
    "18000",
    "鸿运物流有限公司",
    "没有这样的词",
)


async def _measure(database: Database) -> dict[str, dict[str, float]]:
    app = FastAPI()
    app.state.settings = Settings()
    app.state.database = database
    app.state.staff_sessions = Sessions(database, Passwords(), secret_key=_SECRET_KEY)
    errors.install(app)
    app.include_router(routes.own)
    for router in routers:
        app.include_router(router)
    times: dict[str, list[float]] = {}
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk/api/v1/staff") as http:

        async def get(kind: str, token: str, *paths: str) -> list[httpx2.Response]:
            began = time.perf_counter()
            headers = {"Authorization": f"Bearer {token}"}
            found = [await http.get(path, headers=headers) for path in paths]
            times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
            assert all(response.status_code == 200 for response in found)
            return found

        for role, staff_id in ((Role.AGENT, AGENT_ID), (Role.SUPERVISOR, SUPERVISOR_ID)):
            token = await _let_in(database, staff_id)
            for view in ("waiting", "mine", "open", "archived"):
                for _ in range(_REPEATS):
                    list_path = f"/inbox?view={view}"
                    (page,) = await get(f"list {view}, {role}", token, list_path)
                    if rows := page.json()["rows"]:
                        case_path = f"/conversations/{rows[0]['conversation_id']}"
                        await get(f"case, {role}", token, case_path)
                        await get(
                            f"first view {view}, {role}", token, list_path, case_path, "/labels"
                        )
            for _ in range(_REPEATS // 8):
                for words in _WORDS:
                    await get(f"search, {role}", token, f"/inbox?view=all&q={quote(words)}")
                    await get(
                        f"search in the archive, {role}",
                        token,
                        f"/inbox?view=archived&q={quote(words)}",
                    )
                    await get(
                        f"search among open cases, {role}",
                        token,
                        f"/inbox?view=open&q={quote(words)}",
                    )
    return {kind: _figures(taken) for kind, taken in times.items()}


def _figures(taken: list[float]) -> dict[str, float]:
    quantiles = statistics.quantiles(taken, n=100)
    return {
        "p50": round(quantiles[49], 1),
        "p95": round(quantiles[94], 1),
        "max": round(max(taken), 1),
    }


async def _let_in(database: Database, staff_id: str) -> str:
    token = tokens.new_token()
    async with database.write() as session:
        session.add(
            StaffSession(
                staff_id=staff_id,
                token_hash=tokens.hash_token(token, _SECRET_KEY),
                expires_at=now() + timedelta(hours=12),
            )
        )
    return token


async def measure() -> dict[str, dict[str, float]]:
    """Times in milliseconds, by kind of request."""
    database = Database(f"sqlite+aiosqlite:///{_FILE}")
    try:
        return await _measure(database)
    finally:
        await database.close()


def main() -> int:
    """Generate, measure, print."""
    if not _FILE.exists():
        generate(_FILE, open_cases=OPEN, archived=ARCHIVED)
    figures = asyncio.run(measure())
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    bounds = {"first view": FIRST_VIEW_P95_MS, "search": SEARCH_P95_MS}
    return int(
        any(
            each["p95"] > bound
            for name, bound in bounds.items()
            for kind, each in figures.items()
            if kind.startswith(name)
        )
    )


if __name__ == "__main__":
    sys.exit(main())
