"""Which worker a token belongs to."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import tokens
from api.storage.models import Channel, ChannelIdentity


async def worker_id_of(session: AsyncSession, token: str, secret_key: str) -> str | None:
    """The worker who has the token of any of their conversations, None without one."""
    return await _find(session, tokens.hash_token(token, secret_key))


async def deleted_worker_id_of(session: AsyncSession, token: str, secret_key: str) -> str | None:
    """The worker who had everything deleted with this token."""
    return await _find(session, _trace_of(token, secret_key))


def trace_of_deletion(worker_id: str, token: str, secret_key: str) -> ChannelIdentity:
    """What is left of the token with which a worker had everything deleted.

    It lets nobody in. It is there for a client that lost the answer and asks again.
    """
    return ChannelIdentity(
        worker_id=worker_id, channel=Channel.WEB, external_id=_trace_of(token, secret_key)
    )


def _trace_of(token: str, secret_key: str) -> str:
    hashed = tokens.hash_token(token, secret_key)
    return f"deleted {tokens.hash_token(hashed, secret_key)}"


async def _find(session: AsyncSession, external_id: str) -> str | None:
    return await session.scalar(
        select(ChannelIdentity.worker_id).where(
            ChannelIdentity.channel == Channel.WEB, ChannelIdentity.external_id == external_id
        )
    )
