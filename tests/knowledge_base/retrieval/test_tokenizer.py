from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.retrieval.tokenizer import DICTIONARY_FILE, Tokenizer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("医疗互助怎么报", ["医疗", "互助", "医疗互助"]),
        ("疗休养能带家属吗", ["疗休养", "家属"]),
        ("ＡＰＰ", ["app"]),
        ("拨12351", ["12351"]),
    ],
)
def test_words_and_their_parts_are_found(tokenizer: Tokenizer, text: str, words: list[str]) -> None:
    assert set(words) <= set(tokenizer.tokenize(text))


@pytest.mark.parametrize("text", ["", "？！……", " \n", "\u200b", "😀"])
def test_no_words_where_there_are_none(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.tokenize(text) == []


def test_a_long_text_is_read_to_its_end(tokenizer: Tokenizer) -> None:
    assert "疗休养" in tokenizer.tokenize("工资" * 400 + "疗休养")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec=None), max_size=100))
def test_it_never_fails(tokenizer: Tokenizer, text: str) -> None:
    assert all(word.strip() for word in tokenizer.tokenize(text))


def test_the_fingerprint_changes_with_the_dictionary(tmp_path: Path, tokenizer: Tokenizer) -> None:
    other = tmp_path / "dictionary.txt"
    other.write_text("医疗互助 100000\n", encoding="utf-8")
    assert Tokenizer(other).fingerprint != tokenizer.fingerprint


def test_every_word_of_the_dictionary_is_kept_whole(tokenizer: Tokenizer) -> None:
    words = [line.split()[0] for line in DICTIONARY_FILE.read_text("utf-8").splitlines() if line]
    assert len(words) > 100
    assert [word for word in words if word.casefold() not in tokenizer.tokenize(word)] == []
