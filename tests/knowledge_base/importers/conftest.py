from collections.abc import Iterator

import pytest

from knowledge_base.importers.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One process for all tests: its start takes a second."""
    with Sandbox() as started:
        yield started
