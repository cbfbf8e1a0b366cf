import threading
from pathlib import Path

import pytest

from knowledge_base.index.lock import exclusive_lock


def test_one_waits_for_the_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    order: list[str] = []
    inside, waiting = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait(10)
        waiting.set()
        with exclusive_lock(tmp_path / "lock"):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with exclusive_lock(tmp_path / "lock"):
        inside.set()
        waiting.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_it_is_free_again_after_a_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        with exclusive_lock(tmp_path / "lock"):
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        fail()
    with exclusive_lock(tmp_path / "lock"):
        assert "waiting" not in caplog.text
