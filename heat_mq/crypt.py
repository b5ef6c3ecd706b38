"""Sealing of what must not stand in clear in the database: hidden parameters, credentials, properties."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from heat_mq import errors

#: Heat takes keys of 16, 24 and 32 characters; anything at least that long is good here.
SHORTEST_KEY = 16


class Box:
    """Seals JSON values with the first of its keys and opens what any of them has sealed.

    Build one for a process and pass it on: deriving keys is done once, in the constructor.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the texts of ``auth_encryption_key`` and of former keys, the newest first.

        Raises ``errors.BadConfiguration`` when there is no key or one is too short.
        """
        if not keys:
            raise errors.BadConfiguration("auth_encryption_key is not set")
        for key in keys:
            if len(key) < SHORTEST_KEY:
                raise errors.BadConfiguration(
                    f"auth_encryption_key needs {SHORTEST_KEY} characters or more, it has {len(key)}"
                )
        fernets = [Fernet(_derive(key)) for key in keys]
        self._newest = fernets[0]
        self._root = hashlib.sha256(f"derived:{keys[0]}".encode()).digest()
        self._fernet = MultiFernet(fernets)

    def seal(self, value: Any) -> str:
        """Encrypt a JSON value; the answer is ASCII text and differs each time."""
        plain = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        return self._fernet.encrypt(plain).decode("ascii")

    def open(self, sealed: str) -> Any:
        """Decrypt what ``seal`` gave; raises ``errors.CannotDecrypt`` when no key fits or it was altered."""
        return json.loads(self._decrypt(self._fernet.decrypt, sealed))

    def derive(self, purpose: str) -> str:
        """A secret (64 hexadecimal digits) for a purpose: the same in every process that has the newest key."""
        return hmac.new(self._root, purpose.encode(), hashlib.sha256).hexdigest()

    def is_newest(self, sealed: str) -> bool:
        """Whether the newest key has sealed it."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def rotate(self, sealed: str) -> str:
        """Seal again with the newest key; raises as ``open`` does."""
        return self._decrypt(self._fernet.rotate, sealed).decode("ascii")

    @staticmethod
    def _decrypt(operation: Callable[[bytes], bytes], sealed: str) -> bytes:
        try:
            return operation(sealed.encode())
        except InvalidToken:
            # Not chained: the cause says nothing, and no part of the value belongs in a log.
            raise errors.CannotDecrypt(
                "a stored secret does not open with auth_encryption_key nor with a former key; "
                "give the key that it was written with in [engine] former_encryption_keys"
            ) from None


def _derive(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
