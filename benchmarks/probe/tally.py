"""Counters that a process keeps in a file mapped into its memory, and that others may read while it works."""

from __future__ import annotations

import collections
import mmap
import os
import pathlib
import struct
import threading
from collections.abc import Mapping
from typing import Final

DATA: Final = ("select", "insert", "update", "delete")
TRANSACTION: Final = ("begin", "commit", "rollback", "ping", "other")
MESSAGES: Final = ("call", "reply", "bell", "other_message")
NAMES: Final = (*DATA, *TRANSACTION, *MESSAGES)

_PLACES: Final = {name: place for place, name in enumerate(NAMES)}
_SIZE = 8 * len(NAMES)
_SUFFIX = ".tally"


class Tally:
    """The counters of this process. A child that is forked off calls ``restart`` before it counts."""

    def __init__(self, directory: pathlib.Path) -> None:
        self._directory = directory
        self.restart()

    def restart(self) -> None:
        """Count in a file of the process's own, from zero."""
        # A child must not find the lock held by a thread that it does not have.
        self._lock = threading.Lock()
        with open(self._directory / f"{os.getpid()}{_SUFFIX}", "w+b") as file:
            file.truncate(_SIZE)
            self._counts = memoryview(mmap.mmap(file.fileno(), _SIZE)).cast("Q")

    def add(self, name: str, count: int = 1) -> None:
        """Count; safe between threads. An unknown name is a KeyError."""
        with self._lock:
            self._counts[_PLACES[name]] += count


def read(directory: pathlib.Path) -> collections.Counter[str]:
    """The counts by name of all processes that have counted in ``directory``, those that have ended too."""
    total: collections.Counter[str] = collections.Counter()
    for path in directory.glob(f"*{_SUFFIX}"):
        if len(content := path.read_bytes()) == _SIZE:
            total.update(dict(zip(NAMES, struct.unpack(f"={len(NAMES)}Q", content), strict=True)))
    return total


def difference(after: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    """What has been counted between two readings."""
    return {name: after.get(name, 0) - before.get(name, 0) for name in NAMES}
