"""Encryption of bodies: AES-256 in CBC mode, as the platform defines it.

    16 random bytes | length of the content, 4 bytes, big-endian | content | AppID | padding

The padding is PKCS #7 for blocks of 32 bytes, although those of AES have 16. The key is the
EncodingAESKey, Base64 without its padding; its first 16 bytes are the initialisation vector.
https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

import base64
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from api.channels.wechat.accounts import require_aes_key
from api.channels.wechat.failures import DecryptionError

_PADDED_TO = 32
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4
_CONTENT_AT = _RANDOM_BYTES + _LENGTH_BYTES


class Crypt:
    """Encrypts and decrypts for one account. Safe to share between threads."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        """``aes_key``: the EncodingAESKey. Raises ``ValueError`` for what cannot be one, and
        without an AppID."""
        require_aes_key(aes_key)
        if not app_id:
            raise ValueError("encryption needs the AppID")
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(AES(key), CBC(key[:16]))
        self._app_id = app_id.encode()

    def encrypt(self, content: bytes) -> str:
        """The content encrypted, in Base64; never twice the same."""
        length = len(content).to_bytes(_LENGTH_BYTES, "big")
        plain = secrets.token_bytes(_RANDOM_BYTES) + length + content + self._app_id
        padding = _PADDED_TO - len(plain) % _PADDED_TO
        encryptor = self._cipher.encryptor()
        encrypted = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(encrypted).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The content. Raises ``DecryptionError``, the same one whatever is wrong."""
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except ValueError:  # binascii.Error, or not even ASCII
            raise DecryptionError from None
        if not raw or len(raw) % _PADDED_TO:
            raise DecryptionError
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(raw) + decryptor.finalize()
        padding = plain[-1]
        end = _CONTENT_AT + int.from_bytes(plain[_RANDOM_BYTES:_CONTENT_AT], "big")
        # Both are looked at in any case. A length beyond the end leaves no AppID to compare.
        is_padded = 1 <= padding <= _PADDED_TO and hmac.compare_digest(
            plain[-padding:], bytes([padding]) * padding
        )
        is_ours = hmac.compare_digest(plain[end : len(plain) - padding], self._app_id)
        if not (is_padded and is_ours):
            raise DecryptionError
        return plain[_CONTENT_AT:end]
