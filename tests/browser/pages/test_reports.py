"""Figures, the early warning and the monthly report, with their files."""

import csv
import io
from pathlib import Path

import openpyxl
from pdfminer.high_level import extract_text
from playwright.sync_api import Download, Locator

from tests.browser.pages.centre import FORMULA
from tests.browser.pages.colleague import Colleague, check, picture
from tests.browser.pages.conftest import Opening

FORMULA_STARTS = ("=", "＝", "+", "-", "@", "\t", "\r")


def tile(colleague: Colleague, name: str) -> str:
    """The figure under a name."""
    found = colleague.page.locator(".reports-tile").filter(has_text=name).first
    return found.locator(".value").inner_text()


def chart(colleague: Colleague, name: str) -> Locator:
    return colleague.page.get_by_role("img", name=name)


def download(colleague: Colleague, *buttons: str) -> Download:
    """Press one after the other; the last gives a file."""
    *first, last = buttons
    for name in first:
        colleague.page.get_by_text(name, exact=True).click()
    with colleague.page.expect_download() as downloading:
        colleague.page.get_by_text(last, exact=True).click()
    return downloading.value


def cells(file: Download) -> list[openpyxl.cell.Cell]:
    book = openpyxl.load_workbook(io.BytesIO(file.path().read_bytes()))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def test_charts_show_the_days_that_were_chosen(at_desk: Opening) -> None:
    colleague = at_desk("supervisor", "/figures")
    for name in ("会话量", "问得最多的主题", "转人工原因", "首次答复用时"):
        drawn = chart(colleague, name)
        drawn.locator("svg path:not([fill=none])").first.wait_for()
    month = tile(colleague, "会话")
    colleague.page.get_by_label("时间范围").click()
    colleague.page.get_by_role("option", name="近 7 天").click()
    colleague.settle()
    week = tile(colleague, "会话")
    assert 0 < int(week) < int(month)

    first, last = colleague.page.get_by_label("从"), colleague.page.get_by_label("到", exact=True)
    first.fill("2026-02-03")
    last.fill("2026-02-02")
    colleague.button("查看").click()
    colleague.sees("请选好起止日期，最长三年。")
    first.fill("2020-01-01")
    last.fill("2020-01-02")
    colleague.button("查看").click()
    colleague.settle()
    assert tile(colleague, "会话") == "0"
    assert colleague.page.get_by_label("时间范围").input_value() == "自选"
    check(colleague)


def test_the_export_opens_as_a_table(at_desk: Opening) -> None:
    colleague = at_desk("editor", "/figures")
    conversations = int(tile(colleague, "会话"))
    file = download(colleague, "导出明细", "Excel 文件")
    found = cells(file)
    assert len({cell.row for cell in found}) > conversations
    assert f"'{FORMULA}" in [cell.value for cell in found]
    assert all(cell.data_type != "f" for cell in found)
    file = download(colleague, "导出明细", "CSV 文件")
    heads, *rows = csv.reader(io.StringIO(file.path().read_text(encoding="utf-8-sig")))
    assert len(rows) >= conversations
    assert all(len(row) == len(heads) for row in rows)
    assert f"'{FORMULA}" in [row[heads.index("类别")] for row in rows]
    assert not any(cell.startswith(FORMULA_STARTS) for row in rows for cell in row)
    assert colleague.problems == []


def test_a_supervisor_sees_the_warning_and_says_so(at_desk: Opening, pictures: Path | None) -> None:
    colleague = at_desk("supervisor", "/alerts")
    alert = colleague.page.locator(".reports-alert").filter(has_text="示例电子有限公司")
    assert "4 位职工，4 件" in alert.inner_text()
    colleague.button("看案件").click()
    cases = alert.get_by_role("link")
    cases.first.wait_for()
    assert cases.count() == 4
    check(colleague)
    picture(colleague, "alerts", pictures)
    colleague.button("我已看到").click()
    colleague.sees("周主任 已看")
    colleague.open("/alerts").sees("周主任 已看")
    assert colleague.button("我已看到").count() == 0

    colleague.button("看案件").click()
    cases.first.click()
    colleague.page.wait_for_url("**/staff/cases/*")


def test_the_monthly_report_downloads(at_desk: Opening) -> None:
    colleague = at_desk("supervisor", "/monthly")
    month = colleague.page.get_by_label("月份").input_value()
    title = f"{month}欠薪案件月报"
    colleague.page.get_by_role("heading", name=title).wait_for()
    pdf = download(colleague, "下载 PDF")
    assert pdf.path().read_bytes().startswith(b"%PDF")
    assert title.replace(" ", "") in extract_text(pdf.path()).replace(" ", "")
    values = [cell.value for cell in cells(download(colleague, "下载 Excel"))]
    assert title in values
    assert colleague.problems == []
