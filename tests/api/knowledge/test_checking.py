"""Problems are said in Chinese, at their line."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from api.knowledge.catalogue import Catalogue, Snapshot
from api.knowledge.checking import Problem, check
from api.knowledge.previewing import preview
from api.knowledge.texts import knowledge_texts
from knowledge_base.corpus import load_corpus
from knowledge_base.facts import load_facts
from knowledge_base.parameters import parameters
from tests.knowledge_base.samples import ARTICLE

pytestmark = pytest.mark.anyio
ID = "annual-leave-days"


@pytest.fixture
async def snapshot(catalogue: Catalogue) -> Snapshot:
    return await catalogue.snapshot()


def problems(snapshot: Snapshot, old: str, new: str) -> list[Problem]:
    assert old in ARTICLE
    return check(snapshot, ID, ARTICLE.replace(old, new)).problems


async def test_a_sound_article_has_none(snapshot: Snapshot) -> None:
    checked = check(snapshot, ID, ARTICLE)
    assert checked.problems == []
    assert checked.article is not None


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "text"),
    [
        ("---\nid", "id", 1, "开头部分", "第一行要是三个短横线 ---"),
        ("title: ", "title:", 4, "开头部分", None),
        (f"id: {ID}", "id: other", 2, "编号", f"编号定了就不能改，请写回 {ID}"),
        ("area: annual-leave", "area: holiday", 4, "领域", "没有“holiday”这个领域，请从领域表里选"),
        ("region: 全国", "region: 上海", 6, "地区", None),
        (
            "effective_from: 2008-07-17",
            "effective_from: 去年",
            7,
            "生效日期",
            "日期要写成 2026-01-31 这样",
        ),
        ("review_by: 2027-10-31", "review_by: 2001-10-31", 2, "开头部分", "复核日期早于生效日期"),
        ("audience: 全体职工\n", "", 2, "对象", "这一项必须填"),
        ("audience: 全体职工", "audience: 全体职工\nvalid: 1", 6, "这一行", None),
        ("  - 年假几天\n", "", 16, "问法", "至少要 8 条，现在 7 条"),
        ("facts: [NX01]", "facts: [NX99]", 2, "事实依据", "事实表里没有 NX99"),
        ("facts: [NX01]", "facts: [年假]", 10, "事实依据第 1 条", "事实编号写成 NX01 这样"),
        ("related: []", "related: [none]", 2, "相关条目", "没有编号是 none 的条目"),
        ("## 依据", "## 出处", None, "小节", None),
        ("## 依据\n\n《职工带薪年休假条例》第三条。", "", None, "小节", "缺少小节“依据”"),
        ("填请假单", "填请假单，罚款500元", None, "数字", None),
        ("填请假单", "看{{nothing.at.all}}", None, "年度数字", "没有“nothing.at.all”这个年度数字"),
    ],
)
async def test_each_rule_is_said_in_chinese(
    snapshot: Snapshot, old: str, new: str, line: int | None, field: str, text: str | None
) -> None:
    found = problems(snapshot, old, new)[0]
    assert found.field == field
    assert line in (None, found.line)
    assert text in (None, found.text)
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", found.text), found.text


async def test_text_that_is_no_article_at_all_is_told_so(snapshot: Snapshot) -> None:
    for source in ("", "\ud800", "---\n", "---\n- a\n---\n", "---\n{\n---\n"):
        checked = check(snapshot, ID, source)
        assert checked.article is None
        assert checked.problems


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_typed_is_checked(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(ARTICLE)))
    end = data.draw(st.integers(start, min(len(ARTICLE), start + 40)))
    source = ARTICLE[:start] + data.draw(st.text(max_size=20)) + ARTICLE[end:]
    checked = check(_bare(), ID, source)
    assert all(each.text and each.line >= 1 for each in checked.problems)


@cache
def _bare() -> Snapshot:
    """Nothing in service."""
    nothing = load_corpus(Path("nowhere"))
    return Snapshot(nothing, frozenset(), {}, load_facts(), parameters(), date(2026, 11, 26))


async def test_the_preview_shows_what_workers_get(snapshot: Snapshot) -> None:
    article = check(snapshot, ID, ARTICLE.replace("related: []", "related: [mutual-aid]")).article
    assert article is not None
    shown = preview(snapshot, article)
    assert "<strong>怎么办理</strong>" in shown.html
    assert "依据" not in shown.html
    assert shown.citation.source == "《职工带薪年休假条例》第三条"
    assert shown.related == ["职工医疗互助怎么申请"]
    (text,) = shown.wechat
    assert "【怎么办理】" in text
    assert "《职工带薪年休假条例》第三条" in text
    assert "职工医疗互助怎么申请" in text


async def test_markup_in_an_article_stays_text(snapshot: Snapshot) -> None:
    article = check(snapshot, ID, ARTICLE.replace("填请假单", "<script>alert(1)</script>")).article
    assert article is not None
    shown = preview(snapshot, article)
    assert "<script>" not in shown.html
    assert "<script>" not in shown.wechat[0]


def test_the_preview_has_the_assistants_own_words() -> None:
    words = yaml.safe_load(Path("actions/texts.yml").read_text(encoding="utf-8"))["answer"]
    assert knowledge_texts().preview.caution == words["caution"]
    assert knowledge_texts().preview.law == words["law"]
