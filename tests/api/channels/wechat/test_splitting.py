import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.channels.wechat.splitting import cut, size_of

LINK = '<a href="https://example.org/1">甲，乙。丙</a>'


@pytest.mark.parametrize(
    ("text", "max_bytes", "beginning"),
    [
        ("甲。乙。", 12, "甲。乙。"),
        ("甲甲。乙乙乙。", 20, "甲甲。"),
        ("甲甲甲。\n乙。丙丙丙丙丙", 24, "甲甲甲。"),
        ("甲。”乙乙乙乙", 12, "甲。”"),
        ("甲甲，乙乙乙乙", 15, "甲甲，"),
        ("甲乙丙丁", 7, "甲乙"),
        ("共12345元", 6, "共"),
        ("共2026-10-01", 9, "共"),
        (f"甲{LINK}", 30, "甲"),
        ("甲👨‍👩‍👧乙", 12, "甲"),
        ("甲👍🏽", 8, "甲"),
        ("1️⃣乙", 8, "1️⃣"),
        ("甲甲甲。【办法】\n乙乙。", 30, "甲甲甲。"),
        ("abcdefgh", 4, "abcd"),
        (LINK + "丁", 9, LINK),
        ("👨‍👩‍👧乙", 3, "👨‍👩‍👧"),
    ],
)
def test_where_a_text_is_cut(text: str, max_bytes: int, beginning: str) -> None:
    head, rest = cut(text, max_bytes)
    assert head == beginning
    assert rest == text[len(beginning) :].lstrip()


_TEXTS = st.lists(
    st.sampled_from([*"甲乙。！，\n ”a1", "12,345.67", LINK, "👨‍👩‍👧", "é", "【办】\n", "😀"]),
    max_size=60,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(_TEXTS, st.integers(size_of(LINK), 200))
def test_pieces_fit_and_lose_nothing(text: str, max_bytes: int) -> None:
    pieces, rest = [], text
    while rest:
        piece, rest = cut(rest, max_bytes)
        pieces.append(piece)
    assert all(size_of(piece) <= max_bytes for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert sum(piece.count(LINK) for piece in pieces) == text.count(LINK)
    assert all(pieces) or not text.strip()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("甲乙1", min_size=1, max_size=20).map(lambda words: words + "。")))
def test_sentences_that_fit_are_kept_whole(sentences: list[str]) -> None:
    rest = "".join(sentences)
    while rest:
        piece, rest = cut(rest, 63)
        assert re.search("。$", piece)
