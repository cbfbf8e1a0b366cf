import pytest

from knowledge_base.importers.outline import Block, outline, split_title


def test_markdown_headings() -> None:
    assert outline("前\n# 甲 #\n一\n\n### **乙**\n二") == [
        Block(0, "", "前"),
        Block(1, "甲", "一"),
        Block(3, "乙", "二"),
    ]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("一、申请条件", "一、申请条件"),
        ("【申请条件】", "申请条件"),
        ("**申请条件**", "申请条件"),
        ("申请条件：", "申请条件"),
    ],
)
def test_lines_that_are_headings_without_a_mark(line: str, heading: str) -> None:
    assert [block.heading for block in outline(f"前\n{line}\n后")] == ["", heading]


@pytest.mark.parametrize("line", ["一、先去窗口，再填表。", "名单：", "#标签", "**重点**是这个"])
def test_lines_that_are_not(line: str) -> None:
    assert outline(line) == [Block(0, "", line)]


def test_code_is_no_heading() -> None:
    assert len(outline("```\n# x\n```")) == 1


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 办法\n文", "办法"),
        ("## 办法\n### 甲\n文", "办法"),
        ("# 办法\n# 申请材料\n文", "办法"),
        ("# 第一部分\n文\n# 第二部分\n文", None),
        ("# 申请材料\n文", None),
        ("互助办法\n文字。", "互助办法"),
        ("互助办法\n\n一、条件\n文", "互助办法"),
        ("这是一句话。\n文字。", None),
        ("只有一行", None),
        ("", None),
    ],
)
def test_the_title(text: str, title: str | None) -> None:
    assert split_title(outline(text))[0] == title


def test_the_title_is_taken_off() -> None:
    assert split_title(outline("# 办法\n前言\n## 甲\n文"))[1] == [
        Block(0, "", "前言"),
        Block(2, "甲", "文"),
    ]
