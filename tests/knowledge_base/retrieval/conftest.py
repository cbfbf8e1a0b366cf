import pytest

from knowledge_base.retrieval.normalise import Normaliser, NormaliseSettings
from knowledge_base.retrieval.romanised import PinyinReader
from knowledge_base.retrieval.spelling import Speller
from knowledge_base.retrieval.tokenizer import Tokenizer


@pytest.fixture(scope="session")
def speller(tokenizer: Tokenizer) -> Speller:
    """The product's own."""
    return Speller(tokenizer.union_terms, tokenizer.knows)


@pytest.fixture(scope="session")
def pinyin(tokenizer: Tokenizer) -> PinyinReader:
    """The product's own."""
    return PinyinReader(tokenizer.union_terms)


@pytest.fixture(scope="session")
def normaliser(speller: Speller, pinyin: PinyinReader) -> Normaliser:
    """The product's own."""
    return Normaliser(NormaliseSettings(), speller, pinyin)
