"""The whole engine in one thread: real commands, planner, store and drivers; a fake clock and a fake cloud.

What happens next is drawn from a seeded generator, one step or one transaction at a time, so that any interleaving of
workers can occur and a run is told again by its seed.
"""

from __future__ import annotations

import functools
import pathlib
import random
import tempfile
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import create_engine, event, select, update

from heat_mq.clients.constraints import Checker
from heat_mq.clock import FakeClock
from heat_mq.context import RequestContext
from heat_mq.crypt import Box
from heat_mq.db import tables
from heat_mq.db.models import Base
from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import nodes, resources, stacks
from heat_mq.db.session import Database
from heat_mq.engine.commands.create import create_stack
from heat_mq.engine.commands.delete import delete_stack
from heat_mq.engine.commands.release import release
from heat_mq.engine.commands.rollback import begin_rollback
from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.service import EngineLimits, Service
from heat_mq.errors import Bug
from heat_mq.graph.plan import Kind
from heat_mq.scheduler.drive import NodeDriver
from heat_mq.scheduler.lease import EngineLease
from heat_mq.scheduler.requests import Commit, Coroutine, Sleep
from heat_mq.scheduler.run import Tools
from heat_mq.template import Environment, Limits
from heat_mq.traversal.integrity import check
from heat_mq.traversal.records import Change, Lease, Verdict
from heat_mq.traversal.settle import settle
from heat_mq.traversal.sweep import purge, sweep
from tests.simulation.cloud import Death, FakeCloud, FakeClouds, no_trouble

LEASE = 60.0
PATIENCE = 5000


@functools.cache
def empty_database() -> bytes:
    """A file with the schema, made once."""
    with tempfile.TemporaryDirectory() as directory:
        engine = create_engine(f"sqlite:///{directory}/empty.sqlite")
        Base.metadata.create_all(engine)
        engine.dispose()
        return pathlib.Path(directory, "empty.sqlite").read_bytes()


class Everything:
    """Stands where the policy does; everybody may use every type."""

    def may_use_type(self, context: RequestContext, type_name: str) -> bool:
        return True


class World:
    """A cloud, a database, and workers that come and go."""

    def __init__(self, directory: pathlib.Path, *, seed: int = 0, workers: int = 1, database: str = "") -> None:
        """``database`` is the URL of an empty one, whose clock is its own; by default the clock is the world's."""
        self.random = random.Random(seed)
        self.clock = FakeClock()
        self.cloud = FakeCloud()
        self.clouds = FakeClouds(self.cloud)
        if database:
            self.database = Database(database)
            Base.metadata.create_all(self.database.engine)
        else:
            path = directory / f"{uuid.uuid4().hex}.sqlite"
            path.write_bytes(empty_database())
            self.database = Database(f"sqlite:///{path}")
            event.listen(self.database.engine, "connect", self._hold_clock)
        self.service = Service(
            database=self.database,
            box=Box(["a key for the simulation alone"]),
            clock=self.clock,
            clouds=self.clouds,  # type: ignore[arg-type]
            checker=Checker(),
            enforcer=Everything(),  # type: ignore[arg-type]
            limits=EngineLimits(),
            bell=lambda count: None,
            operator=Environment().resource_registry,
            language=Limits(),
        )
        self.service.ports.guard = lambda: self.acting.lease.check()
        self.context = RequestContext(user_id="user", project_id="project", roles=["member"], auth_token="token")
        self.closed = False
        #: Whether workers take and write all that they can at once, so that there are few transactions.
        self.eager = False
        self.transactions = 0
        #: How likely a worker freezes before a step; it thaws when its lease has run out.
        self.freezing = 0.0
        #: Asked before each transaction of a worker; raising Death kills it there.
        self.before_transaction: Callable[[int], None] = lambda number: None
        self.after_transaction: Callable[[int], None] = lambda number: None
        self.workers = [SimWorker(self) for _ in range(workers)]
        self.acting = self.workers[0]

    def close(self) -> None:
        """The end of it; checks what must always hold."""
        if not self.closed:
            self.closed = True
            broken = self.broken()
            self.database.dispose()
            assert not broken, "\n".join([*broken, self.story()])

    def calm(self) -> None:
        """No more trouble."""
        self.cloud.trouble = no_trouble
        self.before_transaction = self.after_transaction = lambda number: None
        self.freezing = 0.0
        for worker in self.workers:
            worker.frozen = None

    # --- requests -----------------------------------------------------------------------------

    def create(self, resources: dict[str, Any], name: str = "stack", **more: Any) -> str:
        args = {key: more.pop(key) for key in ("disable_rollback", "timeout_mins") if key in more}
        identity = create_stack(self.service, self.context, name, template(resources, **more), None, None, args)
        return identity["stack_id"]

    def update(self, stack_id: str, resources: dict[str, Any], **more: Any) -> None:
        args = {key: more.pop(key) for key in ("disable_rollback", "timeout_mins") if key in more}
        update_stack(
            self.service, self.context, self._identity(stack_id), template(resources, **more), None, None, args
        )

    def delete(self, stack_id: str) -> None:
        delete_stack(self.service, self.context, self._identity(stack_id))

    # --- time ---------------------------------------------------------------------------------

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Let the workers work until ``until`` or until every stack is at rest; fails when that does not come."""
        for _ in range(PATIENCE):
            if until is not None and until():
                return
            if not self.step():
                if until is None and self.at_rest():
                    return
                self.pass_time()
        raise AssertionError(f"no end after {PATIENCE} steps:\n{self.story()}")

    def step(self) -> bool:
        """One thing that can happen now, by chance; False when nothing can before time passes."""
        moves = [(worker, move) for worker in self.workers for move in worker.moves()]
        while moves:
            worker, move = moves.pop(self.random.randrange(len(moves)))
            self.acting = worker
            if self.random.random() < self.freezing:
                worker.frozen = self.clock.now().timestamp() + 2 * LEASE
                return True
            try:
                if move():
                    return True
            except Death:
                self.kill(worker)
                return True
        return False

    def pass_time(self) -> None:
        """On to the next moment at which something is due, and what a sweep finds then."""
        due = [task.until for worker in self.workers for task in worker.sleeping()]
        due += self.database.read(lambda c: list(c.scalars(select(tables.node.c.wake_at).where(_parked))))
        due += [self.clock.now().timestamp() + LEASE / 4]
        self.clock.advance(max(min(item for item in due if item is not None) - self.clock.now().timestamp(), 0.001))
        for worker in self.workers:
            worker.keep()
            worker.notice()
        self.database.write(sweep, self.service.now())
        self.database.write(purge)

    def at_rest(self) -> bool:
        """Nothing left to do anywhere."""
        query = select(tables.node.c.seq).where(
            tables.node.c.state.in_((NodeState.WAITING, NodeState.LEASED, NodeState.PARKED))
        )
        return self.database.read(lambda c: c.execute(query).first()) is None

    def kill(self, worker: SimWorker) -> None:
        """kill -9: what it had in hand is gone; its lease runs out by and by, and another worker comes."""
        worker.die()
        self.workers.remove(worker)
        self.workers.append(SimWorker(self))
        gone = update(tables.engine).where(tables.engine.c.id == worker.lease.engine_id).values(expires_at=0)
        self.database.write(lambda c: c.execute(gone).rowcount)
        self.database.write(sweep, self.service.now())

    # --- looks --------------------------------------------------------------------------------

    def stack(self, stack_id: str) -> StackRow:
        found = self.database.read(stacks.get_stack, stack_id)
        assert found is not None
        return found

    def state(self, stack_id: str) -> str:
        row = self.stack(stack_id)
        return f"{row.action}_{row.status}"

    def all_stacks(self) -> list[str]:
        return self.database.read(lambda c: list(c.scalars(select(tables.stack.c.id))))

    def rows(self, stack_id: str) -> dict[str, ResourceRow]:
        """The rows in force, by name."""
        found = self.database.read(resources.get_current_resources, [stack_id])
        return {row.name: row for row in found}

    def events(self, stack_id: str, name: str | None = None) -> list[str]:
        query = select(tables.event).where(tables.event.c.stack_id == stack_id).order_by(tables.event.c.id)
        found = self.database.read(lambda c: c.execute(query).all())
        return [f"{row.action}_{row.status}" for row in found if name is None or row.resource_name == name]

    def properties(self, row: ResourceRow) -> dict[str, Any]:
        return dict(self.service.box.open(row.properties)) if row.properties else {}

    def broken(self) -> list[str]:
        """What is not legal in the database, and what does not fit between it and the cloud."""
        found = self.database.read(check)
        if self.at_rest():
            found += self._lost_objects()
        return found

    def story(self) -> str:
        """Everything that a failed test wants to know."""
        lines = [f"transactions: {self.transactions}", f"log of the cloud: {self.cloud.log}"]
        for table in (tables.stack, tables.traversal, tables.node, tables.resource):
            found = self.database.read(lambda c, table=table: c.execute(select(table)).mappings().all())
            hidden = ("parameters", "properties", "data", "attributes", "previous_parameters")
            lines += [f"{table.name}: { {key: row[key] for key in row if key not in hidden} }" for row in found]
        return "\n".join(lines)

    def _lost_objects(self) -> list[str]:
        rows = self.database.read(lambda c: c.execute(select(tables.resource.c.physical_id)).scalars().all())
        known = [item for item in rows if item is not None]
        lost = [
            f"object {id} ({item['name']}) is nobody's" for id, item in self.cloud.objects.items() if id not in known
        ]
        return lost + [f"{id} has {known.count(id)} rows" for id in self.cloud.objects if known.count(id) > 1]

    def _identity(self, stack_id: str) -> dict[str, str]:
        return {"stack_id": stack_id, "stack_name": self.stack(stack_id).name, "tenant": "project", "path": ""}

    def _hold_clock(self, connection: Any, record: Any) -> None:
        """The database's clock is ours."""
        connection.create_function("julianday", 1, lambda text: self.clock.now().timestamp() / 86400.0 + 2440587.5)


class SimWorker:
    """What :class:`heat_mq.scheduler.loop.Worker` does, one move at a time."""

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
                Kind.RELEASE: lambda stack, last_try: release(world.service, stack, last_try=last_try),
                Kind.ROLLBACK: lambda stack, last_try: begin_rollback(world.service, stack.id),
            },
        )
        self.tasks: dict[tuple[str, int], SimTask] = {}
        self.frozen: float | None = None

    def moves(self) -> list[Callable[[], bool]]:
        """What it can do now; a move answers whether it did anything."""
        now = self.world.clock.now().timestamp()
        if self.frozen is not None and now < self.frozen:
            return []
        self.frozen = None
        ready = [task for task in self.tasks.values() if task.change is None and task.until <= now]
        steps: list[Callable[[], bool]] = [lambda task=task: self._step(task) for task in ready]  # type: ignore[misc]
        if any(task.change is not None for task in self.tasks.values()):
            steps.append(self._flush)
        return [*steps, self._claim]

    def sleeping(self) -> list[SimTask]:
        return [task for task in self.tasks.values() if task.change is None and self.frozen is None]

    def keep(self) -> None:
        """Renew the lease; one that ran out takes all nodes with it.

        A worker that thaws goes on for a while before it notices, so its heartbeat is not always in time.
        """
        if self.frozen is None and self.world.random.random() < 0.9 and not self.lease.renew():
            self.die()
            self.lease.register_again()

    def notice(self) -> None:
        """Let go of what a newer traversal superseded."""
        if self.frozen is None and self.tasks:
            found = self.world.database.read(nodes.get_traversals, {key[0] for key in self.tasks})
            over = {key for key, row in found.items() if row.state != TraversalState.RUNNING}
            self.let_go(Verdict.SUPERSEDED, over)

    def die(self) -> None:
        for task in self.tasks.values():
            task.coroutine.close()
        self.tasks = {}

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
        claimed, _ = self._write(nodes.claim_nodes, self.lease.engine_id, count)
        if not claimed:
            return False
        for lease, coroutine in self.driver.begin(claimed):
            self.tasks[lease.key] = SimTask(lease, coroutine)
        return True

    def _step(self, task: SimTask) -> bool:
        verdict, task.verdict = task.verdict, None
        try:
            if verdict is Verdict.LOST:
                raise StopIteration
            request = next(task.coroutine) if not task.begun else task.coroutine.send(verdict or Verdict.WRITTEN)
        except StopIteration:
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

    def _flush(self) -> bool:
        waiting = [task for task in self.tasks.values() if task.change is not None]
        batch = waiting if self.world.eager else self.world.random.sample(waiting, _some(self.world, len(waiting)))
        changes = [task.change for task in batch if task.change is not None]
        settled = self._write(settle, self.lease.engine_id, changes, self.world.service.now())
        for task, verdict in zip(batch, settled.verdicts, strict=True):
            task.change, task.verdict, task.until = None, verdict, 0.0
        return True

    def _forget(self, task: SimTask) -> None:
        task.coroutine.close()
        if self.tasks.get(task.lease.key) is task:
            del self.tasks[task.lease.key]

    def _write(self, work: Callable[..., Any], *args: Any) -> Any:
        world = self.world
        world.transactions += 1
        number = world.transactions
        world.before_transaction(number)
        answer = world.database.write(work, *args)
        world.after_transaction(number)
        return answer


def _some(world: World, most: int) -> int:
    return world.random.randint(1, most)


class SimTask:
    """A node in hand: ``change`` waits to be written, or else it goes on at ``until`` with ``verdict``."""

    def __init__(self, lease: Lease, coroutine: Coroutine) -> None:
        self.lease = lease
        self.coroutine = coroutine
        self.begun = False
        self.sleeps = False
        self.until = 0.0
        self.change: Change | None = None
        self.verdict: Verdict | None = None
        self.reason: Verdict | None = None


_parked = (tables.node.c.state == NodeState.PARKED) & tables.node.c.wake_at.is_not(None)


def template(resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    """HOT from the short form ``{"a": {"value": "x", "uses": ["b"]}}``: ``uses`` names resources."""
    return {
        "heat_template_version": "2021-04-16",
        "resources": {name: _resource(given) for name, given in resources.items()},
        "outputs": outputs or {},
    }


def _resource(given: dict[str, Any]) -> dict[str, Any]:
    if "type" in given:
        return given
    properties = {name: value for name, value in given.items() if name not in ("deletion_policy", "depends_on")}
    if "uses" in given:
        properties["uses"] = [{"get_resource": name} for name in given["uses"]]
    found: dict[str, Any] = {"type": "Sim::Thing", "properties": properties}
    return found | {key: given[key] for key in ("deletion_policy", "depends_on") if key in given}


def states(world: World, stack_id: str) -> Sequence[str]:
    """Resources as ``name ACTION_STATUS``."""
    return sorted(f"{row.name} {row.action}_{row.status}" for row in world.rows(stack_id).values())


__all__ = ["Death", "SimWorker", "World", "states", "template"]
