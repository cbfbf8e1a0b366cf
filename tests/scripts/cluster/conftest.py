import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.cluster.programs import MissingProgramsError, Programs


@pytest.fixture(scope="session")
def programs() -> Programs:
    """Those of the machine."""
    try:
        return Programs.find()
    except MissingProgramsError as error:
        pytest.skip(f"NOT CHECKED: {error}")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One that other users can go through, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o711)
        yield Path(made)
