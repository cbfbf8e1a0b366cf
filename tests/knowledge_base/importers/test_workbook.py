from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from knowledge_base.document import DocumentKind
from knowledge_base.importers import workbook
from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.workbook import RowDrafts, make_row_drafts, read_workbook
from tests.knowledge_base.importers.makers import saved, xlsx, zipped

FILE = Path("常见问题.xlsx")
HEADER = ["标题", "问题", "答案"]


def drafts(content: bytes) -> RowDrafts:
    return make_row_drafts(read_workbook(content), FILE)


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        drafts(content)
    return str(caught.value)


def test_one_row_is_one_draft() -> None:
    header = ["标题", "问题", "答案", "来源", "生效日期", "失效日期", "区域", "领域", "需要材料"]
    row: list[Any] = [
        "年假几天",
        "几天\n多少；几天",
        "五天",
        "通知",
        datetime(2024, 1, 1, 8),  # noqa: DTZ001 - a workbook knows no zone
        "2025/1/1",
    ]
    (draft,) = drafts(xlsx(header, [*row, "全国", "年休假", "申请单"])).documents
    assert draft.kind is DocumentKind.DRAFT
    assert not draft.verified
    assert draft.id == "chang-jian-wen-ti-nian-jia-ji-tian"
    assert draft.questions == ["几天", "多少"]
    assert draft.sections == {"正文": "五天", "需要材料": "申请单"}
    assert (draft.source, draft.region, draft.area) == ("通知", "全国", "annual-leave")
    assert (draft.effective_from, draft.effective_to) == (date(2024, 1, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    "header",
    [["Title", "Questions", "Text"], ["标题 ", "问题：", "正文"], ["title", "question", "answer"]],
)
def test_columns_in_english_or_chinese(header: list[str]) -> None:
    assert drafts(xlsx(header, ["甲", "乙", "丙"])).documents[0].questions == ["乙"]


def test_the_first_question_is_the_title_where_there_is_none() -> None:
    assert drafts(xlsx(["问题", "答案"], ["几天；多少", "五天"])).documents[0].title == "几天"


def test_the_header_may_stand_lower_and_rows_may_be_missing() -> None:
    content = xlsx(["工会常见问题"], [], HEADER, ["甲", None, "一"], [], ["乙", None, 5.0])
    first, second = drafts(content).documents
    assert (first.title, second.title) == ("甲", "乙")
    assert second.sections == {"正文": "5"}


def test_ids_do_not_depend_on_the_row() -> None:
    one = drafts(xlsx(HEADER, ["甲", "", "一"], ["乙", "", "二"])).documents
    other = drafts(xlsx(HEADER, ["乙", "", "二"], ["甲", "", "一"])).documents
    assert {each.id for each in one} == {each.id for each in other}


def test_problems_name_sheet_row_and_column() -> None:
    message = refusal(
        xlsx(
            [*HEADER, "生效日期", "失效日期", "领域"],
            ["甲", None, None],
            ["乙", None, "文", "昨天", None, "种花"],
            [None, None, "文"],
            ["丙", None, "文", "2024-05-01", "2024-04-01"],
            ["丁", None, "文"],
            ["丁", None, "文"],
        )
    )
    place = "sheet '常见问题', row"
    assert f"{place} 2, column 答案: the answer is empty" in message
    assert f"{place} 3, column 生效日期: not a date" in message
    assert f"{place} 3, column 领域: unknown area" in message
    assert f"{place} 4: neither a title nor a question" in message
    assert f"{place} 5: the dates contradict each other" in message
    assert f"{place} 7: the same title as {place} 6" in message


def test_only_the_first_problems_are_listed() -> None:
    message = refusal(xlsx(HEADER, *[[f"题{number}", None, None] for number in range(30)]))
    assert message.count("the answer is empty") == 20
    assert "and 10 more" in message


def test_a_formula_counts_by_its_stored_value() -> None:
    assert "row 2, column 答案: a formula whose value is not stored" in refusal(
        xlsx(HEADER, ["甲", None, "=1+1"])
    )


def test_a_cell_with_an_error_is_refused() -> None:
    assert "column 答案: the cell shows an error" in refusal(xlsx(HEADER, ["甲", None, "#N/A"]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (xlsx(), "the workbook is empty"),
        (xlsx([None, " "]), "the workbook is empty"),
        (xlsx(HEADER), "no rows below"),
        (xlsx(["甲", "乙"], ["1", "2"]), "no header row with 标题 or 问题 and 答案"),
    ],
)
def test_a_workbook_without_contents_is_refused(content: bytes, message: str) -> None:
    assert message in refusal(content)


def test_hidden_sheets_and_other_columns_are_noted() -> None:
    book = Workbook()
    book.active.append([*HEADER, "序号"])
    book.active.append(["甲", None, "文", 1])
    book.active.title = "问答"
    hidden = book.create_sheet("选项")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    read = drafts(saved(book))
    assert len(read.documents) == 1
    assert read.notes == (
        "sheet '问答': columns not imported: 序号",
        "sheet '选项' is hidden: not imported",
    )


def test_the_number_of_rows_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    assert len(drafts(xlsx(HEADER, ["甲", None, "文"])).documents) == 1
    assert "more than 2 rows" in refusal(xlsx(HEADER, ["甲", None, "文"], ["乙", None, "文"]))


def test_a_broken_workbook_is_refused() -> None:
    assert refusal(zipped({"xl/workbook.xml": b"<x"})).startswith("the file is damaged (")
