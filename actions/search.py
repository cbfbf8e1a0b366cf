"""Search without blocking the action server's event loop."""

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import Protocol

import tracing
from actions.reading import Reading
from knowledge_base.retrieval.gist import GistSettings
from knowledge_base.search import KnowledgeBase, SearchResult
from knowledge_base.watching import Part, watched_by


class KnowledgeBaseSource(Protocol):
    """Something that has a knowledge base in use; it may have another one at the next search."""

    @property
    def current(self) -> KnowledgeBase: ...


@dataclass(frozen=True)
class Found:
    """A result with the knowledge base it came from, so that a reply is of one index version."""

    result: SearchResult
    knowledge_base: KnowledgeBase


_LONG = GistSettings().longer_than
"""Of a longer text several pieces are searched for, which takes longer."""


class Search:
    """Runs searches one after another in a thread of their own.

    One thread, because encoding a question keeps a core busy: two at once would only make
    both slower. Long texts have another one, so that no short question waits for them. The event
    loop stays free for health checks and for reading requests.
    """

    def __init__(self, source: KnowledgeBaseSource) -> None:
        self._source = source
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")
        self._thread_for_long = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search-long")

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
        with tracing.span("search") as span:
            # The thread knows of the span, and of the message, by the context.
            search = copy_context().run
            thread = self._thread if len(text) <= _LONG else self._thread_for_long
            found = await loop.run_in_executor(thread, search, self._search, text, said, areas)
            span.note(
                {
                    "union.search.decision": found.result.decision,
                    "union.search.hits": len(found.result.hits),
                    "union.search.probability": found.result.probability,
                    "union.index.fingerprint": found.result.trace.index_fingerprint,
                }
            )
        return found

    def hear(self, reading: Reading) -> None:
        """Take over the vector of a text that the dialogue server has read."""
        self._source.current.give_query(reading.text, reading.vector, reading.encoder)

    @property
    def knowledge_base(self) -> KnowledgeBase:
        """The knowledge base in use now."""
        return self._source.current

    def _search(self, text: str, said: str | None, areas: Collection[str] | None) -> Found:
        knowledge_base = self._source.current
        with watched_by(_span_of):
            result = knowledge_base.search(text, areas=areas)
        if said is not None:
            result = replace(result, trace=replace(result.trace, query=said))
        return Found(result, knowledge_base)


def _span_of(part: Part) -> AbstractContextManager[object]:
    return tracing.span(f"search {part}")
