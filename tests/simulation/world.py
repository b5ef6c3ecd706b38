"""The whole engine in one thread: real commands, planner, store and drivers; a fake clock and a fake cloud.

What happens next is drawn from a seeded generator, one step or one transaction at a time, so that any interleaving of
workers can occur and a run is told again by its seed.
"""

from __future__ import annotations

import pathlib
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from heat_mq.clients.constraints import Checker
from heat_mq.clock import FakeClock
from heat_mq.context import RequestContext
from heat_mq.crypt import Box
from heat_mq.db import tables
from heat_mq.db.models import Base
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.commands.create import create_stack
from heat_mq.engine.commands.delete import delete_stack
from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.find import identity_of
from heat_mq.engine.service import EngineLimits, Service
from heat_mq.resources.kit.names import physical_name
from heat_mq.template import Environment, Limits
from heat_mq.traversal.event_rows import STACK_TYPE
from heat_mq.traversal.integrity import check
from heat_mq.traversal.sweep import purge, sweep
from tests.simulation.broker import Broker
from tests.simulation.cloud import Death, FakeCloud, FakeClouds, no_trouble
from tests.simulation.store import FileDatabase, SimDatabase
from tests.simulation.worker import LEASE, SimWorker

PATIENCE = 5000


class Everything:
    """Stands where the policy does; everybody may use every type."""

    def may_use_type(self, context: RequestContext, type_name: str) -> bool:
        return True

    def guards_type(self, type_name: str) -> bool:
        return False


class World:
    """A cloud, a database, and workers that come and go."""

    def __init__(
        self,
        directory: pathlib.Path,
        *,
        seed: int = 0,
        workers: int = 1,
        database: str = "",
        action_seconds: float = 3600.0,
        clock: FakeClock | None = None,
    ) -> None:
        """``database`` is the URL of an empty one, whose clock is its own; by default the clock is the world's.

        An action may take ``action_seconds``.
        """
        self.random = random.Random(seed)
        self.clock = clock or FakeClock()
        self.cloud = FakeCloud()
        self.clouds = FakeClouds(self.cloud)
        if database:
            self.database = SimDatabase(database)
            Base.metadata.create_all(self.database.engine)
        else:
            self.database = FileDatabase(directory, self.clock)
        self.broker = Broker(self.random)
        self.service = Service(
            database=self.database,
            box=Box(["a key for the simulation alone"]),
            clock=self.clock,
            clouds=self.clouds,  # type: ignore[arg-type]
            checker=Checker(),
            enforcer=Everything(),  # type: ignore[arg-type]
            limits=EngineLimits(action_seconds=action_seconds),
            bell=self.ring,
            operator=Environment().resource_registry,
            language=Limits(),
        )
        self.service.ports.guard = lambda: self.acting.lease.check()
        self.service.ports.confirm = lambda connection: self.acting.lease.confirm(connection)
        self.context = RequestContext(user_id="user", project_id="project", roles=["member"], auth_token="token")
        self.closed = False
        #: Whether workers take and write all that they can at once, so that there are few transactions.
        self.eager = False
        self._unswept = False
        #: How likely a worker freezes before a step; it thaws when its lease has run out.
        self.freezing = 0.0
        self.pauses = 0
        #: Asked before and after each transaction of a worker; raising Death kills it there.
        self.before_transaction: Callable[[int], None] = lambda number: None
        self.after_transaction: Callable[[int], None] = lambda number: None
        self.database.moment = self._moment
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
        self.database.lost = lambda: False
        self.broker.losing = self.broker.doubling = self.freezing = 0.0
        for worker in self.workers:
            worker.frozen = None

    # --- requests -----------------------------------------------------------------------------

    def create(self, resources: dict[str, Any], name: str = "stack", **more: Any) -> str:
        args = {key: more.pop(key) for key in ("disable_rollback", "timeout_mins") if key in more}
        identity = create_stack(self.service, self.context, name, template(resources, **more), None, None, args)
        return identity["stack_id"]

    def update(self, stack_id: str, resources: dict[str, Any], **more: Any) -> None:
        args = {key: more.pop(key) for key in ("disable_rollback", "timeout_mins") if key in more}
        update_stack(self.service, self.context, self.identity(stack_id), template(resources, **more), None, None, args)

    def delete(self, stack_id: str) -> None:
        delete_stack(self.service, self.context, self.identity(stack_id))

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

    def go_on(self, steps: int) -> None:
        """Let so many things happen, or fewer when everything is at rest before."""
        for _ in range(steps):
            if not self.step():
                if self.at_rest():
                    return
                self.pass_time()

    def step(self) -> bool:
        """One thing that can happen now, by chance; False when nothing can before time passes."""
        self._deliver()
        moves = [(worker, move) for worker in self.workers for move in worker.moves()]
        while moves:
            worker, move = moves.pop(self.random.randrange(len(moves)))
            if self.random.random() < self.freezing:
                worker.frozen = self.clock.now().timestamp() + 2 * LEASE
                return True
            pauses = self.pauses
            try:
                with self._acts(worker):
                    done = move()
            except Death:
                self.kill(worker)
                return True
            if done or self.pauses != pauses:  # others went on meanwhile: what they can do now is not known here
                return True
        return False

    def pause(self, seconds: float, steps: int) -> None:
        """The acting worker stands still here, in the middle of what it does, while time passes and others go on."""
        self.pauses += 1
        worker, self.database.working = self.acting, False
        worker.paused = True
        for _ in range(steps):
            if not self.step():
                self.pass_time(at_most=seconds)
        self.clock.advance(seconds)
        worker.paused = False
        self.acting, self.database.working = worker, True

    def ring(self, count: int) -> None:
        """A bell for about so many nodes."""
        self.broker.put(count)

    def _deliver(self) -> None:
        """The broker gives what it will to whom it will."""
        for _ in range(self.broker.take()):
            self.random.choice(self.workers).rung = True

    @contextmanager
    def _acts(self, worker: SimWorker) -> Iterator[None]:
        before = self.acting
        self.acting, self.database.working = worker, True
        try:
            yield
        finally:
            self.acting, self.database.working = before, False

    def _moment(self, when: str) -> None:
        (self.before_transaction if when == "before" else self.after_transaction)(self.database.transactions)

    def pass_time(self, at_most: float = LEASE) -> None:
        """On to the next moment at which something is due; a sweep follows at once, or when there is nothing to do."""
        if self._unswept:
            self._sweep()
            return
        due = [task.until for worker in self.workers for task in worker.sleeping()]
        due += self.database.read(lambda c: list(c.scalars(select(tables.node.c.wake_at).where(_parked))))
        due += [self.clock.now().timestamp() + LEASE / 4]
        until = min(item for item in due if item is not None) - self.clock.now().timestamp()
        self.clock.advance(min(max(until, 0.001), at_most))
        for worker in self.workers:
            worker.keep()
        self._unswept = True
        if self.random.random() < 0.3:
            self._sweep()

    def _sweep(self) -> None:
        self._unswept = False
        for worker in self.workers:
            worker.notice()
        self.database.write(purge)
        if self.database.write(sweep, self.service.now()).ready:
            for worker in self.workers:
                worker.rung = True

    def at_rest(self) -> bool:
        """Nothing left to do anywhere, and nobody has anything in hand: who comes late has something to take back."""
        if any(worker.paused or worker.tasks or worker.guests for worker in self.workers):
            return False
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
        self._sweep()

    def black_out(self) -> None:
        """Every worker dies, and the broker forgets everything."""
        self.broker.clear()
        for worker in [worker for worker in self.workers if not worker.paused]:
            self.kill(worker)

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
        found = self.database.read(check) + self._untold()
        if self.at_rest():
            found += self._lost_objects()
        return found

    def _untold(self) -> list[str]:
        """Stacks whose notifications are not what their events say, each once and in the same order."""
        if not self.database.outbox:
            return []
        event, notice = tables.event.c, tables.notice.c
        ours = (event.resource_type == STACK_TYPE) & (event.physical_id == event.stack_id)
        query = select(event.stack_id, event.action, event.status).where(ours).order_by(event.id)
        happened = self._by_stack((row.stack_id, row.action, row.status) for row in self._all(query))
        query = select(notice.payload).where(notice.event_type.like("orchestration.stack.%")).order_by(notice.id)
        told = self._by_stack(
            (row.payload["stack_identity"], *row.payload["state"].split("_", 1)) for row in self._all(query)
        )
        return [
            f"of {stack_id} is told {told.get(stack_id)}, but {happened.get(stack_id)} happened"
            for stack_id in {*told, *happened}
            if told.get(stack_id) != happened.get(stack_id)
        ]

    def _all(self, query: Any) -> Sequence[Any]:
        return self.database.read(lambda c: c.execute(query).all())

    @staticmethod
    def _by_stack(states: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for stack_id, action, status in states:
            found.setdefault(stack_id, []).append(f"{action}_{status}")
        return found

    def story(self) -> str:
        """Everything that a failed test wants to know."""
        lines = [f"transactions: {self.database.transactions}", f"log of the cloud: {self.cloud.log}"]
        for table in (tables.stack, tables.traversal, tables.node, tables.resource):
            found = self.database.read(lambda c, table=table: c.execute(select(table)).mappings().all())
            hidden = ("parameters", "properties", "data", "attributes", "previous_parameters")
            lines += [f"{table.name}: { {key: row[key] for key in row if key not in hidden} }" for row in found]
        return "\n".join(lines)

    def _lost_objects(self) -> list[str]:
        """Objects without a row; one that a row without an object will find by its name is not lost."""
        row, stack = tables.resource.c, tables.stack.c
        query = select(row.id, row.name, row.physical_id, stack.name.label("stack")).where(row.stack_id == stack.id)
        rows = self.database.read(lambda c: c.execute(query).all())
        known = [item.physical_id for item in rows if item.physical_id is not None]
        sought = {physical_name(item.stack, item.name, item.id) for item in rows if item.physical_id is None}
        lost = [
            f"object {id} ({item['name']}) is nobody's"
            for id, item in self.cloud.objects.items()
            if id not in known and item["name"] not in sought
        ]
        return lost + [f"{id} has {known.count(id)} rows" for id in self.cloud.objects if known.count(id) > 1]

    def identity(self, stack_id: str) -> dict[str, str]:
        """As requests name the stack."""
        return identity_of(self.stack(stack_id))


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
