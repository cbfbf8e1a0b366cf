import pytest

from api.conversations.cleaning import both_ends, clean, shorten


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  医疗互助 ", "医疗互助"),
        ("a\x00b\x07c", "abc"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("列\t表", "列\t表"),
        ("\ufeff你好\u202e", "你好"),
        ("a\ud800b", "ab"),
        ("👨‍👩‍👧❤️", "👨‍👩‍👧❤️"),
        ("😀", "😀"),
        ("？", "？"),
        ("<b>加粗</b>", "<b>加粗</b>"),
        ("/restart", "/restart"),
    ],
)
def test_what_can_be_seen_stays(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    "raw", ["", " ", "\n\t", "\u3000", "\x00", "\u200b\u200d", "\ufe0f", "\u3164", "\u2800 "]
)
def test_what_nobody_sees_is_empty(raw: str) -> None:
    assert clean(raw) == ""


def test_shorten_makes_one_line() -> None:
    assert shorten("一\n二  三", 10) == "一 二 三"
    assert shorten("一二三四五", 4) == "一二三…"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("十个字以内", 10, "十个字以内"),
        ("0123456789", 10, "0123456789"),
        ("0123456789ab", 10, "01234589ab"),
    ],
)
def test_of_a_long_text_both_ends_stay(text: str, limit: int, cut: str) -> None:
    assert both_ends(text, limit) == cut
    assert len(both_ends(text * 50, limit)) == limit
