from datetime import date
from pathlib import Path

import pytest

from knowledge_base.document import DocumentKind
from knowledge_base.importers.drafts import SPLIT_FROM, make_drafts
from knowledge_base.importers.refusal import UnreadableError

FILE = Path("收件/互助办法.docx")


def test_one_text_becomes_one_draft_that_nobody_has_confirmed() -> None:
    text = "# 住院互助\n说明\n## 申请材料\n身份证\n### 另附\n发票\n## 其他\n没有"
    (draft,) = make_drafts(text, FILE)
    assert draft.kind is DocumentKind.DRAFT
    assert not draft.verified
    assert (draft.id, draft.title, draft.source) == ("hu-zhu-ban-fa", "住院互助", "互助办法")
    assert draft.sections == {
        "正文": "说明\n\n**其他**\n\n没有",
        "需要材料": "身份证\n\n**另附**\n\n发票",
    }


def test_sections_stand_in_the_order_of_an_article() -> None:
    (draft,) = make_drafts("## 依据\n丙\n## 条件\n甲\n## 对象\n乙", FILE)
    assert draft.title == "互助办法"
    assert list(draft.sections.items()) == [("谁可以享受", "甲\n\n乙"), ("依据", "丙")]


def test_a_short_answer_that_is_too_long_is_body() -> None:
    (draft,) = make_drafts(f"# 题\n## 一句话回答\n{'长' * 121}", FILE)
    assert list(draft.sections) == ["正文"]


def test_the_revision_follows_the_wording() -> None:
    first, same, other = (
        make_drafts(text, FILE)[0] for text in ("# 题\n甲", "# 题\n甲", "# 题\n乙")
    )
    assert first.revision == same.revision != other.revision
    assert len(first.revision) == 12


def test_a_long_text_with_headings_of_its_own_is_split() -> None:
    body = "字" * SPLIT_FROM
    text = (
        f"# 手册\n前言\n## 体检\n{body}\n### 申请材料\n身份证\n## 疗休养\n文\n## 疗休养\n又\n## 空"
    )
    preface, check, rest, again = make_drafts(text, FILE)
    assert preface.sections == {"正文": "前言"}
    assert (check.id, check.title) == ("hu-zhu-ban-fa-ti-jian", "手册：体检")
    assert check.sections == {"正文": body, "需要材料": "身份证"}
    assert rest.id == "hu-zhu-ban-fa-liao-xiu-yang"
    assert again.id == "hu-zhu-ban-fa-liao-xiu-yang-2"


def test_a_long_text_of_known_sections_is_not_split() -> None:
    text = "".join(f"## {name}\n{'字' * SPLIT_FROM}\n" for name in ("条件", "材料", "流程"))
    assert len(make_drafts(text, FILE)) == 1


def test_the_head_of_a_markdown_file_counts() -> None:
    head = (
        "---\ntitle: 年假\nquestions: [几天, 几天, 多少]\neffective_from: 2024年1月1日\n"
        "region: 浙江省\narea: 年休假\nsource: 通知\nunknown: x\n---\n# 别的\n文"
    )
    (draft,) = make_drafts(head, FILE)
    assert (draft.title, draft.source, draft.region) == ("年假", "通知", "浙江省")
    assert draft.area == "annual-leave"
    assert draft.questions == ["几天", "多少"]
    assert draft.effective_from == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("effective_from: 昨天", "effective_from not a date"),
        ("effective_from: 2024-05-01\neffective_to: 2024-04-01", "contradict each other"),
        ("region: 上海", "region unknown region; known: 余杭区"),
        ("title: [", "not YAML"),
        ("effective_from: 2024-02-30", "not YAML|not a date"),
    ],
)
def test_a_wrong_head_is_refused(head: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        make_drafts(f"---\n{head}\n---\n文", FILE)


def test_two_rules_are_no_head() -> None:
    (draft,) = make_drafts("---\n文\n---\n又", FILE)
    assert "又" in draft.sections["正文"]


def test_headings_without_text_are_refused() -> None:
    with pytest.raises(UnreadableError, match="headings but no text"):
        make_drafts("# 题\n## 甲", FILE)
