"""Events for another system over HTTP, signed as the Standard Webhooks specification 1.0 says
(https://www.standardwebhooks.com): ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from api.outbox.adapters import PermanentError, TemporaryError
from api.storage.models import now

MIN_KEY_BYTES = 24
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the specification's mark, not a secret
_WORTH_REPEATING = frozenset({408, 429})


def signing_key(secret: str) -> bytes:
    """The key in a secret: Base64 of at least 24 random bytes, with or without ``whsec_``.

    Raises:
        ValueError: it is not Base64, or too short.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except ValueError:  # binascii.Error, or not even ASCII
        key = b""
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(
            f"the webhook secret must be Base64 of at least {MIN_KEY_BYTES} bytes;"
            " make one with: openssl rand -base64 32"
        )
    return key


def signature(key: bytes, message_id: str, at: datetime, body: bytes) -> str:
    """HMAC-SHA256 over id, Unix time and body, as the ``webhook-signature`` header has it."""
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class WebhookAdapter:
    """Posts payloads as JSON to one address. Redirects are not followed: a signed event goes
    where the operator said, or nowhere."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        url: str,
        *,
        secret: str,
        timeout_s: float = 10.0,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Raises ``ValueError`` for a weak secret."""
        self._client = client
        self._url = url
        self._key = signing_key(secret)
        self._timeout_s = timeout_s
        self._clock = clock

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        """Return on a status of 2xx. Raises ``TemporaryError``, ``PermanentError``."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        at = self._clock()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": idempotency_key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature(self._key, idempotency_key, at, body),
        }
        try:
            # Streamed: what the receiver has to say beyond its status is not read.
            async with (
                asyncio.timeout(self._timeout_s),
                self._client.stream(
                    "POST", self._url, content=body, headers=headers, follow_redirects=False
                ) as response,
            ):
                status = response.status_code
                retry_after = response.headers.get("Retry-After")
        except TimeoutError:
            raise TemporaryError("timeout") from None
        except httpx2.TransportError as error:
            raise TemporaryError(type(error).__name__) from None
        if 200 <= status < 300:
            return
        reason = f"status {status}"
        if status >= 500 or status in _WORTH_REPEATING:
            raise TemporaryError(reason, _pause(retry_after, self._clock()))
        raise PermanentError(reason)


def _pause(retry_after: str | None, at: datetime) -> timedelta | None:
    """What a ``Retry-After`` header asks for (RFC 9110 §10.2.3); None where it says nothing."""
    if retry_after is None:
        return None
    try:
        if retry_after.isdecimal():
            return timedelta(seconds=int(retry_after))
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    return until.replace(tzinfo=until.tzinfo or UTC) - at
