"""Passwords, kept as salted digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_ROUNDS = 100


def hashed(password: str) -> str:
    """A salted digest; few rounds on purpose: the cloud is simulated and must answer fast."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(salt, password)}"


def fits(stored: str, password: str) -> bool:
    """Whether ``password`` is the one that ``stored`` was made of."""
    salt, _, digest = stored.partition("$")
    return bool(digest) and hmac.compare_digest(digest, _digest(salt, password))


def _digest(salt: str, password: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS).hex()
