"""A worker that dies right after a chosen request has changed the cloud, and the one that goes on for it.

What the dying step has written to progress and data is lost, as it would be with the process.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

from heat_mq.clients.cloud import Cloud
from heat_mq.errors import CloudConflict, CloudGone, CloudQuota, StepFailed
from heat_mq.resources.kit import Done, Props, Record, Resource
from heat_mq.resources.kit import names as physical_names
from heat_mq.resources.kit.testing import PATIENCE, Driver, _State
from tests.unit.resources.stack_users import StackUsers

Worker = TypeVar("Worker", bound="Mortal")


class Death(BaseException):
    """The end of a worker; nothing in a type may catch it."""


class Mortal:
    """Drives a type like :class:`Driver`, and dies after the ``at``-th change of these services, once."""

    ending: ClassVar[tuple[type[BaseException], ...]] = (Death,)

    def __init__(self, driver: Driver, at: int, services: Sequence[str]) -> None:
        self.driver = driver
        self.died = False
        self._left = at
        self._undo: list[Callable[[], None]] = []
        assert isinstance(driver.cloud, Cloud)
        users = driver.ports.get("signals")
        clouds = (driver.cloud, *((users.administrator,) if isinstance(users, StackUsers) else ()))
        for cloud, name in itertools.product(clouds, services):
            if not cloud.has(name):  # the catalog of a domain is short
                continue
            service: Any = cloud.service(name)
            service.request = self._deadly(type(service).request.__get__(service))
            self._undo.append(lambda service=service: service.__dict__.pop("request"))

    def close(self) -> None:
        for undo in self._undo:
            undo()

    @contextlib.contextmanager
    def leaving(self) -> Iterator[None]:
        """What nobody goes on with when it ends here; from then on the worker lives."""
        try:
            yield
        except self.ending:
            assert self.died
        self._left = 0

    @contextlib.contextmanager
    def alive(self) -> Iterator[None]:
        """Requests that it does not die after."""
        left, self._left = self._left, 0
        yield
        self._left = left

    def create(self, cls: type[Any], name: str, raw: dict[str, Any]) -> Record:
        state, props = self._begun(cls, name, raw)
        made, begun = None, False
        while made is None:
            try:
                if begun:
                    made = state.call("find_existing", lambda resource, call: resource.find_existing(call, props))
                begun = True
                if made is None:
                    made = state.make(props)
            except Death:
                continue
        state.record = dataclasses.replace(state.record, physical_id=made)
        self._until_done(state, "check_create")
        return dataclasses.replace(state.record, status="COMPLETE", properties=dict(props))

    def leave_create(self, cls: type[Any], name: str, raw: dict[str, Any]) -> Record:
        """A create that nobody goes on with: the record is as a worker leaves it that dies, or has made the object."""
        state, props = self._begun(cls, name, raw)
        state.record = dataclasses.replace(state.record, properties=dict(props))
        with self.leaving():
            state.record = dataclasses.replace(state.record, physical_id=state.make(props))
            state.wait("check_create", ())
        return state.record

    def never_made(self, cls: type[Any], name: str, raw: dict[str, Any]) -> Record:
        """A create that ended before anything was made."""
        state, props = self._begun(cls, name, raw)
        return dataclasses.replace(state.record, status="FAILED", properties=dict(props))

    def update(self, record: Record, raw: dict[str, Any]) -> Record:
        cls = Resource.registered[record.type]
        props = self.driver.props(cls, raw)
        changed = frozenset(name for name in props if props[name] != record.properties.get(name))
        state = _State(self.driver, cls, dataclasses.replace(record, action="UPDATE", status="IN_PROGRESS"))
        state.old, state.wanted = record.properties, props
        self._survive(state, "update", lambda resource, call: resource.update(call, props, changed), conflicts=True)
        self._until_done(state, "check_update")
        return dataclasses.replace(state.record, status="COMPLETE", properties=dict(props))

    def leave_update(self, record: Record, raw: dict[str, Any]) -> None:
        """An update that nobody goes on with when the worker dies."""
        with self.leaving():
            self.driver.update(record, raw)

    def leave(self, record: Record, verb: str) -> Record:
        """Any verb that is asked until it is done, and that nobody goes on with when the worker dies."""
        state = _State(self.driver, Resource.registered[record.type], record)
        with self.leaving():
            state.wait(verb, ())
        return state.record

    def delete(self, record: Record) -> None:
        state = _State(self.driver, Resource.registered[record.type], record)

        def delete(resource: Any, call: Any) -> None:
            try:
                resource.delete(call)
            except (CloudGone, CloudConflict):
                return

        self._survive(state, "delete", delete)
        self._until_done(state, "check_delete")

    def until_done(self, record: Record, verb: str) -> Record:
        """Any verb that is asked until it is done."""
        state = _State(self.driver, Resource.registered[record.type], record)
        self._until_done(state, verb)
        return state.record

    def prepare_replace(self, record: Record, raw: dict[str, Any]) -> None:
        """Let the object make room for a successor with these properties."""
        cls = Resource.registered[record.type]
        state = _State(self.driver, cls, record)
        state.successor = self.driver.props(cls, raw)
        self._until_done(state, "prepare_replace")

    def once(self, record: Record, verb: str) -> None:
        """Any verb that is asked once."""
        state = _State(self.driver, Resource.registered[record.type], record)
        self._survive(state, verb, lambda resource, call: getattr(resource, verb)(call))

    def saved(self, record: Record) -> None:
        """What the deletion policy Snapshot does before the object is deleted."""
        state = _State(self.driver, Resource.registered[record.type], record)
        self._survive(state, "snapshot_delete", lambda resource, call: resource.snapshot_delete(call))
        self._until_done(state, "check_snapshot_delete")

    def _begun(self, cls: type[Any], name: str, raw: dict[str, Any]) -> tuple[_State, Props]:
        props = self.driver.props(cls, raw)
        id = str(uuid.uuid4())
        limit = cls.name_limit or physical_names.DEFAULT_LIMIT
        record = Record(
            id=id,
            name=name,
            type=cls.type,
            stack_id=self.driver.stack_id,
            stack_name=self.driver.stack_name,
            project_id=getattr(self.driver.cloud, "project_id", "project"),
            physical_name=physical_names.physical_name(self.driver.stack_name, name, id, limit),
            action="CREATE",
            status="IN_PROGRESS",
        )
        self.driver.data[id] = {}
        state = _State(self.driver, cls, record)
        state.wanted = props
        return state, props

    def _survive(self, state: _State, verb: str, run: Callable[[Any, Any], Any], *, conflicts: bool = False) -> Any:
        """With ``conflicts`` what the service has no time for is asked again, as the scheduler does."""
        for left in reversed(range(PATIENCE)):
            try:
                return state.call(verb, run)
            except Death:
                continue
            except CloudConflict:
                if not conflicts or not left:
                    raise
                self.driver._pass(1.0)
        raise AssertionError(f"{verb} does not end")

    def _until_done(self, state: _State, verb: str) -> Done:
        for _ in range(PATIENCE):
            outcome = self._survive(state, verb, lambda resource, call: getattr(resource, verb)(call))
            if isinstance(outcome, Done):
                return outcome
            state.heed(outcome)
        raise AssertionError(f"{verb} does not end")

    def _deadly(self, request: Callable[..., Any]) -> Callable[..., Any]:
        def deadly(method: str, *args: Any, **kwargs: Any) -> Any:
            answer = request(method, *args, **kwargs)
            if self._is_the_one(method, args[0]):
                raise Death
            return answer

        return deadly

    def _is_the_one(self, method: str, path: str) -> bool:
        """Whether a request is the one at which it dies; Cinder associates by GET."""
        if method not in ("GET", "HEAD") or "associate" in path:
            self._left -= 1
            self.died = self.died or self._left == 0
            return self._left == 0
        return False


class Refused(Mortal):
    """Gets no answer but a refusal to the chosen request, once, and lives on: what the step has written is stored."""

    ending: ClassVar[tuple[type[BaseException], ...]] = (CloudQuota, StepFailed)

    def _deadly(self, request: Callable[..., Any]) -> Callable[..., Any]:
        def refusing(method: str, *args: Any, **kwargs: Any) -> Any:
            if self._is_the_one(method, args[0]):
                raise CloudQuota("the quota is used up", status=403)
            return request(method, *args, **kwargs)

        return refusing


def every_death(driver: Driver, *services: str) -> Iterator[Mortal]:
    """A worker for each moment at which it can die, and last one that lives.

    The scenario in the loop is run once for each.
    """
    return _each(Mortal, driver, services)


def every_refusal(driver: Driver, *services: str) -> Iterator[Refused]:
    """A worker for each request that may be refused, and last one that is refused nothing."""
    return _each(Refused, driver, services)


def _each(kind: type[Worker], driver: Driver, services: Sequence[str]) -> Iterator[Worker]:
    for at in itertools.count(1):
        mortal = kind(driver, at, services)
        try:
            yield mortal
        finally:
            mortal.close()
        if not mortal.died:
            return
