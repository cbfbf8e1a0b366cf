import time

import pytest

from knowledge_base.importers.conversion import (
    HEAD_END,
    convert_docx,
    convert_html,
    convert_pdf,
    convert_text,
)
from knowledge_base.importers.refusal import UnreadableError
from tests.knowledge_base.importers.makers import docx, paragraph, pdf, pdf_paragraphs, table

EXTERNAL_PICTURE = (
    '<w:p><w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:inline><a:graphic xmlns:a="http://schemas.openxmlformats.org/'
    'drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/'
    'drawingml/2006/picture"><pic:blipFill><a:blip r:link="p"/></pic:blipFill></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="p" TargetMode="External" Target="http://example.org/p.png" Type="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
)


def test_word_headings_stand_below_the_title() -> None:
    content = docx(paragraph("办法", "T"), paragraph("总则", "1"), paragraph("甲_a*b*"))
    assert convert_docx(content).markdown == "# 办法\n\n## 总则\n\n甲_a*b*"


def test_word_tables_become_lists() -> None:
    content = docx(table(["项目", "金额", "日期"], ["住院", "500元", "三月"]))
    assert convert_docx(content).markdown.strip() == "- 项目：住院；金额：500元；日期：三月"


def test_a_picture_elsewhere_is_not_fetched() -> None:
    content = docx(
        paragraph("文字"), EXTERNAL_PICTURE, parts={"word/_rels/document.xml.rels": RELATIONSHIPS}
    )
    # The test session has no network either: an attempt would end in an error.
    assert convert_docx(content).markdown.strip() == "文字"


def test_a_word_file_without_text_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no text"):
        convert_docx(docx())


def test_a_broken_word_file_is_refused_without_quoting_it() -> None:
    with pytest.raises(UnreadableError, match=r"^the file is damaged \(\w+\)$"):
        convert_docx(docx(parts={"word/document.xml": "<秘密"}))


def test_a_web_page_loses_scripts_links_and_pictures() -> None:
    page = (
        '<html><head><meta charset="utf-8"></head><body><h1>体检</h1><script>x()</script>'
        '<p>看<a href="http://example.org">这里</a><img src="http://example.org/a.png" alt="图">'
        "</p></body></html>"
    )
    # The declared encoding is wrong on purpose.
    assert convert_html(page.encode("gb18030")).markdown == "# 体检\n\n看这里"


def test_a_page_that_is_nested_too_deeply_still_gives_its_text() -> None:
    with pytest.warns(UserWarning, match="nested"):
        assert "字" in convert_html(("<div>" * 3000 + "字").encode()).markdown


def test_markdown_loses_links_pictures_comments_and_invisible_characters() -> None:
    text = "# 题\n\n<!-- 记 -->看[这里](http://example.org/a_(b))![图](x.png)\u200b。\n\n\n\n完"
    assert convert_text(text.encode()).markdown == "# 题\n\n看这里。\n\n完"


def test_text_of_comments_only_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no text"):
        convert_text(b"<!-- x -->\n")


@pytest.mark.parametrize("piece", ["<!--", "[", "![", "[\n", "![a](", "[a]((", "<!---->"])
def test_what_is_not_closed_costs_little(piece: str) -> None:
    started = time.process_time()
    convert_text((piece * 400_000 + "文字").encode())
    assert time.process_time() - started < 10


def test_comments_go_but_the_marker_stays() -> None:
    text = f"甲<!-- 乙 -->丙{HEAD_END}丁<!-- 戊"
    assert convert_text(text.encode()).markdown == f"甲丙{HEAD_END}丁<!-- 戊"


def test_a_pdf_gives_its_text_and_notes() -> None:
    page = pdf_paragraphs("一段话。")
    converted = convert_pdf(pdf(page, [], page))
    assert converted.markdown == "一段话。\n\n一段话。"
    assert converted.notes
