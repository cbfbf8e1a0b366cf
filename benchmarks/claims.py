"""``python -m benchmarks.claims``: fifty colleagues claim one case at once, a hundred times.

On SQLite and on PostgreSQL. Exit status 1 unless every round has exactly one winner, and everybody
else was told who it is.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.handoff.desk import Desk
from api.storage import schema
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Handoff,
    Message,
    MessageKind,
    Role,
    Staff,
    Status,
    new_id,
)
from contract import HandoffReason
from tests.postgres import PostgresServer

_ROUNDS = 100
_COLLEAGUES = 50


async def run(url: str) -> int:
    """Return in how many rounds exactly one colleague got the case."""
    database = Database(url)
    try:
        await schema.upgrade(database)
        desk = Desk(database, message_max_chars=1000)
        colleagues = [
            Staff(
                id=new_id(),
                username=f"u{number}",
                name=f"同事{number}",
                role=Role.AGENT,
                password_hash="-",  # noqa: S106 - nobody logs in
            )
            for number in range(_COLLEAGUES)
        ]
        async with database.write() as session:
            session.add_all(colleagues)
        return sum([await _round(database, desk, colleagues) for _ in range(_ROUNDS)])
    finally:
        await database.close()


async def _round(database: Database, desk: Desk, colleagues: list[Staff]) -> bool:
    case = await _waiting(database)

    async def claim(staff: Staff) -> str:
        try:
            return (await desk.claim(case, staff)).claimed_by or ""
        except ApiError as error:
            # The losers name the winner.
            is_claimed = error.code is ErrorCode.ALREADY_CLAIMED
            return str(error.details.get("name")) if is_claimed else f"! {error.code}"

    said = await asyncio.gather(*map(claim, colleagues))
    winners = [staff for staff, word in zip(colleagues, said, strict=True) if word == staff.id]
    if len(winners) != 1:
        return False
    return said.count(winners[0].name) == _COLLEAGUES - 1


async def _waiting(database: Database) -> str:
    async with database.write() as session:
        conversation = await access.create_conversation(session, Channel.WEB, token_hash=new_id())
        message = Message.of(Author.WORKER, MessageKind.CHAT, "老板不发工资")
        await access.append(session, conversation, [message])
        conversation.status = Status.WAITING
        session.add(
            Handoff(
                conversation_id=conversation.id,
                message_id=message.id,
                reason=HandoffReason.LEGAL_CASE,
                category="欠薪",
                priority=3,
                summary="老板不发工资",
                case_facts={},
                package={"why": "涉及具体案情"},
            )
        )
        return conversation.id


def main() -> int:
    """Run both and print the rounds with one winner."""
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            urls = {
                "sqlite": f"sqlite+aiosqlite:///{folder}/gateway.db",
                "postgresql": server.url(server.create_database()),
            }
            results = {name: asyncio.run(run(url)) for name, url in urls.items()}
        finally:
            server.stop()
    for name, rounds in results.items():
        print(f"{name}: one winner in {rounds} of {_ROUNDS} rounds of {_COLLEAGUES} claims")
    return 0 if all(rounds == _ROUNDS for rounds in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
