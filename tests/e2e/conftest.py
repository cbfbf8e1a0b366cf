"""The product that the tests talk to: one of their own, or the one at ``UNION_TEST_ADDRESS``.

For the latter, the environment has to be the running product's: some tests use its command line
beside it. Tests of dying parts need a product of their own; a cluster's are those of
``benchmarks.cluster``.
"""

import os
from collections.abc import Iterator

import pytest

from tests.e2e.stack import Conversation, Product, Stack

ADDRESS = "UNION_TEST_ADDRESS"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.stack)
            if ADDRESS in os.environ and item.path.name == "test_faults.py":
                item.add_marker(pytest.mark.skip(f"{ADDRESS} is set; it kills parts of its own"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    if ADDRESS in os.environ:
        yield Product(os.environ[ADDRESS], os.environ)
        return
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def conversation(stack: Product) -> Conversation:
    return stack.start_conversation()
