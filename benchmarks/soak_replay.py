"""Whether the API tells conversations as the record has them, from any message on."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Final

import httpx2

from benchmarks.record import Stored

_AT_ONCE: Final = 8


async def told_otherwise(
    client: httpx2.AsyncClient,
    conversations: Mapping[str, Sequence[Stored]],
    tokens: Mapping[str, str],
    chance: random.Random,
) -> int:
    """How many conversations are told in another order, or with other messages: from their
    beginning, or behind a message drawn at random, as a client that comes back asks."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def is_told_otherwise(conversation: str, token: str) -> bool:
        ids = [message.id for message in conversations[conversation]]
        place = chance.randrange(len(ids))
        async with slots:
            told = await _told(client, conversation, token)
            behind = await _told(client, conversation, token, after=ids[place])
        return told != ids or behind != ids[place + 1 :]

    return sum(await asyncio.gather(*(is_told_otherwise(*each) for each in tokens.items())))


async def _told(
    client: httpx2.AsyncClient, conversation: str, token: str, **parameters: str
) -> list[str]:
    response = await client.get(
        f"/api/v1/conversations/{conversation}/messages",
        params=parameters,
        headers={"Authorization": f"Bearer {token}"},
    )
    response.raise_for_status()
    return [message["id"] for message in response.json()["messages"]]
