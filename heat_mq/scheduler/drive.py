"""Claimed nodes to coroutines: loads what they need with few statements, and says what each kind does."""

from __future__ import annotations

import dataclasses
import logging
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import NodeRow, ResourceCopyRow, ResourceRow, StackRow, TraversalRow
from heat_mq.db.repo import resources, snapshots, stacks
from heat_mq.db.repo.traversals import get_traversals
from heat_mq.db.session import Database
from heat_mq.errors import Error
from heat_mq.graph.plan import Kind
from heat_mq.scheduler import hooks
from heat_mq.scheduler.adopt import adopt, is_to_adopt
from heat_mq.scheduler.check import check
from heat_mq.scheduler.cleanup import cleanup
from heat_mq.scheduler.create import create, fail, new_row
from heat_mq.scheduler.external import concerns_external, converge_external
from heat_mq.scheduler.records import Loaded
from heat_mq.scheduler.requests import Commit, Coroutine
from heat_mq.scheduler.resolve import Resolved, resolve
from heat_mq.scheduler.rest import resume, suspend
from heat_mq.scheduler.run import LetGo, Run, Steps, Tools, lease_of, let_go_if_lost
from heat_mq.scheduler.snapshot import forget, snapshot
from heat_mq.scheduler.update import replace, update
from heat_mq.state.context import StackContext
from heat_mq.traversal.records import Change, Lease

LOG = logging.getLogger(__name__)


class Contexts(Protocol):
    """Finds what is wanted of a stack; the engine provides it, with a cache."""

    def of(self, stack: StackRow) -> StackContext: ...


Extra = Callable[[StackRow, bool], float | None]
"""What a node about the stack as a whole does (TELL, RELEASE, ROLLBACK); the flag says that it is the last try.

The answer is None when it is done, else the seconds after which it is to be called again."""


class NodeDriver:
    """Fulfils :class:`heat_mq.scheduler.loop.Driver`."""

    def __init__(self, database: Database, contexts: Contexts, tools: Tools, extras: Mapping[str, Extra]) -> None:
        self._database = database
        self._contexts = contexts
        self._tools = dataclasses.replace(tools, stored=lambda id: database.read(resources.get_resource, id))
        self._extras = extras
        #: By traversal, as long as somebody works with them or the engine's cache has them.
        self._known: weakref.WeakValueDictionary[str, StackContext] = weakref.WeakValueDictionary()

    def load(
        self, connection: Connection, claimed: Sequence[NodeRow], traversals: Mapping[str, TraversalRow] | None = None
    ) -> Loaded:
        """Read what the nodes need, in the transaction that claims them; ``traversals`` if it has read them."""
        if traversals is None:
            traversals = get_traversals(connection, {node.traversal_id for node in claimed})
        live = [node for node in claimed if _is_running(traversals, node)]
        contexts = {node.stack_id: self._known.get(node.traversal_id) for node in live}
        known = {stack_id: context for stack_id, context in contexts.items() if context is not None}
        if len(known) < len(contexts):
            return Loaded(traversals)
        return Loaded(traversals, _read_rows(connection, live, known))

    def begin(self, claimed: Sequence[NodeRow], loaded: Loaded | None = None) -> list[tuple[Lease, Coroutine]]:
        """One coroutine for each claimed node.

        What is left of a traversal that was superseded, or ran out of time, only ends.
        """
        loaded = loaded or self._database.read(self.load, claimed)
        live = [node for node in claimed if _is_running(loaded.traversals, node)]
        contexts, broken = self._find_contexts(live)
        live = [node for node in live if node.stack_id in contexts]
        rows = loaded.rows if loaded.rows is not None else self._database.read(_read_rows, live, contexts)
        copies = self._copies(live)
        begun: list[tuple[Lease, Coroutine]] = []
        for node in claimed:
            if node.stack_id in broken:
                begun.append((lease_of(node), _over(node, NodeState.FAILED, broken[node.stack_id])))
            elif node.stack_id not in contexts or not _is_running(loaded.traversals, node):
                begun.append((lease_of(node), _over(node, NodeState.DONE, None)))
            else:
                traversal, context = loaded.traversals[node.traversal_id], contexts[node.stack_id]
                mine = rows.get(node.stack_id, {})
                in_force = {row.name: row for row in mine.values() if row.replaced_by is None}
                replaced = [row for row in mine.values() if row.name == node.name and row.replaced_by is not None]
                run = Run(
                    *(node, context, in_force, self._tools),
                    replaced=replaced,
                    failing=traversal.failure is not None,
                    request_id=traversal.request_id,
                )
                copy = copies.get(node.resource_id or "")
                begun.append((run.lease, self._coroutine(run, mine, copy)))
        return begun

    def _find_contexts(self, live: Sequence[NodeRow]) -> tuple[dict[str, StackContext], dict[str, str]]:
        """Contexts by stack id, and why a stack has none: one that cannot be read must not hold up the others.

        A stack whose traversal is another by now has neither.
        """
        contexts: dict[str, StackContext] = {}
        broken: dict[str, str] = {}
        unknown: dict[str, str] = {}
        for node in live:
            context = self._known.get(node.traversal_id)
            if context is None:
                unknown[node.stack_id] = node.traversal_id
            else:
                contexts[node.stack_id] = context
        found = self._database.read(_read_stacks, set(unknown)) if unknown else {}
        for key, stack in found.items():
            if key == stack.id and stack.traversal_id != unknown[key]:
                continue
            try:
                contexts[key] = self._known[unknown[key]] = self._contexts.of(stack)
            except Error as error:
                LOG.exception("the definition of stack %s cannot be loaded", stack.id)
                broken[key] = f"{error.type}: the stack's definition cannot be loaded: {error}"
        return contexts, broken

    def _copies(self, live: Sequence[NodeRow]) -> dict[str, ResourceCopyRow]:
        """What snapshots hold of the nodes' resources, by id."""
        ids = [node.resource_id for node in live if node.kind in (Kind.SNAPSHOT, Kind.FORGET) and node.resource_id]
        return self._database.read(snapshots.get_copies, ids) if ids else {}

    def _coroutine(self, run: Run, rows: Mapping[str, ResourceRow], copy: ResourceCopyRow | None) -> Coroutine:
        try:
            yield from self._operation(run, rows, copy)
        except LetGo:
            return

    def _operation(self, run: Run, rows: Mapping[str, ResourceRow], copy: ResourceCopyRow | None) -> Steps[None]:
        node = run.node
        own = rows.get(node.resource_id) if node.resource_id else None
        if hooks.is_done(run):
            yield from hooks.end(run, own or run.rows.get(node.name))
        elif node.kind == Kind.CONVERGE:
            yield from converge(run)
        elif node.kind == Kind.CLEANUP:
            in_force = own is not None and own.replaced_by is None
            deleting = run.context.stack.action == "DELETE"
            if run.failing and not deleting and own is not None and own.action != "DELETE":
                yield from run.end()  # nothing more is removed after a failure
            else:
                yield from cleanup(run, own, wanted=in_force and run.context.has(node.name) and not deleting)
        elif node.kind == Kind.BARRIER:
            yield from run.end()
        elif node.kind == Kind.CHECK:
            yield from check(run, own)
        elif node.kind == Kind.SUSPEND:
            yield from suspend(run, own)
        elif node.kind == Kind.RESUME:
            yield from resume(run, own)
        elif node.kind == Kind.SNAPSHOT:
            yield from snapshot(run, run.rows.get(node.name), copy)
        elif node.kind == Kind.FORGET:
            yield from forget(run, copy)
        else:
            yield from _extra(run, self._extras[node.kind])


def _over(node: NodeRow, end: NodeState, failure: str | None) -> Coroutine:
    """Nothing to do but to end the node."""
    yield Commit(Change(lease_of(node), end=end, failure=failure))


def _extra(run: Run, extra: Extra) -> Steps[None]:
    try:
        while seconds := (yield from run.step(lambda: extra(run.context.stack, run.failures == run.tools.retries))):
            yield from run.pause(seconds)
    except Exception as error:
        let_go_if_lost(error)
        yield from run.fail(run.reason(error))
        return
    yield from run.end()


def _is_running(traversals: Mapping[str, TraversalRow], node: NodeRow) -> bool:
    traversal = traversals.get(node.traversal_id)
    return traversal is not None and traversal.state == TraversalState.RUNNING


def _read_stacks(connection: Connection, ids: Collection[str]) -> dict[str, StackRow]:
    """Stacks by their ids, and by those of their snapshots."""
    found = stacks.get_stacks(connection, ids)
    others = set(ids) - found.keys()
    return found | snapshots.get_owners(connection, others) if others else found


def _read_rows(
    connection: Connection, claimed: Sequence[NodeRow], contexts: Mapping[str, StackContext]
) -> dict[str, dict[str, ResourceRow]]:
    """stack id -> row id -> row, of the nodes' own resources and of all that they refer to."""
    names: set[str] = set()
    for node in claimed:
        context = contexts[node.stack_id]
        names.add(node.name)
        if node.kind == Kind.CONVERGE and context.has(node.name):
            names |= context.requires(node.name)
    rows: dict[str, dict[str, ResourceRow]] = {}
    for row in resources.get_by_names(connection, sorted(contexts), sorted(names)):
        rows.setdefault(row.stack_id, {})[row.id] = row
    return rows


def converge(run: Run) -> Steps[None]:
    """Make the resource what its definition says."""
    name = run.node.name
    row = run.rows.get(name)
    run.row = row
    if row is None or row.action != "DELETE":
        yield from hooks.stop_before(run, row, "CREATE" if row is None or row.action == "INIT" else "UPDATE")
    try:
        cls = run.context.cls(name)
        if concerns_external(run, row):
            yield from converge_external(run, cls, row)
            return
        resolved = yield from resolve(run, cls, row)
    except Exception as error:
        yield from _fail_unresolved(run, error)
        return
    if is_to_adopt(run, cls, row):
        yield from adopt(run, cls, row, resolved)
    elif row is None or row.action == "INIT":
        yield from create(run, cls, resolved)
    elif row.action == "DELETE":
        yield from replace(run, cls, row, resolved)
    else:
        yield from update(run, cls, row, resolved)


def _fail_unresolved(run: Run, error: Exception) -> Steps[None]:
    """The values of the definition cannot be had: the resource fails before anything was done."""
    let_go_if_lost(error)
    adopting = run.context.stack.action == "ADOPT"
    if run.row is not None:
        yield from fail(run, None, "ADOPT" if adopting else "UPDATE", error)
        return
    definition, action = run.context.definition(run.node.name), "ADOPT" if adopting else "CREATE"
    run.row = unresolved_row(run, definition.type)
    run.event(run.state(run.row, action, "IN_PROGRESS"))
    yield from fail(run, None, action, error)


def unresolved_row(run: Run, type_name: str) -> ResourceRow:
    implementation = run.context.implementation_name(run.node.name)
    return new_row(run, Resolved(type_name, implementation, {}, {}, None, False, [], "Delete", None))
