"""A knowledge base that finds what the test says."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Self, cast

from knowledge_base.retrieval.decision import Decision
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.search import KnowledgeBase


class FakeKnowledgeBase:
    """Answers when something is found; its probability is the score of the first document."""

    def __init__(self, found: Mapping[str, Sequence[tuple[str, float]]]) -> None:
        self.found = found
        self.asked: list[tuple[str, date | None]] = []
        ids = sorted({document for ranking in found.values() for document, _ in ranking})
        self.documents = [SimpleNamespace(id=document) for document in ids]

    def with_settings(self, settings: SearchSettings) -> Self:
        return self

    def search(self, text: str, *, as_of: date | None = None, k: int = 10) -> SimpleNamespace:
        self.asked.append((text, as_of))
        ranking = self.found.get(text, [])[:k]
        return SimpleNamespace(
            hits=[
                SimpleNamespace(document=SimpleNamespace(id=document), score=score)
                for document, score in ranking
            ],
            decision=Decision.ANSWER if ranking else Decision.DECLINE,
            probability=ranking[0][1] if ranking else 0.0,
            trace=SimpleNamespace(index_fingerprint="index-1", encoder="encoder-1", settings="all"),
        )


def fake_knowledge_base(found: Mapping[str, Sequence[tuple[str, float]]]) -> KnowledgeBase:
    """Return the fake where a knowledge base is asked for."""
    return cast(KnowledgeBase, FakeKnowledgeBase(found))
