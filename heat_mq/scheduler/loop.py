"""One engine worker: claims ready nodes and runs their coroutines."""

from __future__ import annotations

import dataclasses
import datetime
import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from heat_mq import concurrency
from heat_mq.clock import Clock
from heat_mq.context import working_for
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import NodeRow, TraversalRow
from heat_mq.db.repo import nodes
from heat_mq.db.repo.nodes import Key
from heat_mq.db.session import Database
from heat_mq.errors import LostLease
from heat_mq.scheduler.journal import Journal
from heat_mq.scheduler.lease import EngineLease
from heat_mq.scheduler.limits import Limits
from heat_mq.scheduler.records import Loaded, Written
from heat_mq.scheduler.requests import Commit, Coroutine, Request, Sleep, Turn
from heat_mq.scheduler.run import lease_of
from heat_mq.scheduler.runqueue import RunQueue
from heat_mq.scheduler.timers import Timers
from heat_mq.scheduler.upkeep import Upkeep
from heat_mq.scheduler.watcher import Watcher
from heat_mq.traversal.records import Change, Lease, Verdict
from heat_mq.traversal.settle import settle

LOG = logging.getLogger(__name__)

SHARE_SECONDS = 0.03


class Driver(Protocol):
    """Makes the coroutines of claimed nodes."""

    def load(
        self, connection: Connection, claimed: Sequence[NodeRow], traversals: Mapping[str, TraversalRow] | None = None
    ) -> Loaded:
        """Read what they need, with few statements, in the transaction that claims them."""

    def begin(self, claimed: Sequence[NodeRow], loaded: Loaded | None = None) -> list[tuple[Lease, Coroutine]]:
        """One coroutine for each node."""


@dataclasses.dataclass(slots=True)
class Task:
    """A node in hand, claimed as ``engine_id``.

    ``wake_early`` is set while it waits: it ends the waiting, and says False when that has ended by itself. ``let_go``
    says why it should not go on, once it should not.
    """

    lease: Lease
    coroutine: Coroutine
    engine_id: str
    wake_early: Callable[[], bool] | None = None
    let_go: Verdict | None = None


class Worker:
    """``start`` it, ``ring`` it when there may be work, ``stop`` it to drain.

    ``bell`` tells other workers about work: it is called with the number of nodes known to be ready.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease: EngineLease,
        driver: Driver,
        bell: Callable[[int], None],
        limits: Limits,
    ) -> None:
        self.lease = lease
        self.limits = limits
        self._database = database
        self._clock = clock
        self._driver = driver
        self._bell = bell
        self._tasks: dict[Key, Task] = {}
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._runqueue = RunQueue(limits.threads)
        self._timers = Timers(clock)
        self._watcher = Watcher(clock, self._timers, lambda work: self._runqueue.put(work), limits.list_from)
        self._journal = Journal(
            clock,
            self._settle,
            window_seconds=limits.window_seconds,
            batch=500,
            company=lambda: not self._runqueue.idle,
            on_settled=self._settled,
        )
        self.upkeep = Upkeep(database, clock, lease, limits, self, self._stopping)
        self._threads: list[threading.Thread] = []

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Register the lease and begin to work."""
        self.lease.register()
        self.upkeep.sweep_once()
        loops = (self._journal.run, self._timers.run, self._claim_loop, self.upkeep.beat, self.upkeep.sweep)
        self._threads = [concurrency.spawn(loop) for loop in loops]
        self._work.set()

    def ring(self, count: int = 0) -> None:
        """There may be work."""
        self._work.set()

    def offer(self) -> bool:
        """There is work: have this worker look for it. False when it has no room for more."""
        if not self._room:
            return False
        self._work.set()
        return True

    def stop(self, timeout: float = 60.0) -> None:
        """Claim nothing more, let running steps finish, give the rest back, end the lease."""
        self._stopping.set()
        self._work.set()
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            self._ask_to_let_go(task, Verdict.DRAINING)
        until = self._clock.monotonic() + timeout
        while self._tasks and self._clock.monotonic() < until:
            self._clock.sleep(0.02)
        self._journal.stop()
        self._timers.stop()
        self._threads[0].join(timeout=5)
        try:
            self.lease.remove()
        except Exception:
            LOG.warning("cannot give back the lease of engine %s; it runs out by itself", self.lease.engine_id)

    @property
    def in_hand(self) -> int:
        return len(self._tasks)

    # --- claim --------------------------------------------------------------------------------

    def _claim_loop(self) -> None:
        while not self._stopping.is_set():
            self._work.wait(timeout=self.limits.sweep_seconds)
            self._work.clear()
            try:
                while not self._stopping.is_set() and self._claim_batch():
                    pass
            except Exception:
                LOG.exception("cannot claim work; trying again")
                self._clock.sleep(1.0)

    def _claim_batch(self) -> bool:
        """Take one batch; True when more may be ready and there is room for it."""
        room = min(self.limits.batch, self._room)
        if room <= 0:
            return False
        engine_id = self.lease.engine_id
        claimed, left, loaded = self._database.write(self._claim, engine_id, room)
        if loaded is None:
            return False
        if left or len(claimed) == room:
            self._bell(left or room)
        if left:
            # Others have so long to take the rest.
            self._timers.at(SHARE_SECONDS, self._work.set)
        self._begin(engine_id, claimed, loaded)
        return len(claimed) == room

    @property
    def _room(self) -> int:
        """How many more nodes may be taken."""
        if self._stopping.is_set() or not self.lease.held:
            return 0
        return max(self.limits.in_hand - len(self._tasks), 0)

    def _claim(self, connection: Connection, engine_id: str, room: int) -> tuple[list[NodeRow], int, Loaded | None]:
        claimed, left = nodes.claim_nodes(connection, engine_id, room, share=self.upkeep.others > 0)
        return claimed, left, self._driver.load(connection, claimed) if claimed else None

    def _begin(self, engine_id: str, claimed: Sequence[NodeRow], loaded: Loaded) -> None:
        """Set them to work; when their coroutines cannot be made the nodes are given back."""
        try:
            begun = self._driver.begin(claimed, loaded)
        except Exception:
            for node in claimed:
                change = Change(lease_of(node), free=True, progress=node.progress)
                self._journal.submit(change, lambda verdict: None)
            raise
        for lease, coroutine in begun:
            task = Task(lease, coroutine, engine_id)
            with self._lock:
                self._tasks[lease.key] = task
                # A stop that did not see it among the tasks is seen here.
                task.let_go = Verdict.DRAINING if self._stopping.is_set() else None
            self._runqueue.put(lambda task=task: self._step(task, None))  # type: ignore[misc]

    # --- run ----------------------------------------------------------------------------------

    def _step(self, task: Task, verdict: Verdict | None) -> None:
        """Run the coroutine to its next request, with the id of the user's request in the log lines."""
        with working_for(task.lease.request_id):
            self._advance(task, verdict)

    def _advance(self, task: Task, verdict: Verdict | None) -> None:
        try:
            request = self._lose(task) if verdict is Verdict.LOST else self._send(task, verdict)
        except (StopIteration, LostLease):
            self._forget(task)
            return
        except Exception:
            LOG.exception("a bug in the coroutine of node %s", task.lease.key)
            self._forget(task)
            self._journal.submit(
                Change(
                    task.lease,
                    end=NodeState.FAILED,
                    failure="Internal error: the engine's log has it under the request id of this action",
                ),
                lambda verdict: None,
            )
            return
        if isinstance(request, Commit):
            self._journal.submit(request.change, lambda verdict: self._resume(task, verdict))
        else:
            self._wait(task, request)

    def _send(self, task: Task, verdict: Verdict | None) -> Request:
        with self.lease.acting_as(task.engine_id, task.lease if task.engine_id else None):
            return next(task.coroutine) if verdict is None else task.coroutine.send(verdict)

    def _lose(self, task: Task) -> Request:
        """The node is another's; what the coroutine asks for yet, to put its own things right, it may do as a guest.

        It is no longer in hand: nobody waits for it, and its node may come back to this worker meanwhile.
        """
        with self._lock:
            if self._tasks.get(task.lease.key) is task:
                del self._tasks[task.lease.key]
            task.engine_id, task.let_go = "", None
        with self.lease.acting_as(task.engine_id, None):
            return task.coroutine.throw(LostLease(f"node {task.lease.key} is another worker's"))

    def _wait(self, task: Task, request: Sleep | Turn) -> None:
        """Resume the task when what it waits for is there; it takes no thread meanwhile."""
        with self._lock:
            reason = task.let_go
            if reason is None:
                if isinstance(request, Turn):
                    task.wake_early = request.ticket.cancel
                elif request.look is not None:
                    task.wake_early = self._watcher.add(request.look, request.seconds, lambda: self._wake(task))
                else:
                    timer = self._timers.at(request.seconds, lambda: self._wake(task))
                    task.wake_early = partial(self._timers.cancel, timer)
        if reason is not None:
            if isinstance(request, Turn):
                request.ticket.cancel()
            self._resume(task, reason)
        elif isinstance(request, Turn):
            request.ticket.wait(lambda: self._wake(task))

    def _wake(self, task: Task) -> None:
        with self._lock:
            task.wake_early = None
        self._resume(task, Verdict.WRITTEN)

    def _resume(self, task: Task, verdict: Verdict) -> None:
        self._runqueue.put(lambda: self._step(task, verdict))

    def _forget(self, task: Task) -> None:
        task.coroutine.close()
        with self._lock:
            if self._tasks.get(task.lease.key) is task:  # it may have been lost and claimed again
                del self._tasks[task.lease.key]

    def _ask_to_let_go(self, task: Task, reason: Verdict) -> None:
        """Wake a sleeping coroutine with ``reason``; one that runs hears it at its next sleep."""
        with self._lock:
            task.let_go = reason
            wake_early, task.wake_early = task.wake_early, None
        if wake_early is not None and wake_early():
            self._resume(task, reason)

    def _settle(self, changes: Sequence[Change]) -> Written:
        """Write what the journal has collected, and take what follows."""
        engine_id = self.lease.engine_id
        now = self._clock.now().replace(tzinfo=None)
        return self._database.write(
            self._settle_and_claim, engine_id, changes, now, min(self.limits.onward, self._room)
        )

    def _settle_and_claim(
        self, connection: Connection, engine_id: str, changes: Sequence[Change], now: datetime.datetime, room: int
    ) -> Written:
        settled = settle(connection, engine_id, changes, now, self.limits.error_wait_seconds, claim=room)
        loaded = self._driver.load(connection, settled.claimed, settled.traversals) if settled.claimed else None
        return Written(settled, engine_id, loaded)

    def _settled(self, written: Written) -> None:
        settled = written.settled
        if written.loaded is not None:
            try:
                self._begin(written.engine_id, settled.claimed, written.loaded)
            except Exception:
                LOG.exception("cannot begin %d nodes; they are given back", len(settled.claimed))
        self.upkeep.ended(settled.finished)
        if settled.released:
            self._work.set()

    # --- what the upkeep asks -----------------------------------------------------------------

    def held(self) -> Collection[Key]:
        """The nodes in hand."""
        with self._lock:
            return set(self._tasks)

    def drop_all(self) -> None:
        """The nodes in hand are another's."""
        with self._lock:
            tasks, self._tasks = list(self._tasks.values()), {}
        for task in tasks:
            self._ask_to_let_go(task, Verdict.LOST)

    def let_go_of(self, traversal_ids: Collection[str]) -> None:
        """These traversals are over."""
        with self._lock:
            tasks = [task for task in self._tasks.values() if task.lease.traversal_id in traversal_ids]
        for task in tasks:
            self._ask_to_let_go(task, Verdict.SUPERSEDED)
