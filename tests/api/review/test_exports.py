"""NLU examples on their way to the engineer, over HTTP and on the command line."""

from pathlib import Path

import anyio
import pytest
import yaml
from sqlalchemy import select

from api.cli import main
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    AuditEntry,
    Proposal,
    ProposalKind,
    ProposalState,
    Role,
    Staff,
)
from tests.api.staff.office import Colleague, Office

pytestmark = pytest.mark.anyio
EXPORT = "/review/exports/nlu.yml"


async def keep(database: Database, text: str) -> None:
    async with database.write() as session:
        staff_id = (await session.scalars(select(Staff.id))).one()
        session.add(
            Proposal(
                kind=ProposalKind.NLU_EXAMPLE,
                state=ProposalState.ACCEPTED,
                payload={"text": text, "intent": "greet"},
                created_by=staff_id,
            )
        )


def examples(text: str) -> list[str]:
    return [
        line.removeprefix("- ")
        for block in yaml.safe_load(text)["nlu"]
        for line in block["examples"].splitlines()
    ]


@pytest.fixture
async def boss(review_office: Office) -> Colleague:
    return await review_office.hire("boss", Role.SUPERVISOR)


async def exported(colleague: Colleague, query: str = "") -> list[str]:
    response = await colleague.request("GET", EXPORT + query)
    assert response.status_code == 200
    return examples(response.text)


async def stages(colleague: Colleague) -> set[str]:
    listed = await colleague.get("/review/proposals?state=accepted")
    return {each["stage"] for each in listed["proposals"]}


async def test_an_example_leaves_once_and_everything_can_be_had_again(
    boss: Colleague, database: Database
) -> None:
    await keep(database, "侬好")
    assert await stages(boss) == {"accepted"}
    assert await exported(boss) == ["侬好"]
    assert await stages(boss) == {"exported"}
    await keep(database, "哈喽")
    assert await exported(boss) == ["哈喽"]
    assert await exported(boss) == []
    assert await exported(boss, "?all=true") == ["侬好", "哈喽"]


async def test_personal_data_is_covered_even_if_it_was_stored(
    boss: Colleague, database: Database
) -> None:
    await keep(database, "我叫王小明，打13812345678")
    (example,) = await exported(boss)
    assert "13812345678" not in example
    assert "王小明" not in example


async def test_the_command_writes_what_is_new(
    boss: Colleague,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await keep(database, "侬好")
    monkeypatch.setenv("UNION_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path))
    command = ["knowledge", "nlu-export"]
    nowhere = str(tmp_path / "no-folder" / "nlu.yml")
    assert await run(*command, "--out", nowhere) == 1
    assert "no-folder" in capsys.readouterr().err
    assert await stages(boss) == {"accepted"}
    file = tmp_path / "nlu.yml"
    assert await run(*command, "--out", str(file)) == 0
    assert examples(file.read_text(encoding="utf-8")) == ["侬好"]
    assert await stages(boss) == {"exported"}
    for words, found in (([], []), (["--all"], ["侬好"])):
        assert await run(*command, *words) == 0
        assert examples(capsys.readouterr().out) == found
    async with database.read() as session:
        (first, *_) = (
            await session.scalars(select(AuditEntry).where(AuditEntry.action == "proposal.export"))
        ).all()
    assert (first.actor_kind, first.details) == (
        ActorKind.SYSTEM,
        {"kind": "nlu_example", "count": 1},
    )


async def run(*arguments: str) -> int:
    # The command has an event loop of its own.
    return await anyio.to_thread.run_sync(main, arguments)
