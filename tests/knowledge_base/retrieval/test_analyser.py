import pytest

from knowledge_base.retrieval.analyser import Analyser, default_analysers, fingerprints
from knowledge_base.retrieval.pinyin import PinyinAnalyser
from tests.knowledge_base.samples import Letters


def test_the_product_searches_by_words_and_by_sound(analysers: list[Analyser]) -> None:
    assert [analyser.name for analyser in analysers] == ["words", "pinyin"]


def test_each_takes_a_text_apart_in_its_own_way(analysers: list[Analyser]) -> None:
    words, pinyin = (analyser.tokenize("劳动仲裁") for analyser in analysers)
    assert "劳动仲裁" in words
    assert pinyin == PinyinAnalyser().tokenize("劳动仲裁")


@pytest.mark.parametrize("text", ["", " ", "？！", "😀"])
def test_none_finds_terms_where_there_are_none(analysers: list[Analyser], text: str) -> None:
    assert [analyser.tokenize(text) for analyser in analysers] == [[], []]


def test_fingerprints_are_given_by_name() -> None:
    assert fingerprints([Letters(fingerprint="letters:2")]) == {"letters": "letters:2"}
    assert fingerprints([]) == {}


def test_fingerprints_are_the_same_in_every_process(analysers: list[Analyser]) -> None:
    made = fingerprints(analysers)
    assert made == fingerprints(default_analysers())
    assert len(set(made.values())) == len(made)
