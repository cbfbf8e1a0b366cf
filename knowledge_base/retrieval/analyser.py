"""Analysers: ways to take a text apart into the terms of a lexical index."""

from collections.abc import Iterable
from typing import Protocol

from knowledge_base.retrieval.pinyin import PinyinAnalyser
from knowledge_base.retrieval.tokenizer import Tokenizer


class Analyser(Protocol):
    """Splits texts into terms. An index holds one lexical part per analyser, by its name.

    ``fingerprint`` changes whenever the same text may give other terms.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    def tokenize(self, text: str) -> list[str]: ...


def default_analysers() -> list[Analyser]:
    """Return the analysers that the product builds and searches with."""
    return [Tokenizer(), PinyinAnalyser()]


def fingerprints(analysers: Iterable[Analyser]) -> dict[str, str]:
    """Return the fingerprint of each analyser by its name."""
    return {analyser.name: analyser.fingerprint for analyser in analysers}
