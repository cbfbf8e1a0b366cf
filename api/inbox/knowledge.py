"""What the knowledge base says, beside the composer and as a suggested reply."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import httpx2
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat.plain import to_wechat
from api.conversations.degraded import ANSWER
from api.inbox.texts import inbox_texts
from api.storage.models import Author, Handoff, Message
from contract import Citation, Reply

QUERY_MAX_CHARS = 500
_LATEST = 3
"""Messages of the worker that are looked at for a suggestion."""
_MIN_CHARS = 6
"""Shorter ones are words such as 在吗 and 好的."""
_log = logging.getLogger(__name__)


class SearchAnswer(BaseModel):
    """What the search is sure of. ``text``: small Markdown; empty: nothing fits."""

    text: str = ""
    citations: list[Citation] = []


Search: TypeAlias = Callable[[str], Awaitable[SearchAnswer]]


class Suggestion(BaseModel):
    """A reply to be edited and sent. ``text`` is plain and names its sources; empty: there is
    none. ``question``: what it answers."""

    question: str
    text: str = ""
    citations: list[Citation] = []


class ActionServerSearch:
    """Asks the action server's knowledge base (``POST /answer``)."""

    def __init__(self, client: httpx2.AsyncClient, actions_url: str, *, timeout_s: float) -> None:
        self._client = client
        self._url = actions_url + ANSWER
        self._timeout_s = timeout_s

    async def __call__(self, text: str) -> SearchAnswer:
        """The best article's answer; an empty one if the search is not sure or not reachable."""
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post(self._url, json={"text": text[:QUERY_MAX_CHARS]})
            if response.status_code != httpx2.codes.OK:
                return SearchAnswer()
            reply = Reply.model_validate_json(response.content)
        except (httpx2.HTTPError, TimeoutError, ValidationError) as error:
            _log.warning("knowledge search failed", extra={"cause": type(error).__name__})
            return SearchAnswer()
        return SearchAnswer(text=reply.text, citations=reply.citations)


async def questions(session: AsyncSession, conversation_id: str) -> list[str]:
    """What a reply would answer: the worker's latest words, then the case's summary."""
    said = await session.scalars(
        select(Message.text)
        .where(Message.conversation_id == conversation_id, Message.author == Author.WORKER)
        .order_by(Message.seq.desc())
        .limit(_LATEST)
    )
    summary = await session.scalar(
        select(Handoff.summary)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(Handoff.created_at.desc())
        .limit(1)
    )
    wanted = [text for text in (*said, summary or "") if len(text) >= _MIN_CHARS]
    return list(dict.fromkeys(wanted))


async def suggest(search: Search, wanted: list[str]) -> Suggestion:
    """The answer to the first question that the knowledge base is sure of."""
    for question in wanted:
        answer = await search(question)
        if answer.text:
            return Suggestion(question=question, text=as_reply(answer), citations=answer.citations)
    return Suggestion(question=wanted[0] if wanted else "")


def as_reply(answer: SearchAnswer) -> str:
    """An answer in plain words, with its sources under it."""
    text = to_wechat(answer.text)
    titles = "".join(f"《{title}》" for title in dict.fromkeys(c.title for c in answer.citations))
    return f"{text}\n\n{inbox_texts().suggestion.source.format(titles=titles)}" if titles else text
