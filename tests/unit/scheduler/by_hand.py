"""A worker that is moved by hand: real loop, store and journal on SQLite; clock and coroutines are the test's."""

from __future__ import annotations

import pathlib
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from heat_mq.clock import FakeClock
from heat_mq.db.records import NodeRow
from heat_mq.scheduler.lease import EngineLease
from heat_mq.scheduler.limits import Limits
from heat_mq.scheduler.loop import Worker
from heat_mq.scheduler.records import Loaded
from heat_mq.scheduler.requests import Coroutine
from heat_mq.scheduler.run import lease_of
from heat_mq.traversal.records import Lease
from tests.integration.store import Store

Script = Callable[[NodeRow], Coroutine]


class Scripts:
    """Fulfils :class:`heat_mq.scheduler.loop.Driver` with one coroutine function for each name."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.broken: Exception | None = None

    def load(self, connection: Any, claimed: Sequence[NodeRow], traversals: Any = None) -> Loaded:
        return Loaded(traversals or {})

    def begin(self, claimed: Sequence[NodeRow], loaded: Loaded | None = None) -> list[tuple[Lease, Coroutine]]:
        if self.broken is not None:
            raise self.broken
        return [(lease_of(node), self.scripts[node.name](node)) for node in claimed]


class AtOnce:
    """Stands for the run queue: what is put in is run before ``put`` returns."""

    idle = True

    def put(self, step: Callable[[], None]) -> None:
        step()


class ByHand(Worker):
    """``claim``, ``write`` and ``later`` are all that happens."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.store = Store(f"sqlite:///{directory / uuid.uuid4().hex}.sqlite")
        self.clock = FakeClock()
        self.scripts = Scripts()
        self.bells: list[int] = []
        lease = EngineLease(
            self.store.database,
            self.clock,
            str(uuid.uuid4()),
            host="host",
            hostname="host",
            topic="engine",
            lease_seconds=600.0,
            heartbeat_seconds=10.0,
        )
        super().__init__(
            self.store.database, self.clock, lease, self.scripts, self.bells.append, Limits(batch=50, window_seconds=0)
        )
        self._runqueue = AtOnce()  # type: ignore[assignment]
        lease.register()

    def close(self) -> None:
        self.store.close()

    def claim(self) -> bool:
        return self._claim_batch()

    def write(self) -> None:
        """Everything that is submitted, and what follows from it, is written."""
        while batch := self._journal._take():
            self._journal.flush(batch)

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self._timers.call_due()
        self.write()

    def work(self) -> None:
        """Claim and write until nothing is ready."""
        while self.store.database.read(lambda c: _ready(c)):
            self.claim()
            self.write()

    def lose_lease(self) -> None:
        """The lease ran out and others swept it; the heartbeat finds that."""
        self.store.expire(self.lease.engine_id)
        self.store.sweep()
        assert not self.lease.renew()
        self.upkeep.start_anew()

    def drain(self) -> None:
        """What ``stop`` asks of every task."""
        from heat_mq.traversal.records import Verdict

        for task in list(self._tasks.values()):
            self._ask_to_let_go(task, Verdict.DRAINING)
        self.write()

    def notice_superseded(self) -> None:
        self.upkeep.let_go_of_superseded()
        self.write()


def _ready(connection: object) -> int:
    from heat_mq.db.repo import nodes

    return nodes.count_ready(connection, 1)  # type: ignore[arg-type]
