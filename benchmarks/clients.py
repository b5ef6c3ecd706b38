"""Clients that ask at the same time, each over a connection and with a token of its own."""

from __future__ import annotations

import concurrent.futures
import contextlib
import queue
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import requests

from tests.acceptance.stock_client import Rest

#: Method, path below the project, body.
Request = tuple[str, str, Any]


class Crowd:
    """As many threads as clients; each takes the next request when its last one is answered."""

    def __init__(self, clients: Sequence[Rest], pool: concurrent.futures.Executor) -> None:
        self._free: queue.SimpleQueue[Rest] = queue.SimpleQueue()
        for client in clients:
            self._free.put(client)
        self._pool = pool

    def ask(self, requested: Sequence[Request]) -> list[tuple[requests.Response, float]]:
        """Each answer with the seconds that it took, in the order of the requests."""
        return list(self._pool.map(self._one, requested))

    def _one(self, request: Request) -> tuple[requests.Response, float]:
        method, path, body = request
        client = self._free.get()
        try:
            start = time.perf_counter()
            answer = client.request(method, path, json=body)
            return answer, time.perf_counter() - start
        finally:
            self._free.put(client)


@contextlib.contextmanager
def connected(variables: Mapping[str, str], count: int) -> Iterator[Crowd]:
    """``count`` clients of the user of an openrc, logged in."""
    clients = [Rest(variables) for _ in range(count)]
    try:
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            yield Crowd(clients, pool)
    finally:
        for client in clients:
            client.session.close()
