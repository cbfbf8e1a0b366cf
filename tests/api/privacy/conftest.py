"""A gateway with workers who have told a lot."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from api.live.events import Event
from api.privacy import routes
from api.privacy.deletion import Deletion
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import (
    Base,
    Conversation,
    Handoff,
    Member,
    Message,
    Note,
    Role,
    Staff,
    VerificationLink,
    new_id,
    now,
)
from api.storage.models import Worker as WorkerRow
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import ANSWER, HANDOFF, FakeRasa
from tests.api.gateway import Gateway, Worker
from tests.postgres import *  # noqa: F403


class Listener:
    """Keeps what was published."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


@dataclass
class Office:
    """The gateway, with what the tests need beside its HTTP interface."""

    gateway: Gateway
    rasa: FakeRasa
    secret_key: str
    listener: Listener = field(default_factory=Listener)
    staff_id: str = field(default_factory=new_id)

    @property
    def database(self) -> Database:
        return self.gateway.database

    async def talkative_worker(self, word: str) -> Worker:
        """A verified worker whose every field holds the word, with an open hand-off."""
        worker = await self.gateway.worker()
        answer = ANSWER | {"text": f"答：{word}"}
        answer["trace"] = ANSWER["trace"] | {"query": word}
        self.rasa.answer = lambda _: fake_rasa.turn(answer)
        replies = (await worker.say(f"问：{word}", f"id-{word}"))["messages"]
        path = f"/api/v1/conversations/{worker.id}"
        helpful, rating = {"helpful": True}, {"score": 4, "comment": f"评：{word}"}
        url = f"{path}/messages/{replies[0]['id']}/feedback"
        assert (await self.post(worker, url, helpful)).is_success
        assert (await self.post(worker, f"{path}/rating", rating)).is_success
        request = HANDOFF["handoff"] | {"summary": f"摘：{word}", "case_facts": {"employer": word}}
        self.rasa.answer = lambda _: fake_rasa.turn(
            HANDOFF | {"handoff": request}, slots={"employer": word}
        )
        await worker.say(f"转人工 {word}")
        self.rasa.answer = fake_rasa.echo
        async with self.database.write() as session:
            conversation = await session.get_one(Conversation, worker.id)
            member = Member(
                id=new_id(),
                name="张三丰",
                id_number="sealed-id",
                id_number_hash=new_id(),
                phone="sealed-phone",
                union_name="某厂工会",
                mutual_aid_years=[2026],
            )
            session.add(member)
            await session.flush()
            person = await session.get_one(WorkerRow, conversation.worker_id)
            person.member_id, person.verified_at = member.id, now()
            session.add(
                VerificationLink(
                    worker_id=person.id,
                    conversation_id=worker.id,
                    key_hash=new_id(),
                    expires_at=now(),
                )
            )
            session.add(Note(conversation_id=worker.id, staff_id=self.staff_id, text=f"记：{word}"))
        return worker

    async def post(self, worker: Worker, url: str, body: object) -> httpx2.Response:
        return await self.gateway.client.post(url, json=body, headers=worker.headers)

    async def delete(self, worker: Worker) -> httpx2.Response:
        return await self.gateway.client.delete("/api/v1/me", headers=worker.headers)

    async def export(self, worker: Worker) -> httpx2.Response:
        return await self.gateway.client.get("/api/v1/me/export", headers=worker.headers)

    async def everything(self) -> str:
        """Every row of every table."""
        async with self.database.read() as session:
            rows = [
                row
                for table in Base.metadata.sorted_tables
                for row in (await session.execute(select(table))).mappings()
            ]
        return str(rows)

    async def messages(self, conversation_id: str) -> list[Message]:
        found = select(Message).where(Message.conversation_id == conversation_id)
        async with self.database.read() as session:
            return list(await session.scalars(found.order_by(Message.seq)))

    async def handoff(self, conversation_id: str) -> Handoff:
        found = select(Handoff).where(Handoff.conversation_id == conversation_id)
        async with self.database.read() as session:
            return (await session.scalars(found)).one()


@pytest.fixture(params=["sqlite", "postgresql"])
def privacy_settings(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path, rasa: FakeRasa
) -> Settings:
    common = {"data_dir": tmp_path, "rasa_urls": [rasa.url], "actions_url": rasa.url}
    common |= {"rasa_timeout": 10, "recovery_wait": 0}
    if request.param == "postgresql":
        return Settings(**common, database_url=request.getfixturevalue("migrated_postgres_url"))
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return Settings(**common)


@pytest.fixture
async def office(privacy_settings: Settings, rasa: FakeRasa) -> AsyncIterator[Office]:
    async with gateway.running(privacy_settings) as running:
        secret_key = privacy_settings.secret_key.get_secret_value()
        office = Office(running, rasa, secret_key)
        running.app.include_router(routes.router)
        running.app.state.deletion = Deletion(
            running.database, secret_key=secret_key, publisher=office.listener
        )
        async with running.database.write() as session:
            session.add(
                Staff(
                    id=office.staff_id,
                    username="ann",
                    name="小安",
                    role=Role.AGENT,
                    password_hash="-",
                )
            )
        yield office
