from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pdfminer.high_level import extract_pages, extract_text

from api.reports.commands import wage_arrears_command
from api.reports.monthly import Monthly
from api.reports.monthly_files import workbook
from api.reports.monthly_models import MonthlyReport
from api.reports.monthly_pdf import pdf
from api.reports.periods import Month
from api.storage.database import Database
from api.storage.models import OutcomeKind
from tests.api.outbox.clock import Clock
from tests.api.reports.generated import HOURS
from tests.api.reports.scene import ZONE, Scene, local
from tests.api.staff.office import on_both_engines

pytestmark = pytest.mark.anyio
NOVEMBER = Month(2026, 11)


@pytest.fixture
def monthly(database: Database, clock: Clock) -> Monthly:
    return Monthly(database, HOURS, clock)


async def a_month(scene: Scene) -> None:
    first, minutes = local("2026-11-02 09:00"), timedelta(minutes=1)
    await scene.case(
        first,
        facts={
            "employer": "宏达电子有限公司",
            "amount": "两万三",
            "people": "就我一个人",
            "what_happened": "在仓前的厂里",
            "contact": "张三 13812345678",
        },
        answered_after=20 * minutes,
        resolved_after=90 * minutes,
        outcome_kind=OutcomeKind.MEDIATED,
        outcome="已帮张三要回",
    )
    await scene.case(
        first + timedelta(days=3),
        facts={"employer": "余杭宏达电子厂", "amount": "8千", "people": "12个人"},
        priority=2,
        answered_after=180 * minutes,
    )
    await scene.case(
        first + timedelta(days=4), facts={"employer": "=老张五金厂", "amount": "说不清"}
    )
    # Another matter, and other months.
    await scene.case(first, category="工伤", summary="手压伤了")
    await scene.case(local("2026-10-31 23:59"))
    await scene.case(local("2026-12-01 00:00"))


@pytest.fixture
async def report(scene: Scene, monthly: Monthly) -> MonthlyReport:
    await a_month(scene)
    return await monthly.report(NOVEMBER)


@on_both_engines
async def test_cases_and_sums(report: MonthlyReport) -> None:
    assert len(report.cases) == 3
    assert (report.amount, report.amount_unknown) == (Decimal(31_000), 1)
    assert (report.people, report.people_unknown) == (13, 1)
    assert [(each.cases) for each in report.employers] == [2, 1]
    assert [(each.name, each.cases) for each in report.streets] == [("仓前街道", 1)]
    assert (report.resolved, report.open, report.on_time, report.late) == (1, 2, 1, 2)
    assert (report.median_min, report.median_clock_min) == (100, 100)
    first, second, third = report.cases
    assert (first.street, first.outcome, first.is_late) == ("仓前街道", OutcomeKind.MEDIATED, False)
    # Whatever way it is written, it is one employer.
    assert first.employer == second.employer
    assert (second.priority, second.is_late, third.is_late) == (2, True, True)


async def test_a_month_without_cases(monthly: Monthly) -> None:
    report = await monthly.report(NOVEMBER)
    assert report.cases == []
    assert report.amount == 0
    assert "本月没有欠薪案件" in extract_text(BytesIO(pdf(report, ZONE)))
    assert len(workbook(report, ZONE)) > 0


async def test_a_conversation_with_two_hand_offs_is_one_case(
    scene: Scene, monthly: Monthly
) -> None:
    at = local("2026-11-02 09:00")
    one = await scene.case(at, facts={"amount": "5000"}, resolved_after=timedelta(hours=1))
    await scene.case(at + timedelta(days=1), facts={"amount": "6000"}, conversation_id=one)
    report = await monthly.report(NOVEMBER)
    assert [case.amount for case in report.cases] == [Decimal(6000)]


async def test_the_workbook_has_sums_and_cases(report: MonthlyReport) -> None:
    book = load_workbook(BytesIO(workbook(report, ZONE)))
    assert book.sheetnames == ["汇总", "明细"]
    sums = {row[0]: row[1] for row in book["汇总"].iter_rows(values_only=True) if row[0]}
    assert sums["案件数（件）"] == 3
    assert sums["涉及金额（已知部分，元）"] == 31_000
    rows = list(book["明细"].iter_rows(values_only=True))
    assert len(rows) == 4
    assert rows[1][6:8] == (1, 23_000)
    assert rows[3][4] == "老张五金厂"
    text = str([list(sheet.values) for sheet in book])
    assert not any(word in text for word in ("张三", "13812345678"))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)


async def test_the_pdf_has_them_too(report: MonthlyReport) -> None:
    text = extract_text(BytesIO(pdf(report, ZONE)))
    for words in ("2026 年 11 月欠薪案件月报", "杭州市余杭区总工会", "第 1 页 / 共 2 页", "31,000"):
        assert words in text
    assert "生成时间：2026-11-24 09:00" in text
    assert not any(word in text for word in ("张三", "13812345678"))


async def test_many_cases_take_many_pages(report: MonthlyReport) -> None:
    """Also with a name that is as long as one can get, and with what looks like markup."""
    odd = report.cases[0].model_copy(update={"employer": "<b>&" + "长" * 36})
    many = report.model_copy(update={"cases": [odd] * 60})
    content = pdf(many, ZONE)
    pages = list(extract_pages(BytesIO(content)))
    assert len(pages) > 3
    assert f"共 {len(pages)} 页" in extract_text(BytesIO(content))


@pytest.mark.parametrize("name", ["report.xlsx", "report.PDF"])
async def test_the_command_writes_the_report(
    scene: Scene, database: Database, clock: Clock, tmp_path: Path, name: str
) -> None:
    await a_month(scene)
    out = tmp_path / name
    assert await wage_arrears_command(database, HOURS, "2026-11", out, clock) == 0
    assert out.read_bytes()[:2] in (b"PK", b"%P")


async def test_the_command_refuses_what_it_cannot_do(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for month, name, status in (
        ("2026-13", "a.pdf", 2),
        ("2026-11", "a.doc", 2),
        ("2026-11", "nowhere/a.pdf", 1),
    ):
        assert await wage_arrears_command(database, HOURS, month, tmp_path / name) == status
    assert "2026-13" in capsys.readouterr().err
