"""Kinds of Official Accounts, and what the platform lets each of them do."""

import re
from enum import StrEnum

_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")


class WechatAccount(StrEnum):
    """The value of ``UNION_WECHAT_ACCOUNT``."""

    VERIFIED_SERVICE = "verified_service"
    VERIFIED_SUBSCRIPTION = "verified_subscription"
    UNVERIFIED = "unverified"

    @property
    def may_send(self) -> bool:
        """Whether customer-service messages are open to it, not only passive replies."""
        return self is not WechatAccount.UNVERIFIED


def require_aes_key(key: str) -> None:
    """Raises ``ValueError`` for what cannot be an EncodingAESKey."""
    if not _AES_KEY.fullmatch(key):
        raise ValueError("the EncodingAESKey has 43 letters and digits")
