"""Encryption at rest of what identifies a member, and keyed hashes that find it again.

Values are sealed with AES-256-GCM under a random 96-bit nonce (NIST SP 800-38D) as
``v1.<key id>.<base64url of nonce and ciphertext>``. A value is bound to its member and field, so
that one copied into another row does not open. The first key seals, every key opens: to rotate,
put a new key in front, run the rotation, then remove the old one.

Hashes for look-ups are HMAC-SHA256 under keys of their own, derived (HKDF, RFC 5869) from a
secret that stays while encryption keys come and go.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = "v1"
_NONCE_BYTES = 12
_KEY_BYTES = 32
_KEY_ID_BYTES = 4


class Field(StrEnum):
    """A column that holds sealed values."""

    ID_NUMBER = "id_number"
    PHONE = "phone"


class UnsealError(Exception):
    """A sealed value cannot be opened: its key is missing, or it was tampered with."""


def split_keys(setting: str) -> list[str]:
    """The keys of a comma separated setting, the first one first."""
    return [key for part in setting.split(",") if (key := part.strip())]


class Vault:
    """Seals, opens and hashes. Safe to share between threads."""

    def __init__(self, encryption_keys: Sequence[str], lookup_secret: str) -> None:
        """``encryption_keys``: secrets of any form, the first one seals.

        Raises ``ValueError`` without keys, for one that is there twice, or without a secret.
        """
        ciphers = {
            _derive(key, "key id", _KEY_ID_BYTES).hex(): AESGCM(_derive(key, "encryption"))
            for key in encryption_keys
        }
        if not ciphers or not all(encryption_keys) or not lookup_secret:
            raise ValueError("members need at least one encryption key and a lookup secret")
        if len(ciphers) < len(encryption_keys):
            raise ValueError("two of the members' encryption keys are the same")
        self._ciphers = ciphers
        self._current_key_id = next(iter(ciphers))
        self._id_number_key = _derive(lookup_secret, "id number hash")
        self._verification_key = _derive(lookup_secret, "verification hash")
        self._claim_key = _derive(lookup_secret, "claim hash")

    def seal(self, value: str, field: Field, member_id: str) -> str:
        """The value as it is stored."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self._current_key_id]
        sealed = nonce + cipher.encrypt(nonce, value.encode(), _binding(field, member_id))
        body = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return f"{_VERSION}.{self._current_key_id}.{body}"

    def open(self, sealed: str, field: Field, member_id: str) -> str:
        """The value that was sealed. Raises ``UnsealError``."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if version != _VERSION or cipher is None:
            raise UnsealError("sealed under a key that is not configured")
        try:
            raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            nonce, encrypted = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return cipher.decrypt(nonce, encrypted, _binding(field, member_id)).decode()
        except (binascii.Error, InvalidTag, ValueError):
            raise UnsealError("the sealed value is damaged or belongs to another member") from None

    def is_current(self, sealed: str) -> bool:
        """Whether the value is sealed under the first key."""
        return sealed.startswith(f"{_VERSION}.{self._current_key_id}.")

    def id_number_hash(self, id_number: str) -> str:
        """Finds a member by canonical ID number, 64 hexadecimal digits."""
        return _hash(self._id_number_key, id_number)

    def verification_hash(self, name: str, last_six: str, phone: str) -> str:
        """Finds a member by what the verification page asks for, all in canonical form."""
        return _hash(self._verification_key, name, last_six, phone)

    def claim_hash(self, name: str, phone: str) -> str:
        """Names whom somebody claims to be, member or not, so that guesses can be counted."""
        return _hash(self._claim_key, name, phone)


def _derive(secret: str, purpose: str, length: int = _KEY_BYTES) -> bytes:
    info = f"union-assistant members {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret.encode())


def _hash(key: bytes, *parts: str) -> str:
    # As a JSON array, so that no two lists of parts read the same.
    return hmac.new(key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


def _binding(field: Field, member_id: str) -> bytes:
    return f"{field}:{member_id}".encode()
