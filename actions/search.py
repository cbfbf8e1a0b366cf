"""Search without blocking the action server's event loop."""

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

from knowledge_base.search import KnowledgeBase, SearchResult


class KnowledgeBaseSource(Protocol):
    """Something that has a knowledge base in use; it may have another one at the next search."""

    @property
    def current(self) -> KnowledgeBase: ...


@dataclass(frozen=True)
class Found:
    """A result with the knowledge base it came from, so that a reply is of one index version."""

    result: SearchResult
    knowledge_base: KnowledgeBase


class Search:
    """Runs searches one after another in a thread of their own.

    One thread, because encoding a question keeps a core busy: two at once would only make
    both slower. The event loop stays free for health checks and for reading requests.
    """

    def __init__(self, source: KnowledgeBaseSource) -> None:
        self._source = source
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")

    async def __call__(
        self, text: str, *, said: str | None = None, areas: Collection[str] | None = None
    ) -> Found:
        """Search for ``text``.

        Args:
            text: what is looked for.
            said: the worker's own words, where ``text`` adds to them what is known from before;
                the trace then shows both.
            areas: only documents of these areas.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._search, text, said, areas)

    @property
    def knowledge_base(self) -> KnowledgeBase:
        """The knowledge base in use now."""
        return self._source.current

    def _search(self, text: str, said: str | None, areas: Collection[str] | None) -> Found:
        knowledge_base = self._source.current
        result = knowledge_base.search(text, areas=areas)
        if said is not None:
            result = replace(result, trace=replace(result.trace, query=said))
        return Found(result, knowledge_base)
