from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.store import IndexStore
from knowledge_base.search import KnowledgeBase
from knowledge_base.watching import Part, part, watched_by
from tests.knowledge_base.samples import engine_of

FINDING = [Part.MATCH, Part.SCORE, Part.RANK, Part.DECIDE]


class Watcher:
    """Keeps which parts began and ended; none must lie within another."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    @contextmanager
    def __call__(self, name: Part) -> Iterator[None]:
        self.parts.append(name)
        before = list(self.parts)
        yield
        assert self.parts == before


@pytest.fixture(scope="module")
def knowledge_base(small_index: Path, encoder: Encoder) -> KnowledgeBase:
    return KnowledgeBase.from_store(IndexStore(small_index), engine_of(encoder))


@pytest.mark.parametrize(
    ("question", "finding"),
    [("医疗互助怎么申请", 1), ("医疗互助怎么申请？年休假有几天？", 3), ("", 0)],
)
def test_the_parts_of_a_search_follow_each_other(
    knowledge_base: KnowledgeBase, question: str, finding: int
) -> None:
    watcher = Watcher()
    with watched_by(watcher):
        knowledge_base.search(question)
    assert watcher.parts == [Part.REWRITE, Part.ENCODE, *FINDING * finding]


def test_being_watched_changes_nothing(knowledge_base: KnowledgeBase) -> None:
    with watched_by(Watcher()):
        watched = knowledge_base.search("年假几天")
    assert watched == knowledge_base.search("年假几天")


def test_after_the_block_nobody_watches() -> None:
    watcher = Watcher()
    with watched_by(watcher):
        pass
    with part(Part.RANK):
        pass
    assert watcher.parts == []
