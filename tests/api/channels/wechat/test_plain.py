import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.channels.markdown import to_html
from api.channels.wechat.plain import LINK_MAX_BYTES, escape, link, to_wechat

ANCHOR = re.compile(r'<a href="https?://[^"<>\s]*">[^<]+</a>')
_FOLDED = str.maketrans("＜＆", "<&")


def _is_within(needle: str, text: str) -> bool:
    """Whether all characters are there, in their order."""
    characters = iter(text)
    return all(character in characters for character in needle)


def test_the_small_subset() -> None:
    markdown = (
        "您好，**先别签**：\n\n## 怎么办\n第一行\n第二行\n\n- 甲\n- 乙 *二*\n  - 丙\n\n"
        "3. 三\n4. 四\n   接着四\n\n[官网](https://example.org/a?b=1&c=2)看看"
    )
    assert to_wechat(markdown) == (
        "您好，先别签：\n\n【怎么办】\n第一行\n第二行\n\n· 甲\n· 乙 二\n　· 丙\n\n"
        '3. 三\n4. 四\n　接着四\n\n<a href="https://example.org/a?b=1&c=2">官网</a>看看'
    )


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**去哪里**\n\n窗口", "【去哪里】\n窗口"),
        ("**【1】欠薪**\n\n甲", "【1】欠薪\n甲"),
        ("**您的单位叫什么名字？**", "您的单位叫什么名字？"),
        ("**在同事回复之前：**\n\n别签", "在同事回复之前：\n\n别签"),
        ("**甲** 乙", "甲 乙"),
        ("甲**“乙”**丙**丁。**戊", "甲“乙”丙丁。戊"),
        ("138****1234，2**3", "138****1234，2**3"),
        ("#", ""),
        (" \n ", ""),
    ],
)
def test_bold(markdown: str, text: str) -> None:
    assert to_wechat(markdown) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("<a href='https://evil.example'>点</a>", "＜a href='https://evil.example'>点＜/a>"),
        ("&lt;a href=x&gt;", "＆lt;a href=x＆gt;"),
        ("&**lt;**a", "＆lt;a"),
        ("&*lt*;a", "＆lt;a"),
        ("&#60;a", "＆#60;a"),
        ("1 < 2 & 3", "1 ＜ 2 & 3"),
        ("https://example.org/?a=1&b=2", "https://example.org/?a=1&b=2"),
        ("[点](javascript:alert)", "[点](javascript:alert)"),
        (
            "[点](weixin://bizmsgmenu?msgmenucontent=1)",
            "[点](weixin://bizmsgmenu?msgmenucontent=1)",
        ),
        ("[<b>](https://example.org)", '<a href="https://example.org">＜b></a>'),
        ('[甲](https://example.org/">乙)', '<a href="https://example.org/%22%3E%E4%B9%99">甲</a>'),
        ("[](https://example.org)", '<a href="https://example.org">https://example.org</a>'),
        ("甲\x00\x08\x1b乙", "甲\ufffd乙"),
    ],
)
def test_text_opens_no_tag(markdown: str, text: str) -> None:
    assert to_wechat(markdown) == text


def test_a_link_that_is_too_long_is_written_out() -> None:
    url = "https://example.org/" + "a" * LINK_MAX_BYTES
    assert link("甲", url) == f"甲（{url}）"
    assert link("甲", "ftp://example.org") == "甲"


_WORDS = st.text("甲乙a1，。 ", min_size=1, max_size=12)
_MARKED = st.one_of(
    st.sampled_from([*"*_#[]()<>&;\\-+.!`~|\"'\n ", "\n\n", "](https://e.org/", "**", "# ", "1. "]),
    _WORDS,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_MARKED, max_size=40).map("".join))
def test_everything_that_the_web_shows_is_there_and_every_tag_is_a_link(markdown: str) -> None:
    shown = to_wechat(markdown)
    # The web shows some signs of bold text that CommonMark does not take for such.
    on_the_web = unescape(re.sub(r"<[^>]*>", "", to_html(markdown))).replace("*", "")
    in_wechat = ANCHOR.sub(lambda anchor: re.sub("<[^>]*>", "", anchor[0]), shown)
    assert "<" not in in_wechat
    assert _is_within("".join(on_the_web.split()), "".join(in_wechat.split()).translate(_FOLDED))


@settings(max_examples=60, deadline=None)
@given(st.lists(_WORDS.map(str.strip).filter(bool), min_size=6, max_size=6))
def test_no_sign_shows(words: list[str]) -> None:
    heading, bold, item, step, label, line = (each.replace("1", "一") for each in words)
    shown = to_wechat(
        f"## {heading}\n\n甲**{bold}**乙\n\n- {item}\n\n1. {step}\n\n"
        f"[{label}](https://e.org) *{line}*"
    )
    text = ANCHOR.sub(lambda anchor: re.sub("<[^>]*>", "", anchor[0]), shown)
    assert not set("*#[]<-") & set(text)


@given(st.text())
def test_escaped_text_has_neither_tags_nor_entities(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert unescape(re.sub("&(?![#A-Za-z][A-Za-z0-9]*;)", "", escaped)) == re.sub("&", "", escaped)
