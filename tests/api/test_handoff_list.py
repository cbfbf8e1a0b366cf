import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from api.handoff_list import print_queue, waiting_time
from api.settings import Settings
from api.storage.models import Handoff, HandoffState, now
from tests.api import fake_rasa
from tests.api.fake_rasa import HANDOFF, FakeRasa
from tests.api.gateway import Gateway


@pytest.mark.anyio
async def test_the_queue_is_by_priority_then_age(
    running_gateway: Gateway,
    settings: Settings,
    rasa: FakeRasa,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(HANDOFF)
    older, newer, crisis, claimed = [await running_gateway.worker() for _ in range(4)]
    for worker in (newer, older, claimed):
        await worker.say("转人工")
    await crisis.say("不想活了")
    async with running_gateway.database.write() as session:
        for worker, change in (
            (older, {"created_at": now() - timedelta(minutes=90)}),
            (claimed, {"state": HandoffState.CLAIMED}),
        ):
            await session.execute(
                update(Handoff).where(Handoff.conversation_id == worker.id).values(change)
            )
    async with running_gateway.database.read() as session:
        await print_queue(session, settings.timezone, as_json=False)
        lines = capsys.readouterr().out.splitlines()
        await print_queue(session, settings.timezone, as_json=True)
        entries = json.loads(capsys.readouterr().out)
    ids = [crisis.id, older.id, newer.id]
    assert [entry["conversation_id"] for entry in entries] == ids
    assert [entry["priority"] for entry in entries] == [1, 3, 3]
    assert entries[1]["waiting_seconds"] >= 5400
    assert entries[1]["case_facts"] == {"employer": "某厂", "amount": "两万"}
    assert entries[1]["created_at"].endswith("+08:00")
    assert [line.split()[0] for line in lines] == ["优先级", "1", "3", "3"]
    assert all(id_ in line for id_, line in zip(ids, lines[1:], strict=True))
    assert "1 小时 30 分" in lines[2]
    assert "三个月没发工资" in lines[2]


@pytest.mark.anyio
async def test_an_empty_queue_says_so(
    running_gateway: Gateway, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_gateway.database.read() as session:
        await print_queue(session, settings.timezone, as_json=False)
        await print_queue(session, settings.timezone, as_json=True)
    assert capsys.readouterr().out == "没有等待处理的转接\n[]\n"


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=59), "0 分钟"),
        (timedelta(minutes=59), "59 分钟"),
        (timedelta(hours=23, minutes=59), "23 小时 59 分"),
        (timedelta(days=2, hours=3), "2 天 3 小时"),
        (timedelta(seconds=-5), "0 分钟"),
    ],
)
def test_waiting_time_in_words(waited: timedelta, words: str) -> None:
    assert waiting_time(waited) == words
