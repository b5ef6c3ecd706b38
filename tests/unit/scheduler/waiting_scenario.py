"""``waiting_scenario.py BACKEND DIRECTORY``: many nodes wait in one real worker; prints how many threads that takes."""

from __future__ import annotations

import sys

from heat_mq import concurrency

concurrency.patch(sys.argv[1])

import gc  # noqa: E402
import json  # noqa: E402
import threading  # noqa: E402
import uuid  # noqa: E402
from typing import Any  # noqa: E402

from heat_mq.clients.concurrency_limit import Bounds, ConcurrencyLimit  # noqa: E402
from heat_mq.clock import Clock  # noqa: E402
from heat_mq.db.records import NodeRow  # noqa: E402
from heat_mq.resources.kit import Watch  # noqa: E402
from heat_mq.scheduler.lease import EngineLease  # noqa: E402
from heat_mq.scheduler.limits import Limits  # noqa: E402
from heat_mq.scheduler.loop import Worker  # noqa: E402
from heat_mq.scheduler.requests import Coroutine, Look, Sleep  # noqa: E402
from heat_mq.scheduler.run import Run, Tools  # noqa: E402
from tests.integration.store import Store  # noqa: E402
from tests.unit.scheduler.by_hand import Scripts  # noqa: E402
from tests.waiting import until  # noqa: E402

NODES = 5000
THREADS = 20
LIMIT = ConcurrencyLimit(bounds=Bounds(1, 1))


def ask(ids: Any) -> dict[str, Any]:
    return {id: {"id": id, "status": "BUILD"} for id in ids}


def sleeps(node: NodeRow) -> Coroutine:
    yield Sleep(3600.0)


def watches(node: NodeRow) -> Coroutine:
    yield Sleep(0.2, Look(Watch("compute", "server", str(node.seq), "BUILD"), "servers", ask))


def queues(node: NodeRow) -> Coroutine:
    def call() -> None:
        with LIMIT.call("GET"):
            raise AssertionError("there is no room")

    run = Run(node, None, {}, Tools(box=None, clock=Clock(), engine_id=str))  # type: ignore[arg-type]
    yield from run.step(call)


def threads() -> int:
    """Green threads, or threads of the system."""
    if not concurrency.is_green():
        return threading.active_count()
    from greenlet import greenlet

    return sum(isinstance(each, greenlet) and bool(each) for each in gc.get_objects())


def resident_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


store = Store(f"sqlite:///{sys.argv[2]}/nodes.sqlite")
scripts = Scripts()
ways = (sleeps, watches, queues)
names = {f"n{number}": ways[number % 3] for number in range(NODES)}
scripts.scripts = dict(names)
store.create(dict.fromkeys(names, ()))
lease = EngineLease(
    *(store.database, Clock(), str(uuid.uuid4())),
    host="host",
    hostname="host",
    topic="engine",
    lease_seconds=600.0,
    heartbeat_seconds=60.0,
)
limits = Limits(batch=500, in_hand=NODES, threads=THREADS, list_from=10)
worker = Worker(store.database, Clock(), lease, scripts, lambda count: None, limits)
held = LIMIT.call("GET")
held.__enter__()
before = resident_mb()
worker.start()
each = NODES // 3
until(lambda: LIMIT.waiting >= each and worker._watcher.waiting >= each, "all of them wait")
until(lambda: worker.in_hand == NODES and worker._runqueue.idle, "nothing runs")
print(json.dumps({"nodes": worker.in_hand, "threads": threads(), "kb_each": (resident_mb() - before) * 1000 / NODES}))
sys.stdout.flush()
import os  # noqa: E402

os._exit(0)  # what waits is not to be woken one by one
