import asyncio
import inspect
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from api.error_codes import ErrorCode
from api.operations import metrics, routes, state
from api.operations.metrics import REGISTRY, Acknowledgement, AttemptResult, Stage, TurnOutcome
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Delivery,
    DeliveryState,
    Handoff,
    Message,
    MessageKind,
    OutboxItem,
    OutboxState,
    Worker,
)
from contract import HandoffReason

pytestmark = pytest.mark.anyio
AT = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url)
    yield database
    await database.close()


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_turn_is_counted_and_timed() -> None:
    labels = {"channel": "web", "outcome": "bot"}
    before = (
        sample("union_turns_total", **labels),
        sample("union_turn_seconds_count", channel="web"),
    )
    metrics.turn_handled(Channel.WEB, TurnOutcome.BOT, 0.05)
    after = sample("union_turns_total", **labels), sample("union_turn_seconds_count", channel="web")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


def test_a_stage_that_fails_is_timed_too() -> None:
    before = sample("union_turn_stage_seconds_count", stage="bot")
    with pytest.raises(TimeoutError), metrics.timed(Stage.BOT):
        raise TimeoutError
    assert sample("union_turn_stage_seconds_count", stage="bot") == before + 1


def test_sockets_are_counted_while_they_are_open() -> None:
    before = sample("union_sockets_open")
    with metrics.socket_open(), metrics.socket_open():
        assert sample("union_sockets_open") == before + 2
    assert sample("union_sockets_open") == before


def test_the_rest_is_counted() -> None:
    counted = {
        ("union_replies_total", ("author", "bot"), ("kind", "answer")): lambda: metrics.replied(
            Author.BOT, MessageKind.ANSWER
        ),
        (
            "union_handoffs_total",
            ("reason", "crisis"),
            ("priority", "1"),
        ): lambda: metrics.handed_over(HandoffReason.CRISIS, 1),
        (
            "union_outbox_attempts_total",
            ("adapter", "webhook"),
            ("result", "dead"),
        ): lambda: metrics.attempted("webhook", AttemptResult.DEAD),
        ("union_errors_total", ("code", "unauthorized")): lambda: metrics.refused(
            ErrorCode.UNAUTHORIZED
        ),
        (
            "union_wechat_acknowledgements_total",
            ("how", "reply"),
        ): lambda: metrics.acknowledged(Acknowledgement.REPLY, 0.2),
        ("union_turns_failed_total",): metrics.turn_failed,
        ("union_places_refused_total",): metrics.turned_away,
        ("union_wechat_calls_total", ("outcome", "ok")): lambda: metrics.platform_called("ok"),
    }
    for (name, *labels), count in counted.items():
        before = sample(name, **dict(labels))
        count()
        assert sample(name, **dict(labels)) == before + 1, name


def test_what_is_counted_takes_no_free_text() -> None:
    """Labels come from enumerations; the two strings are names of the program's own."""
    free = {
        (name, parameter.name)
        for name, function in inspect.getmembers(metrics, inspect.isfunction)
        if function.__module__ == metrics.__name__ and not name.startswith("_")
        for parameter in inspect.signature(function).parameters.values()
        if parameter.annotation is str
    }
    assert free == {("attempted", "adapter"), ("platform_called", "outcome")}


async def fill(database: Database) -> None:
    async with database.write() as session:
        session.add(worker := Worker())
        await session.flush()
        for minutes, priority, late in ((90, 3, True), (10, 3, False), (5, 1, True)):
            conversation = Conversation(worker_id=worker.id, channel=Channel.WECHAT, token_hash="")
            session.add(conversation)
            await session.flush()
            message = Message.of(Author.BOT, MessageKind.CHAT, "秘密", seq=1)
            message.conversation_id = conversation.id
            session.add(message)
            await session.flush()
            session.add(
                Handoff(
                    conversation_id=conversation.id,
                    message_id=message.id,
                    reason=HandoffReason.LEGAL_CASE,
                    category="讨薪",
                    priority=priority,
                    summary="秘密",
                    case_facts={},
                    package={},
                    due_at=AT + timedelta(minutes=-1 if late else 60),
                    created_at=AT - timedelta(minutes=minutes),
                )
            )
            session.add(
                Delivery(
                    message_id=message.id, conversation_id=conversation.id, state=DeliveryState.HELD
                )
            )
        for adapter, kind in (
            ("wechat", OutboxState.PENDING),
            ("webhook", OutboxState.DEAD),
            ("webhook", OutboxState.SENT),
        ):
            session.add(
                OutboxItem(
                    adapter=adapter, payload={}, state=kind, due_at=AT - timedelta(seconds=40)
                )
            )


async def test_the_state_is_that_of_the_database(database: Database, tmp_path: Path) -> None:
    await fill(database)
    registry = await state.registry_of(database, tmp_path / "index", clock=lambda: AT)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("union_database_up") == 1
    assert value("union_queue_cases", priority="3") == 2
    assert value("union_queue_oldest_seconds", priority="3") == 5400
    assert value("union_queue_overdue_cases", priority="3") == 1
    assert value("union_queue_overdue_cases", priority="1") == 1
    assert value("union_queue_cases", priority="2") == 0
    assert value("union_outbox_items", adapter="wechat", state="pending") == 1
    assert value("union_outbox_items", adapter="webhook", state="dead") == 1
    assert value("union_outbox_items", adapter="webhook", state="sent") is None
    assert value("union_outbox_late_seconds") == 40
    assert value("union_deliveries", state="held") == 3
    assert value("union_deliveries", state="pending") == 0
    assert "秘密" not in generate_latest(registry).decode()


async def test_a_database_that_is_away_is_a_figure(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    (settings.data_dir / "gateway.db").write_bytes(b"not a database" * 100)
    registry = await state.registry_of(database, tmp_path / "index")
    assert registry.get_sample_value("union_database_up") == 0
    assert registry.get_sample_value("union_queue_cases", {"priority": "1"}) is None


async def test_a_database_that_hangs_does_not_hang_the_scrape(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "WITHIN_S", 0.01)

    async def hang(*_: object) -> dict[int, tuple[int, float, int]]:
        await asyncio.Event().wait()
        return {}

    monkeypatch.setattr(state, "_queue", hang)
    assert await state.read_state(database, AT) is None


async def test_the_route_gives_both(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNION_INDEX_DIR", str(tmp_path / "index"))
    app = FastAPI()
    app.include_router(routes.router)
    app.state.database = database
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(response.text)}
    assert {"union_turns", "union_build_info", "union_database_up", "process_cpu_seconds"} <= names
    assert "union_index_info" not in names
