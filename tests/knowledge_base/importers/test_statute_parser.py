import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.statute_parser import has_articles, parse_statute
from tests.knowledge_base.test_numerals import in_words

COLLECTION = """\
# 中华人民共和国某某法

2001年1月1日 某会议通过

<!-- INFO END -->

## 第一编 总 则

### 第一章 范围

第一条 为了甲，制定本法。

第二条 有下列情形之一的：

（一）子；

（二）丑。

第二条之一 另有规定的，依照本法第一条办理。

## 第二编 附　则

第三条 本法自2001年5月1日起施行。

## 附件一

名单
"""


def numbers(text: str) -> list[tuple[int, int]]:
    return [article.number for article in parse_statute(text).articles]


def test_a_statute_of_the_collection() -> None:
    statute = parse_statute(COLLECTION)
    assert statute.title == "中华人民共和国某某法"
    assert statute.head == ["2001年1月1日 某会议通过"]
    assert statute.introduction == ""
    assert statute.attachments == {"附件一": "名单"}
    assert [article.label for article in statute.articles] == [
        "第一条",
        "第二条",
        "第二条之一",
        "第三条",
    ]
    first, second, inserted, last = statute.articles
    assert first.chapter == "第一编 总则 第一章 范围"
    assert second.text == "有下列情形之一的：\n\n（一）子；\n\n（二）丑。"
    assert inserted.number == (2, 1)
    assert last.chapter == "第二编 附则"


def test_an_office_file_with_a_table_of_contents() -> None:
    statute = parse_statute(
        "某市条例\n（2001年1月1日某会议通过　2005年1月1日修正）\n目　录\n第一章　总则\n"
        "第二章　附则\n\n第一章　总则\n第一条　甲。\n第二章　附则\n第二条　乙。"
    )
    assert statute.title == "某市条例"
    assert statute.head == ["（2001年1月1日某会议通过　2005年1月1日修正）"]
    assert statute.introduction == ""
    assert [article.chapter for article in statute.articles] == ["第一章 总则", "第二章 附则"]


def test_sentences_before_the_first_article_are_the_introduction() -> None:
    statute = parse_statute("某解释\n\n为正确审理案件，作出如下解释：\n\n第一条 甲。\n第二条 乙。")
    assert statute.introduction == "为正确审理案件，作出如下解释："


@pytest.mark.parametrize(
    "line",
    [
        "依照本法第三十八条的规定办理。",
        "第三条规定的情形除外。",
        "第三条第二款的情形除外。",
        "第三条、第四条的情形除外。",
        "第三条款的情形除外。",
    ],
)
def test_a_reference_begins_no_article(line: str) -> None:
    assert numbers(f"第一条 甲。\n第二条 依照\n{line}\n第三条 丙。") == [(1, 0), (2, 0), (3, 0)]


def test_a_reference_after_a_line_break_begins_no_article() -> None:
    assert numbers("第一条 甲。\n\n第二条 依照本法\n第三十八条 的规定。\n\n第三条 丙。") == [
        (1, 0),
        (2, 0),
        (3, 0),
    ]
    assert numbers("第一条 甲。\n\n第二条 依照本法\n第一条 的规定。") == [(1, 0), (2, 0)]


@pytest.mark.parametrize(
    "second",
    [
        "第二条　乙",
        "**第二条** 乙",
        "**第二条　**乙",
        "## 第二条 乙",
        "第二条乙",
        "第2条 乙",
        "第二条\n乙",
        "  第二条 乙",
    ],
)
def test_ways_of_setting_an_article(second: str) -> None:
    articles = parse_statute(f"第一条 甲。\n{second}").articles
    assert [article.text.strip() for article in articles] == ["甲。", "乙"]


def test_an_article_follows_one_without_a_full_stop() -> None:
    assert numbers("第一条 自发布之日起\n\n第二条 乙。") == [(1, 0), (2, 0)]


def test_a_repealed_article_leaves_a_gap() -> None:
    assert numbers("第一条 甲。\n第三条 丙。") == [(1, 0), (3, 0)]


@pytest.mark.parametrize("again", ["第一条", "第二条"])
def test_a_number_that_comes_again_is_refused(again: str) -> None:
    with pytest.raises(UnreadableError, match=f"line 3: {again} comes after 第二条"):
        parse_statute(f"第一条 甲。\n第二条 乙。\n{again} 丙。")


def test_articles_of_an_attachment_belong_to_it() -> None:
    statute = parse_statute("第一条 甲。\n第二条 乙。\n附件：某表\n第一条 子\n第二条 丑")
    assert len(statute.articles) == 2
    assert statute.attachments == {"附件：某表": "第一条 子\n\n第二条 丑"}


def test_a_sentence_about_attachments_is_none() -> None:
    assert parse_statute("第一条 甲。\n附件由某部门制定。\n第二条 乙。").attachments == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一条 甲。\n第二条 乙。", True),
        ("第一条 甲。", False),
        ("第三十八条 甲。\n第三十九条 乙。", False),
        ("依照第一条 办理\n依照第二条 办理", False),
    ],
)
def test_what_a_statute_is(text: str, expected: bool) -> None:
    assert has_articles(text) is expected


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=130))
def test_every_article_of_any_statute_is_found_in_order(inserted: list[int]) -> None:
    expected: list[tuple[int, int]] = []
    lines = []
    for number, count in enumerate(inserted, start=1):
        for part in range(count + 1):
            expected.append((number, part))
            after = f"之{in_words(part)}" if part else ""
            lines.append(f"第{in_words(number)}条{after} 依照本法第{in_words(number)}条的规定。")
    assert numbers("\n\n".join(lines)) == expected
