"""A worker of the simulation: what :class:`heat_mq.scheduler.loop.Worker` does, one move at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.records import NodeRow
from heat_mq.db.repo import nodes
from heat_mq.db.repo.traversals import get_traversals
from heat_mq.engine.balancers import tell_of_group
from heat_mq.engine.commands.release import release
from heat_mq.engine.commands.rollback import begin_rollback
from heat_mq.errors import Bug, LostLease
from heat_mq.graph.plan import Kind
from heat_mq.scheduler.drive import NodeDriver
from heat_mq.scheduler.lease import EngineLease
from heat_mq.scheduler.records import Loaded
from heat_mq.scheduler.requests import Commit, Coroutine, Request, Sleep
from heat_mq.scheduler.run import Tools
from heat_mq.scheduler.strays import Strays
from heat_mq.traversal.records import Change, Lease, Verdict
from heat_mq.traversal.settle import Settled, settle

if TYPE_CHECKING:
    from tests.simulation.world import World

LEASE = 60.0


class SimTask:
    """A node in hand: ``change`` waits to be written, or else it goes on at ``until`` with ``verdict``."""

    def __init__(self, lease: Lease, coroutine: Coroutine, engine_id: str) -> None:
        self.lease = lease
        self.coroutine = coroutine
        self.engine_id = engine_id
        self.begun = False
        self.sleeps = False
        self.until = 0.0
        self.change: Change | None = None
        self.verdict: Verdict | None = None
        self.reason: Verdict | None = None


class SimWorker:
    """``rung`` says that a bell told it of work, or that it found some itself."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lease = EngineLease(
            world.database,
            world.clock,
            str(uuid.uuid4()),
            host="host",
            hostname="host",
            topic="engine",
            lease_seconds=LEASE,
            heartbeat_seconds=LEASE / 4,
        )
        self.lease.register()
        tools = Tools(box=world.service.box, clock=world.clock, engine_id=lambda: self.lease.engine_id)
        self.driver = NodeDriver(
            world.database,
            world.service.definitions,
            tools,
            {
                Kind.TELL: lambda stack, last_try: tell_of_group(world.service, stack),
                Kind.RELEASE: lambda stack, last_try: release(world.service, stack, last_try=last_try),
                Kind.ROLLBACK: lambda stack, last_try: begin_rollback(world.service, stack.id),
            },
        )
        self.tasks: dict[tuple[str, int], SimTask] = {}
        #: Coroutines whose nodes are another's by now.
        self.guests: list[SimTask] = []
        self.strays = Strays(world.database)
        self.frozen: float | None = None
        #: In the middle of a call or before a transaction, while the others go on.
        self.paused = False
        self.rung = True

    def moves(self) -> list[Callable[[], bool]]:
        """What it can do now; a move answers whether it did anything."""
        now = self.world.clock.now().timestamp()
        if self.paused or (self.frozen is not None and now < self.frozen):
            return []
        self.frozen = None
        ready = [task for task in self._known() if task.change is None and task.until <= now]
        steps: list[Callable[[], bool]] = [lambda task=task: self._step(task) for task in ready]  # type: ignore[misc]
        if any(task.change is not None for task in self._known()):
            steps.append(self._flush)
        return [*steps, self._claim] if self.rung else steps

    def _known(self) -> list[SimTask]:
        return [*self.tasks.values(), *self.guests]

    @property
    def rests(self) -> bool:
        """Whether it does not move whatever happens: its machine stands still."""
        return self.paused or self.frozen is not None

    def sleeping(self) -> list[SimTask]:
        return [] if self.rests else [task for task in self._known() if task.change is None]

    def keep(self) -> None:
        """Renew the lease; one that ran out takes all nodes with it.

        A worker that thaws goes on for a while before it notices, so its heartbeat is not always in time.
        """
        if not self.rests and self.world.random.random() < 0.9 and not self.lease.renew():
            self._start_anew()
            self.lease.register_again()

    def _start_anew(self) -> None:
        """What sleeps hears at once that it is lost, the rest when it is to be written."""
        tasks, self.tasks = list(self.tasks.values()), {}
        for task in tasks:
            if task.sleeps and task.change is None:
                task.verdict, task.until = Verdict.LOST, 0.0
        self.guests += tasks

    def notice(self) -> None:
        """Give back what came unheard, let go of what a newer traversal superseded."""
        if not self.rests and self.strays.give_back(self.lease.engine_id, lambda: self.tasks.keys()):
            self.rung = True
        if not self.rests and self.tasks:
            found = self.world.database.read(get_traversals, {key[0] for key in self.tasks})
            over = {key for key, row in found.items() if row.state != TraversalState.RUNNING}
            self.let_go(Verdict.SUPERSEDED, over)

    def die(self) -> None:
        for task in [*self.tasks.values(), *self.guests]:
            task.coroutine.close()
        self.tasks, self.guests = {}, []

    def drain(self) -> None:
        """SIGTERM: ask every node to let go."""
        self.let_go(Verdict.DRAINING, {key[0] for key in self.tasks})

    def let_go(self, reason: Verdict, traversals: Collection[str]) -> None:
        """What the loop does for nodes that are superseded, or when it drains."""
        for task in self.tasks.values():
            if task.lease.traversal_id not in traversals:
                continue
            task.reason = reason
            if task.change is None and task.sleeps:
                task.until, task.verdict = 0.0, reason

    def _claim(self) -> bool:
        if not self.lease.held:
            return False
        count = 64 if self.world.eager else self.world.random.choice((1, 2, 64))
        share = not self.world.eager and self.world.random.random() < 0.5
        self.rung = False
        claimed, left, loaded = self._write(self._claim_and_load, count, share)
        if loaded is None:
            return False
        self.rung = bool(left) or len(claimed) == count
        if self.rung:
            self.world.ring(left or count)
        self._begin(claimed, loaded)
        return True

    def _claim_and_load(
        self, connection: Connection, count: int, share: bool
    ) -> tuple[list[NodeRow], int, Loaded | None]:
        claimed, left = nodes.claim_nodes(connection, self.lease.engine_id, count, share=share)
        return claimed, left, self.driver.load(connection, claimed) if claimed else None

    def _begin(self, claimed: Sequence[NodeRow], loaded: Loaded) -> None:
        for lease, coroutine in self.driver.begin(claimed, loaded):
            self.tasks[lease.key] = SimTask(lease, coroutine, self.lease.engine_id)

    def _step(self, task: SimTask) -> bool:
        verdict, task.verdict = task.verdict, None
        try:
            if verdict is Verdict.LOST:
                request = self._lose(task)
            else:
                with self.lease.acting_as(task.engine_id, task.lease if task.engine_id else None):
                    request = task.coroutine.send((verdict or Verdict.WRITTEN) if task.begun else None)
        except (StopIteration, LostLease):
            self._forget(task)
            return True
        except Exception as error:
            raise Bug(f"a coroutine of node {task.lease.key} raised {error!r}") from error
        task.begun, task.sleeps = True, False
        if isinstance(request, Commit):
            task.change = request.change
        else:
            assert isinstance(request, Sleep)
            task.until = self.world.clock.now().timestamp() + request.seconds
            task.sleeps = True
            if task.reason is not None:
                task.until, task.verdict = 0.0, task.reason
        return True

    def _lose(self, task: SimTask) -> Request:
        self._drop(task)
        self.guests.append(task)
        task.engine_id, task.reason = "", None
        with self.lease.acting_as("", None):
            return task.coroutine.throw(LostLease("lost"))

    def _flush(self) -> bool:
        waiting = [task for task in self._known() if task.change is not None]
        if not waiting:  # lost while it stood still
            return False
        some = self.world.random.randint(1, len(waiting))
        batch = waiting if self.world.eager else self.world.random.sample(waiting, some)
        changes = [task.change for task in batch if task.change is not None]
        onward = 8 if self.world.eager else self.world.random.choice((0, 1, 8))
        settled, loaded = self._write(self._settle_and_load, changes, onward if self.lease.held else 0)
        for task, verdict in zip(batch, settled.verdicts, strict=True):
            task.change, task.verdict, task.until = None, verdict, 0.0
        self.rung = self.rung or settled.released
        if loaded is not None:
            self._begin(settled.claimed, loaded)
        return True

    def _settle_and_load(
        self, connection: Connection, changes: Sequence[Change], onward: int
    ) -> tuple[Settled, Loaded | None]:
        settled = settle(connection, self.lease.engine_id, changes, self.world.service.now(), claim=onward)
        return settled, self.driver.load(connection, settled.claimed, settled.traversals) if settled.claimed else None

    def _forget(self, task: SimTask) -> None:
        task.coroutine.close()
        self._drop(task)

    def _drop(self, task: SimTask) -> None:
        if self.tasks.get(task.lease.key) is task:
            del self.tasks[task.lease.key]
        if task in self.guests:
            self.guests.remove(task)

    def _write(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.world.database.write(work, *args, **kwargs)
