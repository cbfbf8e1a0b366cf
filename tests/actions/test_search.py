import asyncio
import copy
import threading

import pytest

from actions.reading import Reading
from actions.search import Search
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.search import KnowledgeBase, SearchResult
from tests.actions.conftest import Fixed

pytestmark = pytest.mark.anyio


async def test_the_loop_stays_free_while_searching(search: Search) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await search("医疗互助怎么申请")
    ticking.cancel()
    assert ticks > 10


async def test_many_questions_at_once_each_get_their_own_result(search: Search) -> None:
    questions = ["医疗互助怎么申请", "老板拖欠工资怎么办", "干了三年年休假有多少"]
    results = [found.result for found in await asyncio.gather(*map(search, questions))]
    assert [result.trace.query for result in results] == questions
    assert [result.hits[0].document.id for result in results] == [
        "mutual-aid",
        "wage-arrears",
        "annual-leave-days",
    ]


async def test_a_failing_search_is_reported_to_the_caller() -> None:
    class Broken(KnowledgeBase):
        def __init__(self) -> None:
            pass

        def search(self, text: str, **_: object) -> None:  # type: ignore[override]
            raise RuntimeError("index gone")

    with pytest.raises(RuntimeError, match="index gone"):
        await Search(Fixed(Broken()))("年假")


async def test_each_search_asks_anew_for_the_knowledge_base_in_use(
    knowledge_base: KnowledgeBase,
) -> None:
    class Changing:
        asked = 0

        @property
        def current(self) -> KnowledgeBase:
            self.asked += 1
            return knowledge_base

    source = Changing()
    search = Search(source)
    assert (await search("年假")).knowledge_base is knowledge_base
    await search("体检")
    assert source.asked == 2


async def test_a_result_comes_with_the_knowledge_base_it_is_from(
    knowledge_base: KnowledgeBase,
) -> None:
    class Switching:
        """Another version each time somebody looks, as during a hot reload."""

        def __init__(self) -> None:
            self.seen: list[KnowledgeBase] = []

        @property
        def current(self) -> KnowledgeBase:
            self.seen.append(copy.copy(knowledge_base))
            return self.seen[-1]

    source = Switching()
    found = await Search(source)("年假")
    assert [found.knowledge_base] == source.seen


async def test_the_trace_shows_what_was_said_and_what_was_searched(search: Search) -> None:
    result = (await search("医疗互助 要什么材料", said="要什么材料")).result
    assert result.trace.query == "要什么材料"
    assert result.trace.rewritten_query == "医疗互助 要什么材料"
    assert result.hits[0].document.id == "mutual-aid"


async def test_only_the_areas_asked_for_are_searched(search: Search) -> None:
    areas = ["health-check", "annual-leave"]
    hits = (await search("怎么申请", areas=areas)).result.hits
    assert {each.document.area for each in hits} == set(areas)


def test_the_knowledge_base_in_use_can_be_asked_for(
    search: Search, knowledge_base: KnowledgeBase
) -> None:
    assert search.knowledge_base is knowledge_base


async def test_what_the_dialogue_server_has_read_is_not_encoded_again(
    knowledge_base: KnowledgeBase, encoder: Encoder
) -> None:
    search = Search(Fixed(knowledge_base))
    wages = encoder.encode_queries(["老板拖欠工资怎么办"])[0]
    text = "qqq"  # a text that finds nothing by its words
    before = (await search(text)).result.hits
    search.hear(Reading(text, encoder.weights or "", wages))
    after = (await search(text)).result.hits
    assert after[0].document.id == "wage-arrears"
    assert after[0].dense > before[0].dense


async def test_a_short_question_does_not_wait_for_a_long_text(
    knowledge_base: KnowledgeBase,
) -> None:
    short_is_found = threading.Event()

    class Waiting(KnowledgeBase):
        def __init__(self) -> None:
            pass

        def search(self, text: str, **_: object) -> SearchResult:
            if len(text) > 80 and not short_is_found.wait(timeout=30):
                raise TimeoutError
            return knowledge_base.search(text)

    search = Search(Fixed(Waiting()))
    long = asyncio.create_task(search("我在厂里上班，" * 20))
    assert (await search("医疗互助怎么申请")).result.hits[0].document.id == "mutual-aid"
    short_is_found.set()
    assert (await long).result.trace.query == "我在厂里上班，" * 20
