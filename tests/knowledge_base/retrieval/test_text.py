import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.text import MAX_QUERY_CHARACTERS, fold, normalise

ANY_TEXT = st.text(st.characters(codec=None), max_size=600)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  医疗互助\n\n怎么 报 ", "医疗互助 怎么 报"),
        ("ＡＰＰ１２３５１", "app12351"),
        ("HR说Ⅱ期㈱", "hr说ii期(株)"),
        ("零\u200b宽\ufeff字", "零宽字"),
        ("铃\x07声\x00", "铃声"),
        ("半个\ud800字", "半个字"),
        ("私\ue000用", "私用"),
        ("行\u2028段\u2029落\u3000格\xa0", "行 段 落 格"),
        ("a\u200d\u0301", "á"),
        ("", ""),
        ("\t\r\n", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(ANY_TEXT)
def test_it_never_fails_and_gives_clean_text(text: str) -> None:
    clean = normalise(text)
    assert len(clean) <= MAX_QUERY_CHARACTERS
    assert clean == clean.strip()
    assert "  " not in clean
    assert {unicodedata.category(character) for character in clean}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co"}
    )


@given(ANY_TEXT)
def test_normalising_again_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.integers(490, 510))
def test_the_cut_leaves_no_space_at_the_end(length: int) -> None:
    assert normalise("啊" * length + " 吧" * 20) == normalise(normalise("啊" * length + " 吧" * 20))


def test_a_very_long_text_is_cut() -> None:
    assert normalise("医" * 10_000) == "医" * MAX_QUERY_CHARACTERS


def test_fold_does_the_same_without_a_cut() -> None:
    assert fold("ＡＢ\x00 " + "医" * 10_000) == "ab " + "医" * 10_000
