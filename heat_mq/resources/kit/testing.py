"""Run one type's verbs against a cloud, without engine, loop or database, in the engine's order.

Between any two steps progress and data go through JSON and a new instance is made, as when another
worker goes on. ``lose`` names verbs whose first result is lost, as when the worker dies after the call and before
the commit: the verb is done again as the engine would, a create through ``find_existing``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from heat_mq.clock import Clock, FakeClock
from heat_mq.errors import CloudConflict, CloudGone, CloudTransient, InvalidTemplate, NotFound, Problem, StepFailed
from heat_mq.resources.kit import convert, names, translate
from heat_mq.resources.kit.call import Call, Cloud, Record
from heat_mq.resources.kit.live import observed
from heat_mq.resources.kit.outcome import Done, Outcome, Park, Replace, Wait
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource
from heat_mq.resources.kit.schema import Lookup

#: Looks after which a test has waited long enough.
PATIENCE = 200


class Driver:
    """Creates, updates, checks and deletes resources as an engine would.

    It waits on its clock, which a :class:`FakeClock` makes short; ``ports`` are further fields of :class:`Call`
    (``signals``, ``children``, …). A function is asked for the port of each step, with the record and its data.
    """

    def __init__(self, cloud: Cloud, clock: Clock | None = None, *, stack_name: str = "stack", **ports: Any) -> None:
        self.cloud = cloud
        self.clock = clock or FakeClock()
        self.stack_name = stack_name
        self.stack_id = str(uuid.uuid4())
        self.ports = ports
        self.data: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []

    # --- life ---------------------------------------------------------------------------------

    def create(
        self, cls: type[Resource], name: str, raw: Mapping[str, Any] | None = None, *, lose: Collection[str] = ()
    ) -> Record:
        """Create and wait until it is done. Raises what the verbs raise, InvalidTemplate for wrong properties."""
        state, props = self._begin(cls, name, raw or {}, lose)
        state.wait("check_create", lose)
        return dataclasses.replace(state.record, status="COMPLETE", properties=dict(props))

    def begin(self, cls: type[Resource], name: str, raw: Mapping[str, Any] | None = None) -> Record:
        """Create and stop where the id would be stored; nobody has waited for the object yet."""
        state, props = self._begin(cls, name, raw or {}, ())
        return dataclasses.replace(state.record, properties=dict(props))

    def _begin(
        self, cls: type[Resource], name: str, raw: Mapping[str, Any], lose: Collection[str]
    ) -> tuple[_State, Props]:
        props = self.props(cls, raw)
        id = str(uuid.uuid4())
        limit = cls.name_limit if cls.name_limit is not None else names.DEFAULT_LIMIT
        record = Record(
            id=id,
            name=name,
            type=cls.type,
            stack_id=self.stack_id,
            stack_name=self.stack_name,
            project_id=str(getattr(self.cloud, "project_id", "project")),
            physical_name=names.physical_name(self.stack_name, name, id, limit),
            action="CREATE",
            status="IN_PROGRESS",
        )
        self.data[id] = {}
        state = _State(self, cls, record)
        state.wanted = props
        made = state.make(props, keep="create" not in lose)
        if "create" in lose:
            made = state.call("find_existing", lambda resource, call: resource.find_existing(call, props))
            if made is None:
                made = state.make(props)
        state.record = dataclasses.replace(record, physical_id=made if made is not None else record.physical_name)
        return state, props

    def update(
        self, record: Record, raw: Mapping[str, Any], *, lose: Collection[str] = (), observe: bool = False
    ) -> Record:
        """Update in place; raises :class:`Replace` when the change needs a new object.

        With ``observe`` what is really there is compared, and CloudGone raised when nothing is.
        """
        cls = Resource.registered[record.type]
        props = self.props(cls, raw)
        state = _State(self, cls, dataclasses.replace(record, action="UPDATE", status="IN_PROGRESS"))
        state.old = self._seen(record, props) if observe else record.properties
        state.wanted = props
        changed = frozenset(name for name in props if props[name] != state.old.get(name))
        if any(not cls.Properties.props[name].in_place for name in changed):
            raise Replace(f"{', '.join(sorted(changed))} cannot be changed in place")
        if state.call("needs_replace", lambda resource, call: resource.needs_replace(call, props, changed)):
            raise Replace()
        for _ in range(2 if "update" in lose else 1):
            state.call("update", lambda resource, call: resource.update(call, props, changed))
        state.wait("check_update", lose)
        return dataclasses.replace(state.record, status="COMPLETE", properties=dict(props))

    def take_back(self, record: Record, raw: Mapping[str, Any]) -> None:
        """Update to what the record says, as a rollback does, after an update to ``raw`` that did not end.

        Raises :class:`Replace` when that needs a new object.
        """
        self._update_after(record, self.props(Resource.registered[record.type], raw), Props(record.properties))

    def update_again(self, record: Record, raw: Mapping[str, Any]) -> Record:
        """The same update once more, after one that did not end; raises as :meth:`take_back`."""
        props = self.props(Resource.registered[record.type], raw)
        return self._update_after(record, props, props)

    def _update_after(self, record: Record, tried: Props, props: Props) -> Record:
        cls = Resource.registered[record.type]
        state = _State(self, cls, dataclasses.replace(record, action="UPDATE", status="IN_PROGRESS"))
        old = record.properties
        state.old, state.wanted, state.tried = old, props, [tried]
        changed = frozenset(
            name
            for name in cls.Properties.props
            if props.get(name) != tried.get(name) or props.get(name) != old.get(name)
        )
        if state.call("needs_replace", lambda resource, call: resource.needs_replace(call, props, changed)):
            raise Replace()
        state.insist("update", lambda resource, call: resource.update(call, props, changed))
        state.wait("check_update", ())
        return dataclasses.replace(state.record, status="COMPLETE", properties=dict(props))

    def delete(
        self,
        record: Record,
        *,
        lose: Collection[str] = (),
        successor: Mapping[str, Any] = Props({}),
        tried: Mapping[str, Any] | None = None,
    ) -> None:
        """Delete and wait until it is gone; what passes is tried again, as the scheduler does.

        ``tried`` is what an update that did not end wanted.
        """
        state = _State(
            self, Resource.registered[record.type], dataclasses.replace(record, action="DELETE", status="IN_PROGRESS")
        )
        state.successor = successor
        state.tried = [] if tried is None else [self.props(state.cls, tried)]
        for _ in range(2 if "delete" in lose else 1):
            with contextlib.suppress(CloudGone):
                state.insist("delete", lambda resource, call: resource.delete(call))
        state.wait("check_delete", lose)

    def delete_begun(self, record: Record) -> None:
        """Delete what a create has made whose worker died before it could tell, as the scheduler does."""
        cls = Resource.registered[record.type]
        state = _State(self, cls, record)
        try:
            found = state.call("find_existing", lambda it, call: it.find_existing(call, Props(record.properties)))
        except (CloudGone, NotFound):
            found = None
        if found is not None or cls.made_in_parts:
            self.delete(dataclasses.replace(record, physical_id=found))

    def check(self, record: Record) -> None:
        """Raises what is wrong with the object."""
        _State(self, Resource.registered[record.type], record).wait("check", ())

    # --- looks --------------------------------------------------------------------------------

    def drift(self, record: Record, raw: Mapping[str, Any]) -> set[str]:
        """Names of the properties whose live values are not as ``raw`` asks; raises CloudGone."""
        props = self.props(Resource.registered[record.type], raw)
        seen = self._seen(record, props)
        return {name for name in props if props[name] != seen.get(name)}

    def _seen(self, record: Record, props: Props) -> dict[str, Any]:
        cls = Resource.registered[record.type]
        state = _State(self, cls, record)
        state.wanted = props
        live = state.call("live_properties", lambda resource, call: resource.live_properties(call, resource.read(call)))
        return observed(cls.Properties, record.properties, live, props)

    def read(self, record: Record) -> dict[str, Any]:
        cls = Resource.registered[record.type]
        return dict(_State(self, cls, record).call("read", lambda resource, call: resource.read(call)))

    def attribute(self, record: Record, name: str) -> Any:
        live = self.read(record)
        state = _State(self, Resource.registered[record.type], record)
        return state.call("attribute", lambda resource, call: resource.attribute(call, live, name))

    def reference(self, record: Record) -> Any:
        return Resource.registered[record.type](record).reference_id(self.data[record.id])

    def needs_replace_failed(self, record: Record) -> bool:
        state = _State(self, Resource.registered[record.type], record)
        return bool(state.call("needs_replace_failed", lambda resource, call: resource.needs_replace_failed(call)))

    def finish(self, record: Record, verb: str) -> Record:
        """Any verb that is asked until it is done: ``restore_replaced``, ``check_suspend``, …"""
        state = _State(self, Resource.registered[record.type], record)
        state.wait(verb, ())
        return state.record

    def prepare_replace(self, record: Record, raw: Mapping[str, Any]) -> None:
        """Let the object make room for a successor with these properties."""
        cls = Resource.registered[record.type]
        state = _State(self, cls, record)
        state.successor = self.props(cls, raw)
        state.wait("prepare_replace", ())

    def clean_up(self, old: Record, new: Record) -> None:
        """Delete the object of a row that another has taken over from, as the scheduler does, and no other."""
        successor = Props(new.properties) if old.physical_id == new.physical_id else Props({})
        if not successor or not Resource.registered[old.type](old).is_same(successor):
            self.delete(old, successor=successor)

    def run(self, record: Record, verb: str) -> Any:
        """Any other verb that takes a call alone: ``suspend``, ``resume``, …"""
        state = _State(self, Resource.registered[record.type], record)
        return state.call(verb, lambda resource, call: getattr(resource, verb)(call))

    def props(self, cls: type[Resource], raw: Mapping[str, Any]) -> Props:
        """Property values as a step sees them: converted, validated, names looked up."""
        problems: list[Problem] = []
        values = convert.convert(cls.Properties, raw, problems.append)
        problems += cls.validate(values) if not problems else ()
        if problems:
            raise InvalidTemplate(problems)
        return Props(translate.translate(cls.Properties, values, self._find))

    # --- inside -------------------------------------------------------------------------------

    def _find(self, lookup: Lookup, name: str) -> str:
        return str(self.cloud.service(lookup.service).find(lookup.kind, name))

    def _pass(self, seconds: float) -> None:
        self.clock.sleep(seconds)


class _State:
    """One operation on one resource: what would be stored between its steps."""

    def __init__(self, driver: Driver, cls: type[Resource], record: Record) -> None:
        self.driver = driver
        self.cls = cls
        self.record = record
        self.progress: dict[str, Any] = {}
        self.old: Mapping[str, Any] = {}
        self.wanted: Mapping[str, Any] = record.properties
        self.tried: list[Mapping[str, Any]] = []
        self.successor: Mapping[str, Any] = {}

    def call(self, verb: str, run: Any, *, keep: bool = True) -> Any:
        """Run a verb on a fresh instance; ``keep=False`` forgets what it stored."""
        data = json.loads(json.dumps(self.driver.data[self.record.id]))
        ports = {name: port(self.record, data) if callable(port) else port for name, port in self.driver.ports.items()}
        call = Call(
            cloud=self.driver.cloud,
            clock=self.driver.clock,
            api=self.driver.cloud.service(self.cls.service) if self.cls.service else None,
            progress=json.loads(json.dumps(self.progress)),
            data=data,
            old=self.old,
            tried=self.tried,
            successor=self.successor,
            **{"wanted": self.wanted, **ports},
        )
        try:
            answer = run(self.cls(self.record), call)
        except Exception:
            self.driver.data[self.record.id] = json.loads(json.dumps(call.data))  # a step that fails is stored too
            raise
        if keep:
            self.progress = json.loads(json.dumps(call.progress))
            self.driver.data[self.record.id] = json.loads(json.dumps(call.data))
        return answer

    def insist(self, verb: str, run: Any) -> None:
        """Run a verb; what passes is tried again, as the scheduler does."""
        for _ in range(PATIENCE):
            try:
                self.call(verb, run)
            except (CloudConflict, CloudTransient) as passing:
                self.driver.notes.append(str(passing))
                self.driver._pass(1.0)
            else:
                return
        raise StepFailed(f"{self.record.name}: {verb} fails {PATIENCE} times: {self.driver.notes[-1]}")

    def make(self, props: Props, *, keep: bool = True) -> str | None:
        """The id that ``create`` answers, when it is not told to wait any more."""
        for _ in range(PATIENCE):
            made: str | Wait | None = self.call(
                "create", lambda resource, call: resource.create(call, props), keep=keep
            )
            if not isinstance(made, Wait):
                return made
            self.driver._pass(made.seconds)
        raise StepFailed(f"{self.record.name} is not made after {PATIENCE} times create")

    def heed(self, wait: Wait) -> None:
        """Wait, with what it tells stored."""
        if wait.physical_id is not None:
            self.record = dataclasses.replace(self.record, physical_id=wait.physical_id)
        self.driver._pass(wait.seconds)

    def wait(self, verb: str, lose: Collection[str]) -> Done:
        """Repeat a check until it is done; the result of the first one is lost when ``verb`` is in ``lose``."""
        lost = verb in lose
        for _ in range(PATIENCE):
            outcome: Outcome = self.call(verb, lambda resource, call: getattr(resource, verb)(call), keep=not lost)
            if lost:
                lost = False
                continue
            match outcome:
                case Done():
                    return outcome
                case Wait():
                    self.heed(outcome)
                case Park(seconds):
                    self.driver._pass(seconds or 60.0)
        raise StepFailed(f"{self.record.name} is not done after {PATIENCE} times {verb}")
