import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.wechat.choices import (
    MORE_LINE_BYTES,
    asks_to_view,
    chosen,
    more_line,
    tap_line,
)

OPTIONS = [
    {"title": "医疗互助", "text": "医疗互助怎么报"},
    {"title": "工伤", "text": "上班受伤了算工伤吗"},
    {"title": "转人工", "text": "转人工"},
]


@pytest.mark.parametrize(
    "text",
    [
        *("1", "１", "①", "⑴", "⒈", "1️⃣", "一", " 1 ", "1.", "1、", "1。", "(1)", "（1）", "“1”"),
        *("回复1", "回复 1", "回复：1", "选1", "选择1", "我选1", "选第1个", "第1个", "第一项"),
        *("按1", "我要第1个", "选1吧", "1吧", "医疗互助", " 医疗互助 "),
    ],
)
def test_the_first_is_chosen(text: str) -> None:
    assert chosen(text, OPTIONS) == "医疗互助怎么报"


@pytest.mark.parametrize(
    "text",
    [
        *("1000", "1个月", "12", "1个", "1月", "10", "0", "4", "9", "第4个", "1.5", "1-3", "-1"),
        *("一个月", "一万", "十一", "医疗互助怎么报", "1年", "1 2", "第1条怎么说", "", " ", "²½"),
    ],
)
def test_anything_else_is_a_message(text: str) -> None:
    assert chosen(text, OPTIONS) is None


def test_by_number_and_by_title() -> None:
    assert chosen("二", OPTIONS) == chosen("工伤", OPTIONS) == "上班受伤了算工伤吗"
    assert chosen("3", OPTIONS) == "转人工"
    assert chosen("1", []) is None


@given(st.text())
def test_no_message_breaks_it(text: str) -> None:
    assert chosen(text, OPTIONS) in {None, *(option["text"] for option in OPTIONS)}
    asks_to_view(text, None)


def _tapped(line: str) -> tuple[str, str]:
    """What a tap on the line's link sends: text and menu id."""
    (href,) = re.findall(r'<a href="([^"<>\s]+)">[^<>]+</a>', line)
    assert href.isascii()
    address = urlsplit(href)
    assert (address.scheme, address.netloc) == ("weixin", "bizmsgmenu")
    query = parse_qs(address.query, strict_parsing=True)
    return query["msgmenucontent"][0], query["msgmenuid"][0]


@pytest.mark.parametrize("line", [tap_line("01M8A68XMZP1SBC4XE7RGGQ8PP"), more_line(3)])
def test_a_tap_asks_to_view_and_so_does_what_it_says(line: str) -> None:
    text, menu_id = _tapped(line)
    assert asks_to_view(text, menu_id)
    assert asks_to_view(text, None)
    assert asks_to_view("", menu_id)


def test_a_key_cannot_leave_the_link() -> None:
    assert _tapped(tap_line('"><&x=1'))[1].endswith('"><&x=1')


def test_the_line_fits_into_its_room() -> None:
    assert "还有 999 段" in more_line(999)
    assert len(f"\n\n{more_line(999)}".encode()) <= MORE_LINE_BYTES


@pytest.mark.parametrize(
    "text",
    [
        *("看回答", "继续", "继续。", "继续吧", "请继续", "接着看", "继续看", "下一段", "看下一条"),
        *("“继续”", "点这里看回答", "点这里接着看", "看一下回答", "查看回复", "我要看回答"),
        "接着说",
    ],
)
def test_words_that_ask_to_view(text: str) -> None:
    assert asks_to_view(text, None)


@pytest.mark.parametrize(
    "text",
    [
        *("继续上班要签字吗", "我想继续问工伤", "看工伤怎么认定", "下一步怎么办", "回答"),
        *("继续教育", ""),
    ],
)
def test_sentences_are_messages(text: str) -> None:
    assert not asks_to_view(text, None)
    assert not asks_to_view(text, "101")
