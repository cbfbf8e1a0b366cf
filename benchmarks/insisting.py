"""A client that repeats a request until it is answered, as the widget does."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx2

PATIENCE_S: Final = 300.0
"""How long one request is repeated."""
_REPEAT_AFTER_S: Final = 0.5
"""Where the response does not say (``Retry-After``)."""
_ANSWERS: Final = (200, 201)


@dataclass(frozen=True)
class Attempt:
    """What one request brought: a response, or the reason why there is none."""

    response: httpx2.Response | None = None
    error: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether it need not be repeated."""
        return self.response is not None and self.response.status_code in _ANSWERS


async def insist(
    client: httpx2.AsyncClient,
    path: str,
    body: Mapping[str, str],
    headers: Mapping[str, str],
    tell: Callable[[Attempt], None],
) -> httpx2.Response:
    """Repeat a POST until it works; ``tell`` hears of each attempt.

    Raises:
        TimeoutError: it never did.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            attempt = Attempt(await client.post(path, json=body, headers=headers))
        except httpx2.HTTPError as error:
            attempt = Attempt(error=type(error).__name__)
        tell(attempt)
        if attempt.response is not None and attempt.is_answer:
            return attempt.response
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} was not answered in {PATIENCE_S:.0f} s")
        await asyncio.sleep(_pause_s(attempt.response))


def _pause_s(response: httpx2.Response | None) -> float:
    asked_for = response.headers.get("Retry-After", "") if response is not None else ""
    return float(asked_for) if asked_for.isdecimal() else _REPEAT_AFTER_S
