from datetime import date
from pathlib import Path

import pytest

from knowledge_base.document import DocumentKind
from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.statutes import is_statute, make_law_documents

FILE = Path("laws/某某法(2012-12-28).md")
LAW = """\
# 中华人民共和国某某法

2007年6月29日 某会议通过

2012年12月28日 某会议修正

<!-- INFO END -->

引语若干。

## 第一章 总则

第一条 甲。

第一条之一 乙。

第二条 本法自2008年1月1日起施行。1990年的办法自2008年2月1日起废止。

附录：

丙
"""
NOTICE = "# 某通知\n\n劳社部发[2008]3号\n\n<!-- INFO END -->\n\n各单位：\n\n## 一、计算\n\n甲。"


def law(text: str = LAW, name: str = "某某法(2012-12-28).md") -> date | None:
    (effective,) = {each.effective_from for each in make_law_documents(text, Path(name))}
    return effective


def test_one_document_for_each_article() -> None:
    documents = make_law_documents(LAW, FILE)
    assert [(each.id, each.title) for each in documents] == [
        ("mou-mou-fa-introduction", "某某法 引言"),
        ("mou-mou-fa-1", "某某法 第一条"),
        ("mou-mou-fa-1-1", "某某法 第一条之一"),
        ("mou-mou-fa-2", "某某法 第二条"),
        ("mou-mou-fa-annex-1", "某某法 附录"),
    ]
    assert {each.kind for each in documents} == {DocumentKind.LAW}
    inserted = documents[2]
    assert inserted.source == "《某某法》（2012-12-28）第一条之一"
    assert inserted.chapter == "第一章 总则"
    assert inserted.sections == {"正文": "乙。"}
    assert inserted.region == "全国"
    assert not inserted.verified


def test_the_stated_first_day_comes_before_the_version() -> None:
    assert law() == date(2008, 1, 1)


def test_numerals_of_the_first_day_may_be_chinese() -> None:
    text = "某规定\n第一条 甲。\n第二条 本规定自一九九五年一月一日起执行。"
    assert law(text, "某规定(1994-12-06).txt") == date(1995, 1, 1)


def test_the_first_day_in_the_head_counts() -> None:
    text = "# 某规定\n2012年12月1日 公布\n2013年1月23日 施行\n\n第一条 甲。\n第二条 乙。"
    assert law(text, "某规定.md") == date(2013, 1, 23)
    (source,) = {each.source for each in make_law_documents(text, Path("某规定.md"))[:1]}
    assert source == "《某规定》（2012-12-01）第一条"


def test_in_force_since_publication_means_the_version() -> None:
    text = "# 某规定\n第一条 甲。\n第二条 本规定自公布之日起施行。"
    assert law(text, "某规定(2012-04-28).md") == date(2012, 4, 28)
    assert law(text, "某规定_20120428.docx") == date(2012, 4, 28)
    assert law(text, "某规定.md") is None


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (LAW, "某某法(2006-01-01).md", "2006-01-01 in the name, but .* adopted on 2007-06-29"),
        (LAW, "某某法(2012-13-28).md", "the calendar has no 2012-13-28"),
        (
            "# 某法\n2004年12月1日 施行\n\n第一条 甲。\n第二条 本法自2005年1月1日起施行。",
            "某法.md",
            "in force from 2004-12-01 in the head, from 2005-01-01 in the text",
        ),
    ],
)
def test_dates_that_contradict_each_other_are_refused(text: str, name: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        make_law_documents(text, Path(name))


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("浙江省某条例", "浙江省"),
        ("杭州市某条例", "杭州市"),
        ("杭州市余杭区某办法", "余杭区"),
        ("上海市某条例", "上海市"),
        ("城市某条例", "全国"),
        ("国务院关于某事的规定", "全国"),
    ],
)
def test_the_region_comes_from_the_title(title: str, region: str) -> None:
    documents = make_law_documents(f"# {title}\n第一条 甲。\n第二条 乙。", Path("x.md"))
    assert {each.region for each in documents} == {region}


def test_the_name_of_the_file_is_the_title_where_the_text_has_none() -> None:
    documents = make_law_documents("第一条 甲。\n第二条 乙。", Path("某办法(2020-01-01).txt"))
    assert [each.title for each in documents] == ["某办法 第一条", "某办法 第二条"]


def test_a_notice_without_articles_is_one_document() -> None:
    file = Path("某通知(2009-03-29).md")
    assert is_statute(NOTICE, file)
    (document,) = make_law_documents(NOTICE, file)
    assert (document.id, document.title) == ("mou-tong-zhi", "某通知")
    assert document.source == "《某通知》（2009-03-29）"
    assert document.sections == {"正文": "各单位：\n\n**一、计算**\n\n甲。"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (NOTICE, "某通知.md"),
        (NOTICE.replace("劳社部发", "余工发"), "某通知(2009-03-29).md"),
        ("# 介绍\n依照第一条办理", "介绍(2009-03-29).md"),
    ],
)
def test_what_is_no_law(text: str, name: str) -> None:
    assert not is_statute(text, Path(name))
