import pytest

from api.channels.markdown import plain_to_html, to_html


def test_the_small_subset_is_rendered() -> None:
    html = to_html("## 标题\n第一行\n第二行 **粗**\n\n- 甲\n- 乙\n\n1. 一\n2. 二")
    assert "<h2>标题</h2>" in html
    assert "第一行<br" in html
    assert "<strong>粗</strong>" in html
    assert "<li>甲</li>" in html
    assert "<ol>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点](javascript:alert(1))",
        "[点](data:text/html,x)",
        "[点](JaVaScRiPt:alert(1))",
        "![图](https://example.org/x.png)",
        "<https://example.org>",
        "`代码`",
        "[点](//example.org)",
        '[点](https://example.org/"onclick="x)',
    ],
)
def test_nothing_else_becomes_markup(text: str) -> None:
    html = to_html(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "<code" not in html
    assert "javascript:" not in html.lower() or "href" not in html
    assert 'onclick="' not in html


def test_web_links_open_elsewhere() -> None:
    html = to_html("[官网](https://example.org/a)")
    assert 'href="https://example.org/a"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert 'target="_blank"' in html


def test_a_workers_text_is_only_escaped() -> None:
    assert plain_to_html("**a** <b>&\"'") == "**a** &lt;b&gt;&amp;&quot;&#x27;"
