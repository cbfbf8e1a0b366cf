from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from actions.search import Search
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import build_index
from knowledge_base.index.loader import LoadedIndex, load_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.retrieval.decision import Decision, DecisionModel, Logistic
from knowledge_base.search import Hit, KnowledgeBase
from tests.actions.conversation import Conversation
from tests.knowledge_base.samples import document, engine_of, small_documents

UNLIKELY = Logistic(-1.0, {})
"""Below what is shown as probably meant, so that the thresholds alone decide."""
ALWAYS = {
    Decision.ANSWER: DecisionModel(UNLIKELY, UNLIKELY, answer_from=0.0, choices_from=0.0),
    Decision.CHOICES: DecisionModel(UNLIKELY, UNLIKELY, answer_from=2.0, choices_from=0.0),
    Decision.DECLINE: DecisionModel(UNLIKELY, UNLIKELY, answer_from=2.0, choices_from=2.0),
}

SearchThat = Callable[[Decision], Search]


@dataclass(frozen=True)
class Fixed:
    """A source that has one knowledge base for good."""

    current: KnowledgeBase


def hit(*, asked: tuple[str, ...] = (), **changes: Any) -> Hit:
    """Return a hit on a small document."""
    return Hit(
        document=document(**changes),
        section="",
        asked=asked,
        bm25=1.0,
        pinyin=1.0,
        dense=0.5,
        fused=0.5,
        score=0.5,
        probability=0.9,
    )


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def loaded_index(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, analysers: list[Analyser]
) -> LoadedIndex:
    store = IndexStore(tmp_path_factory.mktemp("index"))
    documents: Path = tmp_path_factory.mktemp("articles")
    build_index(small_documents(documents), store, encoder, analysers)
    return load_index(store, encoder, analysers)


@pytest.fixture(scope="session")
def knowledge_base(loaded_index: LoadedIndex, encoder: Encoder) -> KnowledgeBase:
    return KnowledgeBase(loaded_index, engine_of(encoder))


@pytest.fixture(scope="session")
def search(knowledge_base: KnowledgeBase) -> Search:
    return Search(Fixed(knowledge_base))


@pytest.fixture(scope="session")
def search_that(loaded_index: LoadedIndex, encoder: Encoder) -> SearchThat:
    """Searches over the same index that always come to the given decision."""
    made = {
        decision: Search(Fixed(KnowledgeBase(loaded_index, engine_of(encoder, model))))
        for decision, model in ALWAYS.items()
    }
    return made.__getitem__


@pytest.fixture
def talk(search: Search) -> Conversation:
    """A new conversation."""
    return Conversation(search)
