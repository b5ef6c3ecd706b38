"""The cache whose entries last for some seconds."""

from __future__ import annotations

import threading

import pytest

from heat_mq.clients.expiring import Expiring
from tests.waiting import until


def test_many_who_miss_a_value_at_once_have_it_made_once() -> None:
    cache: Expiring[str] = Expiring(60)
    made, found = [], []
    everybody_is_here = threading.Event()

    def make() -> str:
        made.append(1)
        everybody_is_here.wait(timeout=60)
        return "value"

    threads = [threading.Thread(target=lambda: found.append(cache.fetch("key", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    until(lambda: made, "somebody makes it", every=0.005)
    everybody_is_here.set()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(made), found) == (1, ["value"] * 8)
    assert cache.fetch("key", lambda: "other") == "value"


def test_who_waited_for_a_failure_tries_once_and_waits_for_no_other() -> None:
    cache: Expiring[str] = Expiring(60)
    all_began = threading.Barrier(4, timeout=60)
    failed = []
    first_began, first_may_fail = threading.Event(), threading.Event()

    def fail_first() -> str:
        first_began.set()
        first_may_fail.wait(timeout=60)
        raise OSError

    def fail() -> str:
        all_began.wait()  # breaks unless all of them try side by side
        raise OSError

    def ask(make) -> None:
        try:
            cache.fetch("key", make)
        except OSError:
            failed.append(1)

    leader = threading.Thread(target=ask, args=(fail_first,))
    leader.start()
    assert first_began.wait(timeout=60)
    threads = [threading.Thread(target=ask, args=(fail,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    first_may_fail.set()
    for thread in (leader, *threads):
        thread.join(timeout=60)
    assert len(failed) == 5


def test_a_failure_is_not_kept() -> None:
    cache: Expiring[str] = Expiring(60)

    def fail() -> str:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        cache.fetch("key", fail)
    assert cache.fetch("key", lambda: "value") == "value"
