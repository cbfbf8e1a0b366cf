"""Secrets in a backup, sealed under a passphrase.

AES-256-GCM under a key that scrypt derives (RFC 7914) with the parameters that OWASP's Password
Storage Cheat Sheet names first, N = 2^17, r = 8, p = 1: 128 MiB and about half a second a guess.
The parameters stand in the sealed file, so that later ones can be others.
"""

import hmac
import json
import os
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from api.operations.failures import OperationError
from api.settings import Settings

KEPT = (
    "secret_key",
    "member_keys",
    "member_lookup_secret",
    "rasa_secret",
    "escalation_webhook_secret",
    "wechat_token",
    "wechat_app_secret",
    "wechat_aes_key",
)
"""Settings that go with ``--with-keys``. The address of Redis is the old machine's, and stays."""
MIN_PASSPHRASE_CHARS = 16
PASSPHRASE_VARIABLE = "UNION_BACKUP_PASSPHRASE"  # noqa: S105 - the name of a variable
COST = 2**17
_NONCE_BYTES = 12
_SALT_BYTES = 16
_CHECK_CHARS = 16


class _Envelope(BaseModel):
    """What is needed to try a passphrase. The bounds keep a foreign file from eating the memory."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int = Field(ge=2**14, le=2**20)
    r: int = Field(default=8, ge=8, le=16)
    p: int = Field(default=1, ge=1, le=4)
    salt: Base64Bytes
    nonce: Base64Bytes
    sealed: Base64Bytes


def keys_of(settings: Settings) -> dict[str, str]:
    """The secrets that are set, by the names of their variables."""
    found: dict[str, str] = {}
    for name in KEPT:
        value: SecretStr | None = getattr(settings, name)
        if value is not None:
            found[f"UNION_{name.upper()}"] = value.get_secret_value()
    return found


def key_check(settings: Settings) -> str:
    """A mark by which the keys of a backup are recognised without being told: workers' tokens and
    members' numbers of a backup need the keys it was made with."""
    secrets = (settings.secret_key, settings.member_keys, settings.member_lookup_secret)
    message = json.dumps([secret and secret.get_secret_value() for secret in secrets]).encode()
    digest = hmac.new(settings.secret_key.get_secret_value().encode(), message, sha256)
    return digest.hexdigest()[:_CHECK_CHARS]


def passphrase_from(environment: Mapping[str, str]) -> str:
    """The passphrase for the keys. Raises ``OperationError``."""
    passphrase = environment.get(PASSPHRASE_VARIABLE, "")
    if len(passphrase) < MIN_PASSPHRASE_CHARS:
        raise OperationError(
            f"keys need {PASSPHRASE_VARIABLE}, at least {MIN_PASSPHRASE_CHARS} characters; keep it"
            " apart from the backups"
        )
    return passphrase


def seal(keys: Mapping[str, str], passphrase: str, *, cost: int = COST) -> bytes:
    """The keys as they stand in a backup. ``cost``: scrypt's N, a power of two."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    envelope = _Envelope.model_construct(n=cost, salt=salt, nonce=nonce)
    sealed = _cipher(envelope, passphrase).encrypt(nonce, json.dumps(dict(keys)).encode(), None)
    return envelope.model_copy(update={"sealed": sealed}).model_dump_json().encode()


def unseal(content: bytes, passphrase: str) -> dict[str, str]:
    """The keys again. Raises ``OperationError``: another passphrase, or not sealed keys."""
    try:
        envelope = _Envelope.model_validate_json(content)
        opened = _cipher(envelope, passphrase).decrypt(envelope.nonce, envelope.sealed, None)
    except (ValidationError, ValueError) as error:
        raise OperationError("the sealed keys of the backup cannot be read") from error
    except InvalidTag as error:
        raise OperationError(
            f"{PASSPHRASE_VARIABLE} is not the passphrase that the keys were sealed with"
        ) from error
    keys: dict[str, str] = json.loads(opened)
    return keys


def _cipher(envelope: _Envelope, passphrase: str) -> AESGCM:
    derivation = Scrypt(salt=envelope.salt, length=32, n=envelope.n, r=envelope.r, p=envelope.p)
    return AESGCM(derivation.derive(passphrase.encode()))
