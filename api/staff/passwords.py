"""Passwords of staff, hashed with Argon2id at the parameters of RFC 9106 (argon2-cffi)."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
"""Characters. Length counts, composition rules do not (NIST SP 800-63B, 5.1.1.2)."""
MAX_LENGTH = 256
_AT_ONCE = 2
"""Hashes worked out at once: each takes 64 MiB, and logins must not starve the chat."""


class UnsuitablePasswordError(ValueError):
    """The password is too short or too long."""

    def __init__(self) -> None:
        super().__init__(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")


class Passwords:
    """Hashes and checks passwords in threads, away from the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Works out one hash, for accounts that do not exist."""
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._nobodys_hash = self._hasher.hash("")

    async def hash(self, password: str) -> str:
        """What is stored. Raises ``UnsuitablePasswordError``."""
        password = _normalised(password)
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            raise UnsuitablePasswordError
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_valid(self, password: str, stored_hash: str | None) -> bool:
        """Whether the password is the right one; without an account (None) it never is.

        Takes as long either way, so that the time does not tell which usernames exist.
        """
        checked = self._nobodys_hash if stored_hash is None else stored_hash
        async with self._slots:
            matches = await asyncio.to_thread(self._matches, _normalised(password), checked)
        return matches and stored_hash is not None

    async def renewed(self, password: str, stored_hash: str) -> str | None:
        """A hash at today's parameters in place of an older one; None if there is no need.

        The password is the right one, whatever the rules for new ones say by now.
        """
        if not self._hasher.check_needs_rehash(stored_hash):
            return None
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, _normalised(password))

    def _matches(self, password: str, stored_hash: str) -> bool:
        try:
            return self._hasher.verify(stored_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _normalised(password: str) -> str:
    """Full-width and half-width letters are one: it depends on the input method which is typed."""
    return unicodedata.normalize("NFKC", password)
