import asyncio

import pytest

from actions.search import Search
from knowledge_base.search import KnowledgeBase

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
    results = await asyncio.gather(*map(search, questions))
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
        await Search(Broken())("年假")
