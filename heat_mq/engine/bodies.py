"""Stored contents that workers ask for again and again, such as the template that all members of a group share."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Final

import cachetools

from heat_mq.db.repo import blobs
from heat_mq.db.session import Database

CHARACTERS: Final = 16 * 2**20


class Bodies:
    """Texts by digest, from the database at first; the least recently used beyond ``characters`` are dropped.

    A digest names one content for ever, so nothing here grows stale. Safe for threads.
    """

    def __init__(self, database: Database, characters: int = CHARACTERS) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: cachetools.LRUCache[str, str] = cachetools.LRUCache(characters, getsizeof=len)

    def get(self, digests: Iterable[str]) -> Mapping[str, str]:
        """Bodies by digest; raises Bug when one is missing."""
        wanted = set(digests)
        with self._lock:
            found = {digest: self._known[digest] for digest in wanted if digest in self._known}
        missing = wanted - found.keys()
        if missing:
            read = self._database.read(blobs.get_blobs, missing)
            with self._lock:
                for digest, body in read.items():
                    if len(body) <= self._known.maxsize:
                        self._known[digest] = body
            found |= read
        return found
