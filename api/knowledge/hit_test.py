"""What the search of the running assistant makes of a question, stage by stage."""

import asyncio
import logging
from typing import Literal

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from api.error_codes import ErrorCode
from api.errors import ApiError

_PATH = "/hit-test"
_PATIENCE_S = 10.0
_log = logging.getLogger(__name__)


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class HitView(_View):
    """A document with the score of each stage; ``section`` matched best, ``asked`` are those that
    were asked for."""

    article_id: str
    title: str
    kind: str
    revision: str
    verified: bool
    section: str
    asked: list[str]
    bm25: float
    pinyin: float
    dense: float
    fused: float
    score: float
    probability: float


class SearchView(_View):
    """A question, as it was searched for, with what was found and decided."""

    query: str
    rewritten: str
    decision: Literal["answer", "choices", "decline"]
    probability: float
    hits: list[HitView]


class HitTest(SearchView):
    """The whole of a message; ``parts`` where it asks several things. ``version`` is the index
    version that was searched; from a probability of ``answer_from`` on it is an answer, from
    ``choices_from`` on choices."""

    version: str
    fingerprint: str
    encoder: str
    answer_from: float
    choices_from: float
    parts: list[SearchView]


class HitTester:
    """Asks the action server, which has the encoder and the index in use."""

    def __init__(self, client: httpx2.AsyncClient, actions_url: str) -> None:
        self._client = client
        self._url = actions_url + _PATH

    async def ask(self, text: str) -> HitTest:
        """Search for ``text``. Raises ``ApiError``: search_unavailable."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                response = await self._client.post(self._url, json={"text": text})
            response.raise_for_status()
            return HitTest.model_validate_json(response.content)
        except (httpx2.HTTPError, TimeoutError, ValidationError) as error:
            _log.warning("no hit test", extra={"cause": type(error).__name__})
            raise ApiError(ErrorCode.SEARCH_UNAVAILABLE) from error
