"""Conversation tokens: random, known to the worker only, stored as a keyed hash."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """256 random bits, URL safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str, key: str) -> str:
    """What is stored: useless to whoever reads the database without the key."""
    return hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()


def is_valid(token: str, stored_hash: str, key: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(hash_token(token, key), stored_hash)
