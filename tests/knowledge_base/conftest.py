from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.engine import SearchEngine
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base import samples

Serve = Callable[..., KnowledgeBase]


@pytest.fixture(scope="session")
def small_documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return samples.small_documents(tmp_path_factory.mktemp("articles"))


@pytest.fixture(scope="session")
def small_index(
    tmp_path_factory: pytest.TempPathFactory,
    small_documents: list[Document],
    encoder: Encoder,
    analysers: list[Analyser],
) -> Path:
    """An index of five articles with the real encoder; read-only."""
    directory = tmp_path_factory.mktemp("index")
    build_index(small_documents, IndexStore(directory), encoder, analysers)
    return directory


@pytest.fixture(scope="session")
def engine() -> SearchEngine:
    """An engine with the sample models, in which the vectors do not matter."""
    return samples.engine_of(samples.fake_encoder())


@pytest.fixture
def serve(tmp_path: Path, engine: SearchEngine) -> Serve:
    """Build an index of the documents given and open it, with ``engine`` or another one."""

    def served(*documents: Document, engine: SearchEngine = engine) -> KnowledgeBase:
        store = IndexStore(tmp_path / "served")
        build_index(list(documents), store, engine.encoder, list(engine.analysers.values()))
        return KnowledgeBase.from_store(store, engine)

    return served
