"""The second factor of an account: codes of an authenticator app, and backup codes on paper.

The app's secret is encrypted at rest (Fernet, under a key of the account's own, derived from the
gateway's secret by HKDF, RFC 5869), backup codes are kept as keyed hashes: at 49 bits of chance
they need no slow hash. Another secret key of the gateway makes both worthless.
"""

import base64
import hashlib
import hmac
import logging
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.staff import totp
from api.storage.models import Staff

BACKUP_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without what looks alike on paper: 0 and o, 1, i and l."""
_LENGTH = 10
_log = logging.getLogger(__name__)


class Means(StrEnum):
    """What somebody proved to be the second factor's owner with."""

    TOTP = "totp"
    BACKUP_CODE = "backup_code"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What goes into the app, the only copy in clear. ``qr``: an SVG element of ``uri``."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr: str = field(repr=False)


class SecondFactor:
    """Changes the account that it is given; the caller holds the row and commits."""

    def __init__(self, secret_key: str, *, issuer: str) -> None:
        """``issuer``: what the app shows beside the code."""
        self._secret_key = secret_key
        self._issuer = issuer

    def begin(self, staff: Staff) -> Enrolment:
        """A new secret, which counts once it is confirmed; one begun before is forgotten."""
        secret = totp.new_secret()
        staff.totp_secret = self._cipher(staff).encrypt(secret.encode()).decode()
        uri = totp.enrolment_uri(secret, staff.username, self._issuer)
        return Enrolment(secret, uri, totp.qr_svg(uri))

    def confirm(self, staff: Staff, code: str, at: datetime) -> bool:
        """Switch it on if the code is right."""
        step = self._step(staff, _canonical(code), at)
        if step is None:
            return False
        staff.totp_step, staff.totp_confirmed_at = step, at
        return True

    def use(self, staff: Staff, code: str, at: datetime) -> Means | None:
        """Take a code, which is worth nothing from then on; None: it is worth nothing now."""
        canonical = _canonical(code)
        if (step := self._step(staff, canonical, at)) is not None:
            staff.totp_step = step
            return Means.TOTP
        known, hashed = staff.backup_codes, self._hash(staff, canonical)
        left = [each for each in known if not hmac.compare_digest(each, hashed)]
        if len(left) == len(known):
            return None
        staff.backup_codes = left
        return Means.BACKUP_CODE

    def new_backup_codes(self, staff: Staff) -> list[str]:
        """Ten codes in the place of those there were; the only copy in clear."""
        codes = [_new_code() for _ in range(BACKUP_CODES)]
        staff.backup_codes = [self._hash(staff, code) for code in codes]
        return [f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}" for code in codes]

    def _step(self, staff: Staff, code: str, at: datetime) -> int | None:
        if staff.totp_secret is None or not _is_totp(code):
            return None
        try:
            secret = self._cipher(staff).decrypt(staff.totp_secret).decode()
        except InvalidToken:
            _log.error("second factor stored under another secret key")
            return None
        return totp.matching_step(secret, code, at, after=staff.totp_step)

    def _cipher(self, staff: Staff) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derive(f"totp secret {staff.id}")))

    def _hash(self, staff: Staff, code: str) -> str:
        key = self._derive(f"backup codes {staff.id}")
        return hmac.new(key, code.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _derive(self, purpose: str) -> bytes:
        info = f"union-assistant staff {purpose}".encode()
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
        return key.derive(self._secret_key.encode())


def is_on(staff: Staff) -> bool:
    """Whether the account asks for a code."""
    return staff.totp_confirmed_at is not None


def clear(staff: Staff) -> None:
    """Switch it off, and forget everything about it."""
    staff.totp_secret = staff.totp_confirmed_at = staff.totp_step = None
    staff.backup_codes = []


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def _canonical(code: str) -> str:
    """As it is counted: spaces, hyphens and full-width digits are a matter of typing."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _is_totp(code: str) -> bool:
    return len(code) == totp.DIGITS and code.isascii() and code.isdecimal()
