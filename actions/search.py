"""Search without blocking the action server's event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from knowledge_base.search import KnowledgeBase, SearchResult


class Search:
    """Runs searches one after another in a thread of their own.

    One thread, because encoding a question keeps a core busy: two at once would only make
    both slower. The event loop stays free for health checks and for reading requests.
    """

    def __init__(self, knowledge_base: KnowledgeBase) -> None:
        self.knowledge_base = knowledge_base
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")

    async def __call__(self, text: str) -> SearchResult:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.knowledge_base.search, text)
