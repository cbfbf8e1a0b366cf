import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.channels.wechat.commands import publish_command
from api.channels.wechat.menu import load_menu
from api.channels.wechat.platform import Platform
from tests.api.channels.wechat import api_server
from tests.api.channels.wechat.api_server import STABLE_TOKEN, Answer, ApiServer, error
from tests.api.channels.wechat.gateways import gateways

pytestmark = pytest.mark.anyio
GET_MENU = "/cgi-bin/menu/get"
CREATE_MENU = "/cgi-bin/menu/create"


@pytest.fixture
async def api() -> AsyncIterator[ApiServer]:
    async with api_server.running() as running:
        yield running


@pytest.fixture
async def platform(tmp_path: Path, migrated_file: Path, api: ApiServer) -> AsyncIterator[Platform]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=None, verify=False) as client,
        gateways(f"sqlite+aiosqlite:///{tmp_path}/gateway.db", api, client) as office,
    ):
        yield Platform(client, office.start(), api.url)


def published(menu: dict[str, Any]) -> Answer:
    return Answer(json.dumps({"menu": menu, "conditionalmenu": []}).encode())


def as_the_platform_gives_it() -> dict[str, Any]:
    """In another order, with empty fields."""
    menu = load_menu().as_platform()
    for button in menu["button"]:
        button["sub_button"] = [
            {"sub_button": [], "url": "", **dict(reversed(entry.items()))}
            for entry in button["sub_button"]
        ]
    return {**menu, "menuid": 208396938}


async def test_the_same_menu_is_not_published_again(
    platform: Platform, api: ApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    api.will(GET_MENU, published(as_the_platform_gives_it()))
    assert await publish_command(platform, dry_run=False) == 0
    assert capsys.readouterr().out == "the published menu is the same already\n"
    assert api.calls(CREATE_MENU) == []


async def test_a_dry_run_shows_the_difference(
    platform: Platform, api: ApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    menu = as_the_platform_gives_it()
    menu["button"][1]["sub_button"][0]["name"] = "欠薪"
    api.will(GET_MENU, published(menu))
    assert await publish_command(platform, dry_run=True) == 1
    shown = capsys.readouterr().out.splitlines()
    changed = [line for line in shown if line.startswith(("+", "-"))]
    assert changed == ["--- published", "+++ menu.yml", "-  - name: 欠薪", "+  - name: 讨薪"]
    assert "   - name: 工伤" in shown  # the rest is there to find one's way
    assert api.calls(CREATE_MENU) == []


async def test_a_difference_is_published(
    platform: Platform, api: ApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    api.will(GET_MENU, error(46003))
    assert await publish_command(platform, dry_run=False) == 0
    assert "+  - name: 讨薪" in capsys.readouterr().out
    assert api.calls(CREATE_MENU)[0].json == load_menu().as_platform()


@pytest.mark.parametrize("menu", [{}, {"button": None}, {"button": []}])
async def test_an_empty_menu_is_another_one(
    platform: Platform, api: ApiServer, menu: dict[str, Any]
) -> None:
    api.will(GET_MENU, published(menu))
    assert await publish_command(platform, dry_run=True) == 1


@pytest.mark.parametrize(
    ("path", "errcode", "words"),
    [
        (GET_MENU, 48001, "verified account"),
        (CREATE_MENU, 40018, "refuses the call (errcode 40018)"),
        (STABLE_TOKEN, 40164, "allow list"),
        (STABLE_TOKEN, 40125, "UNION_WECHAT_APP_SECRET"),
    ],
)
async def test_a_refusal_is_explained(
    platform: Platform,
    api: ApiServer,
    capsys: pytest.CaptureFixture[str],
    path: str,
    errcode: int,
    words: str,
) -> None:
    api.will(path, error(errcode))
    api.will(GET_MENU, error(46003))
    assert await publish_command(platform, dry_run=False) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert f"errcode {errcode}" in told.err
    assert "published: " not in told.out


async def test_a_file_that_cannot_be_used_is_explained(
    platform: Platform, api: ApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "menu.yml"
    path.write_text("columns: []\n", encoding="utf-8")
    assert await publish_command(platform, dry_run=False, menu_file=path) == 2
    assert f"{path}: columns: " in capsys.readouterr().err
    assert api.requests == []
