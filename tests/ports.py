"""Ports for programs that are told on which to listen."""

from __future__ import annotations

import contextlib
import random
import socket

#: Below those that the system gives to connections: one of those may be taken between the look and the listening.
FIRST, LAST = 10_000, 32_000
_chosen: set[int] = set()


def free_ports() -> int:
    """A port P so that P, P+1 and P+2 are free, another one each time."""
    for _ in range(1000):
        port = random.randrange(FIRST, LAST, 4)
        if port in _chosen or not all(_is_free(port + more) for more in range(3)):
            continue
        _chosen.add(port)
        return port
    raise AssertionError("no three free ports in a row")


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_server(("127.0.0.1", port)).close()
        return True
    return False
