import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from api.errors import ApiError
from api.reports import exports as exports_module
from api.reports.exports import Exports, FileKind
from api.reports.periods import DayRange
from api.storage.database import Database
from api.storage.models import AuditEntry, Channel, OutcomeKind
from tests.api.outbox.clock import Clock
from tests.api.reports.generated import HOURS, Centre, fill
from tests.api.reports.scene import ZONE, Scene, local
from tests.api.staff.office import on_both_engines

pytestmark = pytest.mark.anyio
DAYS = DayRange.of(date(2026, 11, 10), date(2026, 11, 11), ZONE)


@pytest.fixture
def exports(database: Database, articles: Path, clock: Clock) -> Exports:
    return Exports(database, HOURS, articles, clock)


async def rows_of(exports: Exports, scene: Scene, days: DayRange = DAYS) -> list[dict[str, str]]:
    staff = await scene.staff()
    content = b"".join([chunk async for chunk in await exports.stream(staff, days)])
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@on_both_engines
async def test_one_row_for_each_conversation(exports: Exports, scene: Scene) -> None:
    at = local("2026-11-10 09:00")
    plain = await scene.conversation(
        at, says="仓前的公积金", answers=["housing-fund", None], score=4, channel=Channel.WECHAT
    )
    case = await scene.conversation(local("2026-11-11 09:00"))
    await scene.case(
        local("2026-11-11 09:00"),
        conversation_id=case,
        answered_after=timedelta(hours=5),
        resolved_after=timedelta(hours=6),
        outcome_kind=OutcomeKind.MEDIATED,
    )
    await scene.conversation(at, says=None)
    await scene.conversation(local("2026-11-12 00:00"))
    rows = await rows_of(exports, scene)
    assert [row["会话编号"] for row in rows] == [plain, case]
    first, second = rows
    assert first["开始时间"] == "2026-11-10 09:00"
    assert (first["渠道"], first["主题"], first["街道"]) == (
        "微信公众号",
        "社会保险与公积金",
        "仓前街道",
    )
    assert (first["答复数"], first["未答数"], first["评分"]) == ("1", "1", "4")
    assert (first["转人工"], first["转人工原因"]) == ("否", "")
    assert (second["转人工"], second["办理结果"]) == ("是", "调解成功")
    assert (second["首次答复（自然分钟）"], second["首次答复（工作分钟）"]) == ("300.0", "210.0")
    assert (second["办结（工作分钟）"], second["按时答复"]) == ("270.0", "否")


async def test_no_word_and_no_name_is_in_it(exports: Exports, scene: Scene) -> None:
    at = local("2026-11-10 09:00")
    case = await scene.conversation(at, says="我叫张三，电话 13812345678，在老张五金厂")
    await scene.case(
        at,
        conversation_id=case,
        facts={"employer": "老张五金厂", "contact": "张三 13812345678"},
        outcome="已联系张三",
    )
    (row,) = await rows_of(exports, scene)
    assert not any(word in str(row) for word in ("张三", "13812345678", "老张五金厂"))


async def test_what_the_bot_was_made_to_say_is_no_formula(exports: Exports, scene: Scene) -> None:
    at = local("2026-11-10 09:00")
    case = await scene.conversation(at)
    await scene.case(at, conversation_id=case, category="＝HYPERLINK(1)")
    (row,) = await rows_of(exports, scene)
    assert row["类别"] == "'＝HYPERLINK(1)"


async def test_a_workbook_has_the_same_rows(
    exports: Exports, scene: Scene, database: Database, tmp_path: Path
) -> None:
    await fill(database, Centre(600, last=date(2026, 11, 11), days=2))
    rows = await rows_of(exports, scene)
    staff = await scene.staff("chen")
    path = tmp_path / "out.xlsx"
    await exports.write(staff, DAYS, FileKind.XLSX, path)
    sheet = load_workbook(path).active
    assert sheet is not None
    cells = [["" if value is None else str(value) for value in row] for row in sheet.values]
    assert len(rows) > 500
    assert cells[0] == list(rows[0])
    assert [row[0] for row in cells[1:]] == [row["会话编号"] for row in rows]
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    path = tmp_path / "out.csv"
    await exports.write(staff, DAYS, FileKind.CSV, path)
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == len(rows) + 1


async def test_who_took_it_is_in_the_audit(
    exports: Exports, scene: Scene, database: Database
) -> None:
    await rows_of(exports, scene)
    async with database.read() as session:
        (entry,) = (await session.scalars(select(AuditEntry))).all()
    assert entry.action == "report.export"
    assert entry.actor_id is not None
    assert entry.details == {
        "first_day": "2026-11-10",
        "last_day": "2026-11-11",
        "format": "csv",
    }


async def test_a_workbook_that_would_get_too_long_is_refused(
    exports: Exports,
    scene: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await scene.conversation(local("2026-11-10 09:00"))
    monkeypatch.setattr(exports_module, "XLSX_ROWS_AT_MOST", 0)
    staff = await scene.staff()
    with pytest.raises(ApiError):
        await exports.write(staff, DAYS, FileKind.XLSX, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
