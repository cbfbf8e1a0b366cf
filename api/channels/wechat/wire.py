"""Requests of the platform: verified, decrypted and read; and replies, sealed for it.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.channels.wechat import xml
from api.channels.wechat.crypt import Crypt
from api.channels.wechat.failures import (
    EncryptionModeError,
    MalformedMessageError,
    SignatureError,
    StaleError,
)
from api.channels.wechat.incoming import Incoming, read
from api.channels.wechat.replay import WINDOW_S, ReplayGuard
from api.channels.wechat.signature import is_signed, sign

_TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}")
# Nothing that a browser could take for a page: whoever has seen a signature can choose the rest.
_ECHO = re.compile(r"[A-Za-z0-9+/=_.-]{1,256}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A request that is what it says. ``encrypted``: the reply must be, too."""

    incoming: Incoming
    encrypted: bool


class Wire:
    """The protocol of one account.

    Without a key requests come in plain. With one they must be encrypted; in the platform's
    compatible mode, where a body has both, only what is encrypted counts.
    """

    def __init__(
        self,
        token: str,
        app_id: str,
        aes_key: str | None,
        replays: ReplayGuard,
        clock: Callable[[], float] = time.time,
        *,
        max_bytes: int = xml.MAX_BYTES,
    ) -> None:
        """``clock``: Unix time in seconds. ``max_bytes``: of a body.

        Raises ``ValueError`` without a token, which anybody could sign with, and for a key or
        an AppID that cannot be one.
        """
        if not token:
            raise ValueError("requests cannot be verified without a token")
        self._token = token
        self._crypt = None if aes_key is None else Crypt(aes_key, app_id)
        self._replays = replays
        self._clock = clock
        self._max_bytes = max_bytes

    def echo(self, query: Mapping[str, str]) -> str:
        """What the platform wants to hear when it verifies the address: its ``echostr``.

        Raises ``SignatureError``, ``StaleError``, ``MalformedMessageError``.
        """
        self._verify(query)
        echo = query.get("echostr", "")
        if not _ECHO.fullmatch(echo):
            raise MalformedMessageError("bad_echostr")
        return echo

    async def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """The message or event in a request.

        Raises ``SignatureError``, ``StaleError``, ``EncryptionModeError``, ``DecryptionError``,
        ``ReplayedError``, ``MessageTooLargeError``, ``MalformedMessageError``; nothing else.
        """
        self._verify(query)
        if self._crypt is None:
            content = body
            fields = self._plain_fields(body)
        else:
            content = self._decrypt(self._crypt, query, body)
            fields = xml.parse(content, self._max_bytes)
        # What was encrypted counts: encrypted again, the same message looks different.
        await self._replays.admit(query["signature"], content)
        return Opened(read(fields), encrypted=self._crypt is not None)

    def seal(self, reply_xml: bytes, opened: Opened) -> bytes:
        """The reply as the platform takes it, encrypted where the request was."""
        if self._crypt is None or not opened.encrypted:
            return reply_xml
        encrypted = self._crypt.encrypt(reply_xml)
        at, nonce = int(self._clock()), secrets.token_hex(8)
        return xml.build(
            {
                "Encrypt": encrypted,
                "MsgSignature": sign(self._token, str(at), nonce, encrypted),
                "TimeStamp": at,
                "Nonce": nonce,
            }
        )

    def _verify(self, query: Mapping[str, str]) -> None:
        timestamp = query.get("timestamp", "")
        signature = query.get("signature", "")
        if not is_signed(signature, self._token, timestamp, query.get("nonce", "")):
            raise SignatureError("signature")
        is_time = _TIMESTAMP.fullmatch(timestamp)
        if not is_time or abs(self._clock() - int(timestamp)) > WINDOW_S:
            raise StaleError

    def _plain_fields(self, body: bytes) -> dict[str, str]:
        fields = xml.parse(body, self._max_bytes)
        if "Encrypt" in fields and "MsgType" not in fields:
            raise EncryptionModeError("no_aes_key")
        return fields

    def _decrypt(self, crypt: Crypt, query: Mapping[str, str], body: bytes) -> bytes:
        if query.get("encrypt_type") != "aes":
            raise EncryptionModeError("not_encrypted")
        encrypted = xml.parse(body, self._max_bytes).get("Encrypt")
        if encrypted is None:
            raise EncryptionModeError("not_encrypted")
        signature = query.get("msg_signature", "")
        values = query["timestamp"], query.get("nonce", ""), encrypted
        if not is_signed(signature, self._token, *values):
            raise SignatureError("msg_signature")
        return crypt.decrypt(encrypted)
