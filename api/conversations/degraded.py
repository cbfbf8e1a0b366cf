"""Answers without the bot: straight from the knowledge base, where that is safe.

Only what the search is sure of, and never where the words tell of a dispute, a death or an
injury: there a person looks at it.
"""

import asyncio
import logging
import re
from functools import cache

import httpx2
from pydantic import ValidationError

import tracing
from api.conversations.crisis import fold
from api.texts import gateway_texts
from contract import Reply, ReplyKind

ANSWER = "/answer"
_log = logging.getLogger(__name__)


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile("|".join(gateway_texts().unsafe_without_bot))


class DegradedAnswers:
    """Asks the action server's knowledge base directly."""

    def __init__(self, client: httpx2.AsyncClient, actions_url: str, *, timeout_s: float) -> None:
        self._client = client
        self._url = actions_url + ANSWER
        self._timeout_s = timeout_s

    async def answer(self, text: str) -> Reply | None:
        """An answer with its source, or None: not safe, not known, or not reachable either."""
        if _unsafe().search(fold(text)):
            return None
        try:
            with tracing.call(self._url) as call:
                async with asyncio.timeout(self._timeout_s):
                    response = await self._client.post(
                        self._url, json={"text": text}, headers=tracing.carrier()
                    )
                call.answered(response.status_code)
            if response.status_code != 200:
                return None
            reply = Reply.model_validate_json(response.content)
        except (httpx2.HTTPError, TimeoutError, ValidationError) as error:
            _log.warning("no answer without the bot", extra={"cause": type(error).__name__})
            return None
        return reply if reply.kind is ReplyKind.ANSWER else None
