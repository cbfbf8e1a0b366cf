"""Everything that ``/openapi.json`` offers, asked for by everybody, with made-up requests.

Answers are never a failure of the gateway, are as they are documented, have the one error shape,
and nobody is let in whom the access table does not let in. ``python -m benchmarks.fuzz_api`` asks
far more.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.security.access_table import ACCESS, WEBSOCKET
from api.settings import Settings
from api.storage.models import Role
from tests.api.gateway import Gateway
from tests.security.fuzzing import world as worlds
from tests.security.fuzzing.requests import fuzz, is_let_in
from tests.security.fuzzing.world import Who, World
from tests.security.staff import hired

_LET_IN, _OTHERS = 8, 2
"""Requests for one operation."""


@pytest.fixture
def world(tmp_path: Path, migrated_file: Path) -> Iterator[World]:
    with worlds.opened(tmp_path, migrated_file) as opened:
        yield opened


# Modules of the gateway draw from the generator that Hypothesis watches.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
@pytest.mark.parametrize("who", Who)
def test_made_up_requests(world: World, who: Who) -> None:
    problems: list[str] = []
    for operation in world.operations():
        expected = is_let_in(who, operation)
        findings = fuzz(world, operation, who, _LET_IN if expected else _OTHERS)
        problems += findings.problems
        if access := findings.problem_with_access(is_let_in=expected):
            problems.append(f"{operation.label} as {who}: {access}")
    assert problems == []


def test_the_description_tells_of_every_route_that_programs_use() -> None:
    described = create_app(Settings()).openapi()["paths"]
    told = {(method.upper(), path) for path, found in described.items() for method in found}
    assert {key for key in ACCESS if key[1].startswith("/api/") and key[0] != WEBSOCKET} <= told


@pytest.mark.anyio
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_of_all_calendars(
    running_gateway: Gateway, day: str
) -> None:
    """Found by a long run: there is no day before the one, and none behind the other."""
    boss = await hired(running_gateway.app, Role.SUPERVISOR)
    for name in ("figures", "agents", "conversations.csv", "conversations.xlsx"):
        for given in ({"last_day": day}, {"first_day": day}, {"first_day": day, "last_day": day}):
            response = await running_gateway.client.get(
                f"/api/v1/staff/reports/{name}", params=given, headers=boss.headers
            )
            assert response.status_code == 422, (name, given)
