import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.text_encoding import decode_text

TEXT = "职工住院以后九十天内提出申请，逾期不再受理。\n带上身份证、出院小结和发票。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk", "gb2312"]
)
def test_encodings_that_are_right(encoding: str) -> None:
    assert decode_text(TEXT.encode(encoding)) == TEXT


def test_rare_characters_among_common_ones_in_gb18030() -> None:
    text = f"{TEXT}某某𠮷先生，喆、堃、镕"
    assert decode_text(text.encode("gb18030")) == text


def test_line_ends_become_line_feeds() -> None:
    assert decode_text(b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    "content",
    [
        "職工住院以後九十天內提出申請，逾期不再受理。".encode("big5"),
        "労働者は労働組合に加入することができます。".encode("shift-jis"),
        "café déjà vu à Noël".encode("latin-1"),
        b"\xff\xfe\x00\xd8",
        b"\x81",
    ],
)
def test_other_encodings_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="save it as UTF-8"):
        decode_text(content)


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n\x00\x00", "没有标记".encode("utf-16-le"), b"a\x07"],
)
def test_what_is_not_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"not text|save it as UTF-8"):
        decode_text(content)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_any_unicode_text_comes_back(text: str) -> None:
    assert decode_text(text.encode("utf-8-sig")) == text


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        assert "\r" not in decode_text(content)
