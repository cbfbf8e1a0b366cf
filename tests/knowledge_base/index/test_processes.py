"""Several processes and one store: builds wait for each other, and may be killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge_base.index.builder import build_index
from knowledge_base.index.loader import load_index
from knowledge_base.index.store import IndexStore, IndexUnavailableError
from knowledge_base.retrieval.tokenizer import Tokenizer
from tests.knowledge_base.samples import document, fake_encoder

ROOT = Path(__file__).parents[3]

Process = subprocess.Popen[str]
StartBuild = Callable[[str], Process]


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path / "index")


@pytest.fixture
def start_build(store: IndexStore) -> Iterator[StartBuild]:
    """Builds in processes of their own; each stops at the encoder until a line is sent."""
    started: list[Process] = []

    def start(title: str) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.knowledge_base.index.building", store.directory, title],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line_of(process: Process) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_killed_build_leaves_the_index_in_use_and_its_scratch_is_removed(
    store: IndexStore, tokenizer: Tokenizer, start_build: StartBuild
) -> None:
    build_index([document(id="first")], store, fake_encoder(), [tokenizer])
    version = store.current_version()
    process = start_build("新")
    assert line_of(process) == "encoding"
    process.kill()
    process.wait()

    assert len(list(store.directory.glob(".building-*"))) == 1
    assert store.current_version() == version
    assert load_index(store, fake_encoder(), [tokenizer]).documents == [document(id="first")]
    assert build_index([document(id="next")], store, fake_encoder(), [tokenizer]).built
    assert list(store.directory.glob(".building-*")) == []


def test_a_killed_first_build_leaves_no_index(store: IndexStore, start_build: StartBuild) -> None:
    process = start_build("新")
    assert line_of(process) == "encoding"
    process.kill()
    process.wait()
    with pytest.raises(IndexUnavailableError):
        store.current_version()


def test_of_two_builds_at_once_one_waits_and_takes_what_the_other_made(
    store: IndexStore, start_build: StartBuild
) -> None:
    first = start_build("医疗互助")
    assert line_of(first) == "encoding"
    second = start_build("医疗互助")
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    with pytest.raises(IndexUnavailableError):
        store.current_version()
    assert first.communicate("\n")[0].strip() == "built 1"
    assert second.communicate("\n")[0].strip() == "up to date 0"
    assert len(store.versions()) == 1
