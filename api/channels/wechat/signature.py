"""Signatures: the SHA-1 of the account's token and what it vouches for, sorted and joined.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
"""

import hashlib
import hmac


def sign(token: str, *values: str) -> str:
    """The signature over token, timestamp and nonce, and the ciphertext if there is one.

    40 hexadecimal digits. As the values are joined without anything in between, it also holds for
    other values that join to the same text; the caller must not take it for more than it says.
    """
    signed = b"".join(sorted(_bytes(value) for value in (token, *values)))
    # SHA-1 is the platform's choice.
    return hashlib.sha1(signed).hexdigest()  # noqa: S324


def is_signed(signature: str, token: str, *values: str) -> bool:
    """Whether a signature holds; how long that takes does not tell how much of it is right."""
    return hmac.compare_digest(_bytes(signature), sign(token, *values).encode())


def _bytes(value: str) -> bytes:
    # A query may hold anything, lone surrogates too; they sign nothing, but must not raise.
    return value.encode("utf-8", "surrogatepass")
