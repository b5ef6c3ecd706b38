"""The traversal store on a database, without types, templates or clouds: stacks of named nodes."""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from heat_mq.db import tables
from heat_mq.db.models import Base
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import NodeRow, ResourceRow, StackRow, TraversalRow
from heat_mq.db.repo import engines, nodes, resources, stacks, traversals
from heat_mq.db.session import Database
from heat_mq.graph.plan import Kind, Operation, Plan
from heat_mq.scheduler.run import lease_of
from heat_mq.traversal.finish import finish_traversal, stack_event
from heat_mq.traversal.integrity import check
from heat_mq.traversal.records import Change
from heat_mq.traversal.settle import Settled, settle
from heat_mq.traversal.start import start_traversal, store_plan
from heat_mq.traversal.sweep import Swept, sweep
from tests.waiting import PATIENCE

NOW = datetime.datetime(2024, 1, 1)
Requires = Mapping[str, Iterable[str]]


class Store:
    """Verbs of the traversal store, each in a transaction of its own."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        Base.metadata.create_all(self.database.engine)

    def close(self) -> None:
        """The end of a test; what is stored must be legal."""
        broken = self.database.read(check)
        self.database.dispose()
        assert not broken, "\n".join(broken)

    def engine(self, lease_seconds: float = 600.0) -> str:
        engine_id = str(uuid.uuid4())
        self.database.write(
            engines.register_engine,
            engine_id=engine_id,
            host="host",
            hostname="host",
            topic="engine",
            report_interval=1,
            lease_seconds=lease_seconds,
            now=NOW,
        )
        return engine_id

    def expire(self, engine_id: str) -> None:
        gone = update(tables.engine).where(tables.engine.c.id == engine_id).values(expires_at=0)
        self.database.write(lambda c: c.execute(gone).rowcount)

    # --- stacks -------------------------------------------------------------------------------

    def create(
        self, requires: Requires, name: str = "stack", *, rollback: bool = False, timeout: float = 3600.0, **more: Any
    ) -> StackRow:
        """A stack with a running CREATE."""
        stack = new_stack(name, **more)
        plan = plan_of(requires)

        def store(connection: Any) -> None:
            stacks.insert_stack(connection, {key: getattr(stack, key) for key in stack.__slots__})
            store_plan(
                connection,
                traversal_id=stack.traversal_id,
                stack_id=stack.id,
                action="CREATE",
                plan=plan,
                timeout_seconds=timeout,
                rollback=rollback,
                now=NOW,
            )
            if not plan.nodes:
                row = traversals.get_traversals(connection, [stack.traversal_id])[stack.traversal_id]
                finish_traversal(connection, row, NOW)

        self.database.write(store)
        return stack

    def start(
        self, stack: StackRow, requires: Requires | Plan, action: str = "UPDATE", kind: Kind = Kind.CONVERGE
    ) -> str | None:
        """The traversal that supersedes what runs now, or None when another request won."""
        plan = requires if isinstance(requires, Plan) else plan_of(requires, kind)
        return self.database.write(
            start_traversal,
            stack=stack,
            action=action,
            planner=lambda rows: plan,
            stack_values={"action": action, "status": "IN_PROGRESS", "status_reason": "started"},
            stack_event=stack_event(stack, action, "IN_PROGRESS", "started", NOW),
            timeout_seconds=3600.0,
            rollback=False,
            now=NOW,
        )

    def stack(self, stack: StackRow) -> StackRow:
        found = self.database.read(stacks.get_stack, stack.id)
        assert found is not None
        return found

    # --- work ---------------------------------------------------------------------------------

    def claim(self, engine_id: str, limit: int = 1000) -> list[NodeRow]:
        return self.database.write(nodes.claim_nodes, engine_id, limit)[0]

    def end(
        self, engine_id: str, held: Sequence[NodeRow], state: NodeState = NodeState.DONE, failure: str | None = None
    ) -> Settled:
        return self.settle(engine_id, [Change(lease_of(node), end=state, failure=failure) for node in held])

    def settle(self, engine_id: str, changes: Sequence[Change], error_wait: float = 240.0, claim: int = 0) -> Settled:
        return self.database.write(settle, engine_id, changes, NOW, error_wait, claim=claim)

    def sweep(self) -> Swept:
        return self.database.write(sweep, NOW)

    # --- looks --------------------------------------------------------------------------------

    def nodes(self, traversal_id: str) -> dict[str, NodeRow]:
        query = select(tables.node).where(tables.node.c.traversal_id == traversal_id)
        rows = self.database.read(lambda c: c.execute(query).mappings().all())
        return {row["name"]: NodeRow.from_row(row) for row in rows}

    def states(self, traversal_id: str) -> dict[str, str]:
        return {name: node.state for name, node in self.nodes(traversal_id).items()}

    def traversal(self, traversal_id: str) -> TraversalRow:
        return self.database.read(traversals.get_traversals, [traversal_id])[traversal_id]

    def rows(self, stack: StackRow) -> list[ResourceRow]:
        return self.database.read(resources.get_resources, stack.id)

    def events(self, stack: StackRow) -> list[str]:
        query = select(tables.event).where(tables.event.c.stack_id == stack.id).order_by(tables.event.c.id)
        rows = self.database.read(lambda c: c.execute(query).all())
        return [f"{row.resource_name} {row.action}_{row.status}" for row in rows]


def plan_of(requires: Requires, kind: Kind = Kind.CONVERGE) -> Plan:
    """One operation for each name; names that begin with "-" are clean-ups."""

    def operation(name: str) -> Operation:
        return Operation(Kind.CLEANUP if name.startswith("-") else kind, name)

    return Plan.of({operation(name): [operation(need) for need in needs] for name, needs in requires.items()})


def new_stack(name: str, **values: Any) -> StackRow:
    stack_id = values.pop("id", None) or str(uuid.uuid4())
    columns: dict[str, Any] = {
        **dict.fromkeys(StackRow.__slots__),
        "id": stack_id,
        "root_id": stack_id,
        "name": name,
        "live_name": name,
        "project_id": "project",
        "action": "CREATE",
        "status": "IN_PROGRESS",
        "status_reason": "started",
        "description": "",
        "template_digest": "0" * 64,
        "environment_digest": "0" * 64,
        "files_digest": "0" * 64,
        "parameters": "",
        "traversal_id": str(uuid.uuid4()),
        "nested_depth": 0,
        "disable_rollback": True,
        "observes": False,
        "has_sinks": False,
        "created_at": NOW,
    }
    return StackRow(**{**columns, **values})


def new_resource(stack: StackRow, name: str, **values: Any) -> ResourceRow:
    columns: dict[str, Any] = {
        **dict.fromkeys(ResourceRow.__slots__),
        "id": str(uuid.uuid4()),
        "stack_id": stack.id,
        "name": name,
        "type": "T",
        "implementation": "T",
        "action": "CREATE",
        "status": "IN_PROGRESS",
        "status_reason": "state changed",
        "deletion_policy": "Delete",
        "created_at": NOW,
    }
    return ResourceRow(**{**columns, **values})


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Run all at the same time, each in a thread, begun together; answers what they gave, raises what one raised."""
    barrier = threading.Barrier(len(work))
    answers: list[Any] = [None] * len(work)
    failed: list[BaseException] = []

    def one(at: int) -> None:
        barrier.wait(PATIENCE)
        try:
            answers[at] = work[at]()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(at,), daemon=True) for at in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        # What one raised may be why the others wait for ever.
        if failed:
            raise failed[0]
        assert not thread.is_alive()
    return answers
