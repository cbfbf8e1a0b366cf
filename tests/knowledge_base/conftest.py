from pathlib import Path

import pytest

from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.tokenizer import Tokenizer
from tests.knowledge_base import samples


@pytest.fixture(scope="session")
def small_documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return samples.small_documents(tmp_path_factory.mktemp("articles"))


@pytest.fixture(scope="session")
def small_index(
    tmp_path_factory: pytest.TempPathFactory,
    small_documents: list[Document],
    encoder: Encoder,
    tokenizer: Tokenizer,
) -> Path:
    """An index of five articles with the real encoder; read-only."""
    directory = tmp_path_factory.mktemp("index")
    build_index(small_documents, IndexStore(directory), encoder, tokenizer)
    return directory
