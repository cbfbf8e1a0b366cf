"""What every way out of the gateway has in common.

An adapter delivers one payload. It may be called again for the same item: after a crash nobody
knows whether the receiver has it, so the receiver tells repetitions by the idempotency key.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol, TypeAlias


class DeliveryError(Exception):
    """An attempt failed. ``reason`` is short and quotes neither payload nor response: it is
    logged, stored and shown to staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryError(DeliveryError):
    """Worth another attempt, not before ``retry_after`` where the receiver asked for that."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class PermanentError(DeliveryError):
    """The receiver will never take it."""


class Adapter(Protocol):
    """One way out, such as a webhook or a messaging platform."""

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        """Return once the receiver has it. Raises ``TemporaryError``, ``PermanentError``."""


Registry: TypeAlias = Mapping[str, Adapter]
"""The adapters of this process, by the name that items carry (at most 32 characters)."""
