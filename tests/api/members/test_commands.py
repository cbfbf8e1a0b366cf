from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.members.commands import import_command, rotate_command
from api.members.vault import Vault
from api.storage.database import Database
from tests.api.members.people import id_number, person, write_csv

pytestmark = pytest.mark.anyio
ZONE = ZoneInfo("Asia/Shanghai")


async def test_an_import_prints_what_changed(
    database: Database, vault: Vault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = [person(number) for number in range(10)]
    path = write_csv(tmp_path / "r.csv", everybody)
    assert await import_command(database, vault, path, zone=ZONE, force=False) == 0
    assert "新增 10，变更 0，未变 0" in capsys.readouterr().out
    write_csv(path, [person(0, phone="1"), person(1, union="新工会"), *everybody[3:]])
    assert await import_command(database, vault, path, zone=ZONE, force=False) == 0
    printed = capsys.readouterr().out
    assert "新增 0，变更 1，未变 7，离开 1，回来 0，有误暂不改动 1，问题行 1" in printed
    assert "第 2 行，手机号不是 11 位手机号" in printed
    assert "第 3 行，张*：所属工会有变" in printed
    assert "张*：名册里已经没有" in printed
    assert id_number(0) not in printed


async def test_refusals_say_why(
    database: Database, vault: Vault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "r.csv", [person(1), person(2)])
    await import_command(database, vault, path, zone=ZONE, force=False)
    write_csv(path, [person(1)])
    assert await import_command(database, vault, path, zone=ZONE, force=False) == 1
    assert "会让 1 名会员离开（现有 2 名，超过两成）" in capsys.readouterr().err
    assert await import_command(database, vault, path, zone=ZONE, force=True) == 0
    path.write_text("姓名,身份证号\n")
    assert await import_command(database, vault, path, zone=ZONE, force=False) == 1
    assert "表头缺少" in capsys.readouterr().err
    assert await import_command(database, vault, tmp_path / "no", zone=ZONE, force=False) == 1


async def test_a_rotation_says_what_can_be_removed(
    database: Database, vault: Vault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "r.csv", [person(1)])
    await import_command(database, vault, path, zone=ZONE, force=False)
    assert await rotate_command(database, Vault(["new", "first key"], "lookup secret")) == 0
    assert "重新加密了 1 名会员" in capsys.readouterr().out
    assert await rotate_command(database, Vault(["other"], "lookup secret")) == 1
