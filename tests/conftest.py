"""What several packages' tests share. The encoder is loaded once, and only when asked for."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.retrieval.analyser import Analyser
    from knowledge_base.retrieval.tokenizer import Tokenizer


@pytest.fixture(scope="session")
def encoder() -> "Encoder":
    """The bundled encoder; `make test` has unpacked it, a bare `pytest` does so itself."""
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.encoder.unpack import unpack_default_model
    from knowledge_base.paths import default_model_directory

    unpack_default_model(default_model_directory())
    return Encoder(default_model_directory())


@pytest.fixture(scope="session")
def tokenizer() -> "Tokenizer":
    from knowledge_base.retrieval.tokenizer import Tokenizer

    return Tokenizer()


@pytest.fixture(scope="session")
def analysers() -> "list[Analyser]":
    """The product's own."""
    from knowledge_base.retrieval.analyser import default_analysers

    return default_analysers()
