from collections.abc import Callable
from pathlib import Path

import pytest

from actions.search import Search
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import build_index
from knowledge_base.index.loader import LoadedIndex, load_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.decision import Decision, DecisionModel, Logistic
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.samples import DECISION_MODEL, small_documents

EVEN = Logistic(0.0, 0.0, 0.0, 0.0)
ALWAYS = {
    Decision.ANSWER: DecisionModel(EVEN, EVEN, answer_from=0.0, choices_from=0.0),
    Decision.CHOICES: DecisionModel(EVEN, EVEN, answer_from=2.0, choices_from=0.0),
    Decision.DECLINE: DecisionModel(EVEN, EVEN, answer_from=2.0, choices_from=2.0),
}

SearchThat = Callable[[Decision], Search]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def loaded_index(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, tokenizer: Tokenizer
) -> LoadedIndex:
    store = IndexStore(tmp_path_factory.mktemp("index"))
    documents: Path = tmp_path_factory.mktemp("articles")
    build_index(small_documents(documents), store, encoder, tokenizer)
    return load_index(store, encoder, tokenizer)


@pytest.fixture(scope="session")
def knowledge_base(
    loaded_index: LoadedIndex, encoder: Encoder, tokenizer: Tokenizer
) -> KnowledgeBase:
    return KnowledgeBase(loaded_index, encoder, tokenizer, DECISION_MODEL)


@pytest.fixture(scope="session")
def search(knowledge_base: KnowledgeBase) -> Search:
    return Search(knowledge_base)


@pytest.fixture(scope="session")
def search_that(loaded_index: LoadedIndex, encoder: Encoder, tokenizer: Tokenizer) -> SearchThat:
    """Searches over the same index that always come to the given decision."""
    made = {
        decision: Search(KnowledgeBase(loaded_index, encoder, tokenizer, model))
        for decision, model in ALWAYS.items()
    }
    return made.__getitem__
