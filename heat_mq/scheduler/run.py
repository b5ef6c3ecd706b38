"""One node at work: what every kind of operation shares. Generators, driven by the loop."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import datetime
import logging
import random
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from heat_mq.clients import turns
from heat_mq.clock import Clock
from heat_mq.crypt import Box
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import NodeRow, ResourceRow
from heat_mq.errors import Bug, CloudConflict, CloudError, CloudTransient, Error, LostLease, StepFailed
from heat_mq.resources.kit import Call, Done, Outcome, Park, Record, Resource, Wait
from heat_mq.scheduler.requests import Commit, Look, Request, Sleep, Turn
from heat_mq.state.context import StackContext
from heat_mq.state.sealed import open_kept, seal_data
from heat_mq.traversal.finish import resource_event
from heat_mq.traversal.records import Change, Lease, Verdict

LOG = logging.getLogger(__name__)
T = TypeVar("T")
Steps = Generator[Request, Verdict, T]

STATE_CHANGED = "state changed"
LONGEST_PARK = 600.0
"""Seconds after which a parked node is looked at even when nothing woke it: no lost wake-up is lost for good."""
MOST_REFUSALS = 30
"""How often a service may answer 429 to one step, about a quarter of an hour when it says nothing of Retry-After."""
LONGEST_PAUSE = 30.0
LONGEST_ASKED = 300.0
"""Seconds before a step is tried again: by our own rule, and when the service asks for more."""
IN_THE_MIDDLE = {"begun": True}
"""A node's progress once its operation has begun and is waited for; the type's own is sealed in the resource's row."""


class Aborted(StepFailed):
    """Waiting for the outside makes no sense any more: the stack has failed."""


class LetGo(Exception):
    """The node is out of our hands (parked, given back, superseded, lost); its coroutine ends."""


def _no_store(resource_id: str) -> ResourceRow | None:
    raise Bug("nobody has said where resources are stored")


@dataclasses.dataclass(frozen=True, slots=True)
class Tools:
    """What all nodes of a worker share.

    ``park_after`` seconds of waiting leave the worker; ``retries`` are for one step. ``stored`` reads a resource's row
    as it is now.
    """

    box: Box
    clock: Clock
    engine_id: Callable[[], str]
    park_after: float = 30.0
    retries: int = 5

    stored: Callable[[str], ResourceRow | None] = _no_store

    def now(self) -> datetime.datetime:
        return self.clock.now().replace(tzinfo=None)


def lease_of(node: NodeRow, request_id: str | None = None) -> Lease:
    return Lease(node.traversal_id, node.seq, node.fence, node.stack_id, tuple(node.successors), request_id)


class Run:
    """A node in hand: its lease, the row it is about, and what is not written yet."""

    def __init__(
        self,
        node: NodeRow,
        context: StackContext,
        rows: Mapping[str, ResourceRow],
        tools: Tools,
        *,
        replaced: Sequence[ResourceRow] = (),
        failing: bool = False,
        request_id: str | None = None,
    ) -> None:
        """``rows`` are those in force, by name, ``replaced`` the others of the node's own name.

        ``failing``: another node of the traversal has failed.

        ``hook`` is the one that the node waits at, ``cleared`` those that it has passed (see :mod:`.hooks`).
        ``request_id`` is that of the request which asked for the traversal.
        """
        self.failing = failing
        self.node = node
        self.context = context
        self.rows = rows
        self.replaced = tuple(replaced)
        self.tools = tools
        self.lease = lease_of(node, request_id)
        self.failures = 0  # of the present step
        self.unwritten: list[dict[str, Any]] = []
        self.row: ResourceRow | None = None
        progress = node.progress or {}
        self.in_the_middle = bool(progress.get("begun"))
        self.hook = str(progress.get("hook") or "")
        self.cleared: tuple[str, ...] = tuple(progress.get("cleared") or ())
        self.begun = self.in_the_middle
        self.tried: list[dict[str, Any]] = []
        self._saved: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    # --- rows and events ----------------------------------------------------------------------

    def opened(self, sealed: str | None) -> dict[str, Any]:
        return self.tools.box.open(sealed) if sealed else {}

    def seal(self, value: Any) -> str | None:
        return self.tools.box.seal(value) if value else None

    def sealed(self, call: Call, *, over: bool = False) -> str | None:
        """The data that the row keeps; the progress goes when the operation is ``over``."""
        return seal_data(self.tools.box, call.data, None if over else call.progress, self.tried)

    def resource(self, row: ResourceRow, cls: type[Resource]) -> Resource:
        """The type's object for a row."""
        return cls(self.record(row, cls))

    def record(self, row: ResourceRow, cls: type[Resource]) -> Record:
        return self.context.record(row, cls, self.opened(row.properties))

    def call_for(
        self, row: ResourceRow, old: Mapping[str, Any] | None = None, wanted: Mapping[str, Any] | None = None
    ) -> Call:
        """A call for the row. Progress goes on where an interrupted create or adoption, or this node, stopped."""
        goes_on = (row.action in ("CREATE", "ADOPT") and row.status == "IN_PROGRESS") or self.in_the_middle
        data, kept, self.tried = open_kept(self.tools.box, row)
        progress = kept if goes_on else {}
        self._saved = (copy.deepcopy(data), copy.deepcopy(progress))
        wanted = self.opened(row.properties) if wanted is None else wanted
        cls = self.context.class_of_row(row)
        call = self.context.ports.call(
            self.context, row, cls, data=data, progress=progress, old=old or {}, wanted=wanted
        )
        call.tried = self.tried
        call.operation = f"{self.node.traversal_id}/{self.node.seq}"
        return call

    @contextlib.contextmanager
    def aside(self, row: ResourceRow) -> Iterator[Call]:
        """Work on another row of the same resource meanwhile: ``run.row`` is that one."""
        own = self.row, self.tried, self._saved
        self.row = row
        try:
            yield self.call_for(row)
        finally:
            self.row, self.tried, self._saved = own

    def event(self, row: ResourceRow, shown: Any = None) -> None:
        """Note the row's present state as an event; it is written with the next change."""
        event = resource_event(row, self.tools.now(), engine_id=self.tools.engine_id(), properties=shown)
        self.unwritten.append({**event, "told": self.context.stack.has_sinks})

    def state(
        self, row: ResourceRow, action: str, status: str, reason: str = STATE_CHANGED, **values: Any
    ) -> ResourceRow:
        """The row in a new state, with the time."""
        return dataclasses.replace(
            row, action=action, status=status, status_reason=reason, updated_at=self.tools.now(), **values
        )

    # --- writing ------------------------------------------------------------------------------

    def commit(self, **change: Any) -> Steps[Verdict]:
        """Write a change with the events noted so far. Raises LetGo when the lease is lost.

        The first record that says anything about a resource is refused when a newer traversal runs: that one was
        planned without it. Then the node ends and nothing was done.
        """
        if self.cleared and "progress" in change:
            change["progress"] = {**(change["progress"] or {}), "cleared": list(self.cleared)}
        events, self.unwritten = tuple(self.unwritten), []
        begins = not self.begun and bool(change.get("rows") or change.get("removed"))
        verdict = yield Commit(Change(self.lease, events=events, begins=begins, **change))
        if verdict is Verdict.LOST:
            raise LetGo
        if begins and verdict is Verdict.SUPERSEDED:
            yield from self.end()
            raise LetGo
        self.begun = self.begun or begins
        return verdict

    def begin(self, *rows: ResourceRow) -> Steps[None]:
        """Write the rows before the first effect on a cloud."""
        self.begun = False
        yield from self.commit(rows=rows)

    def end(self, *rows: ResourceRow, removed: tuple[str, ...] = ()) -> Steps[None]:
        """The node is done."""
        yield from self.commit(rows=rows, removed=removed, end=NodeState.DONE)

    def fail(self, failure: str, *rows: ResourceRow) -> Steps[None]:
        """The node failed; ``failure`` becomes the stack's reason when it is the first."""
        yield from self.commit(rows=rows, end=NodeState.FAILED, failure=failure)

    def park(self, *rows: ResourceRow) -> Steps[None]:
        """Let go of the node, in the middle of its operation, until it is woken; never comes back."""
        self.in_the_middle = True
        yield from self.commit(rows=rows, park=True, park_seconds=LONGEST_PARK, progress=IN_THE_MIDDLE)
        raise LetGo

    # --- steps --------------------------------------------------------------------------------

    def step(self, work: Callable[[], T], *, conflicts: bool = False) -> Steps[T]:
        """Do one piece of work; what is transient is tried again with growing pauses.

        ``conflicts`` counts "busy" among the transient. Each try sees the lease checked by the adapters. A service
        that only asks for patience (429) is given more of it than one that fails. Where the first call finds no room
        under the limit of its service the work is begun anew in its turn, and nothing waits in a thread meanwhile.
        """
        self.failures = refusals = 0
        ticket: turns.Ticket | None = None
        while True:
            try:
                with turns.step(ticket):
                    return work()
            except turns.Queued as queued:
                ticket = queued.ticket
            except (CloudTransient, CloudConflict) as error:
                ticket = None
                if not (isinstance(error, CloudTransient) or conflicts):
                    raise
                if error.status == 429:
                    refusals += 1
                else:
                    self.failures += 1
                if self.failures > self.tools.retries or refusals > MOST_REFUSALS:
                    raise
                pause = pause_after(error, self.failures + refusals)
                LOG.info("node %s: %s; trying again in %.1f s", self.lease.key, error, pause)
                yield from self.pause(pause)
            if ticket is not None:
                yield from self._wait(Turn(ticket))

    def pause(self, seconds: float) -> Steps[None]:
        """Wait in the worker; let go of the node when it is superseded or the worker stops."""
        yield from self._wait(Sleep(seconds))

    def _wait(self, request: Sleep | Turn) -> Steps[None]:
        verdict = yield request
        if verdict is Verdict.SUPERSEDED:
            yield from self.end()
            raise LetGo
        if verdict is Verdict.DRAINING:
            yield from self.commit(free=True, progress=self._progress())
            raise LetGo
        if verdict is Verdict.LOST:
            raise LetGo

    def poll(self, call: Call, ask: Callable[[Call], Outcome], *, conflicts: bool = False) -> Steps[Done]:
        """Ask until done; long waits leave the worker, with the progress in the node's row."""
        while True:
            outcome = yield from self.step(lambda: ask(call), conflicts=conflicts)
            if isinstance(outcome, Done):
                self._keep(call)
                return outcome
            yield from self.wait(call, outcome)

    def wait(self, call: Call, outcome: Wait | Park) -> Steps[None]:
        """Wait as a step has asked for, with what it has noted stored; never comes back from a :class:`Park`."""
        yield from self._save(call, outcome)
        if isinstance(outcome, Wait):
            yield from self._wait_for(call, outcome)

    def _wait_for(self, call: Call, outcome: Wait) -> Steps[None]:
        call.seen.clear()
        watch = outcome.watch
        if watch is None:
            yield from self.pause(outcome.seconds)
            return
        region = getattr(call.cloud, "region", None)
        collection = (watch.service, watch.kind, watch.version, self.context.stack.project_id, region)

        def ask(ids: Collection[str]) -> dict[str, dict[str, Any]] | None:
            found: dict[str, dict[str, Any]] | None = call.cloud.service(watch.service).look(
                watch.kind, ids, version=watch.version
            )
            return found

        look = Look(watch, collection, ask)
        yield from self._wait(Sleep(outcome.seconds, look))
        if look.found is not None:
            call.seen[watch.id] = look.found

    def go_on(self, call: Call, **change: Any) -> Steps[None]:
        """The operation is begun: write that, with what the step has stored, before it is waited for."""
        self.in_the_middle = True
        self._keep(call)
        rows = (self.row,) if self.row is not None else ()
        yield from self.commit(rows=rows, progress=self._progress(), **change)

    def _save(self, call: Call, outcome: Wait | Park) -> Steps[None]:
        """Before a wait: what changed goes to the database, and a long wait takes the node there."""
        if isinstance(outcome, Park) and self.failing and not self._is_nested():
            raise Aborted("aborted: another resource of the stack has failed")
        self.in_the_middle = True
        changed = self._keep(call)
        if self.row is not None and isinstance(outcome, Wait) and outcome.physical_id is not None:
            self.row, changed = dataclasses.replace(self.row, physical_id=outcome.physical_id), True
        rows = (self.row,) if self.row is not None and changed else ()
        if isinstance(outcome, Park) or outcome.seconds >= self.tools.park_after:
            seconds = min(outcome.seconds or LONGEST_PARK, LONGEST_PARK)
            yield from self.commit(rows=rows, park=True, park_seconds=seconds, progress=self._progress())
            raise LetGo
        if changed:
            yield from self.commit(rows=rows, progress=self._progress())

    def _is_nested(self) -> bool:
        return self.row is not None and self.context.class_of_row(self.row).nested

    def _progress(self) -> dict[str, Any] | None:
        return IN_THE_MIDDLE if self.in_the_middle else None

    def _keep(self, call: Call) -> bool:
        """Put data and progress that a step changed into the row; whether there is anything to write."""
        if self.row is None:
            return bool(self.unwritten)
        if self._saved == (call.data, call.progress):
            return bool(self.unwritten)
        self._saved = (copy.deepcopy(call.data), copy.deepcopy(call.progress))
        self.row = dataclasses.replace(self.row, data=self.sealed(call))
        return True

    # --- failures -----------------------------------------------------------------------------

    def reason(self, error: Exception) -> str:
        """What went wrong, in the words of whoever refused: ``Kind: resources.name: text``."""
        name = f"resources.{self.node.name}"
        if isinstance(error, Error):
            kind = str(error.fields.get("kind") or error.type)
            text = error.message
            request_id = str(error.fields.get("request_id") or "")
            text += f" (request {request_id})" if request_id and request_id not in text else ""
            if not self.node.name:  # about the stack as a whole
                return f"{kind}: {text}"
            return f"{kind}: {name}{'.' if error.fields.get('below') else ': '}{text}"
        LOG.exception("resource %s of stack %s", self.node.name, self.node.stack_id, exc_info=error)
        return f"{type(error).__name__}: {name}: {error}"


def pause_after(error: CloudError, times: int) -> float:
    """Seconds before another try: what the service asks for, else growing; with some chance."""
    asked = getattr(error, "retry_after", None)
    if asked:
        return float(min(asked, LONGEST_ASKED) * random.uniform(1, 1.25))
    return float(min(0.5 * 2 ** (times - 1), LONGEST_PAUSE) * random.uniform(0.75, 1.25))


def let_go_if_lost(error: Exception) -> None:
    """Raise LetGo for an error after which nothing may be written: another worker has the node, or nobody."""
    if isinstance(error, LostLease | LetGo):
        raise LetGo from error
