"""What the types have in common whose object is a load balancer or a part of one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudConflict,
    CloudGone,
    Failed,
    Outcome,
    Props,
    Resource,
    Sibling,
    Wait,
    Watch,
    room,
)
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.octavia import busy, neighbours

# what is kept in the progress
BODY: Final = "body"  # what an update has yet to send
ASKED: Final = "asked"  # the deletion was accepted


class OctaviaObject(Resource):
    """A listener, a pool, …; subclasses name their ``kind`` and say how properties become a body.

    Octavia takes one change of a load balancer at a time: each step that is refused for that waits for the
    load balancer, however long it takes.

    What :meth:`find_existing` guarantees: an object without a name of its own is found by its physical name; one
    that the template names, and a kind without names, has a tag with the resource's id. An object is found exactly if
    this resource made it.
    """

    service = "load-balancer"
    kind: ClassVar[str] = ""
    has_name: ClassVar[bool] = True
    #: Properties that name what the object belongs to, by the kind of that; the first that is given counts.
    above: ClassVar[Mapping[str, str]] = {}
    #: The one of them whose id stands in the path of the object.
    inside: ClassVar[str] = ""
    #: Keys that Octavia calls differently.
    keys: ClassVar[Mapping[str, str]] = {}
    #: What is sent when a property is taken away by an update; null for those not listed.
    unset: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        return neighbours.named(cls, me, others)

    # --- bodies: pure -------------------------------------------------------------------------

    def body(self, props: Props, names: Iterable[str]) -> dict[str, Any]:
        """Octavia's keys and values for these properties, but for the name."""
        apart = {"name", self.inside}
        values = {name: self.unset.get(name) if _is_empty(props[name]) else props[name] for name in names}
        return {self.keys.get(name, name): value for name, value in values.items() if name not in apart}

    # --- create -------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        try:
            found = call.api.all(self.kind, self._above(props), **self._mark(props))
        except CloudGone:
            return None  # the pool or policy, and all that was in it
        return str(found[0]["id"]) if found else None

    def create(self, call: Call, props: Props) -> str | Wait:
        if waiting := busy.still(call):
            return waiting
        given = (name for name in props if not _is_empty(props[name]))
        body = self.body(props, given)
        if self.has_name:
            body["name"] = props.get("name") or self.record.physical_name
        mark = self._mark(props)
        if "tags" in mark:
            body["tags"] = [mark["tags"]]
        try:
            made = call.api.make(self.kind, body, self._above(props))
        except CloudConflict as refusal:
            return self._busy(call, refusal)
        rewind(call)
        return str(made["id"])

    def check_create(self, call: Call) -> Outcome:
        return self._settled(call)

    # --- replacement --------------------------------------------------------------------------

    def is_in_the_way(self, successor: Props) -> bool:
        """Whether Octavia has no room for this object and its successor at once: then it goes first."""
        return False

    def prepare_replace(self, call: Call) -> Outcome:
        if not self.is_in_the_way(Props(call.successor)):
            return DONE
        noted = room.about_to_go(call)
        return self.check_delete(call) if noted == DONE else noted

    def restore_replaced(self, call: Call) -> Outcome:
        if call.data.get(room.MADE_ROOM) and room.RESTORED not in call.progress:
            with contextlib.suppress(CloudGone):
                live = self.read(call)
                if busy.is_passing(live[busy.STATUS]):  # on its way out, maybe
                    return self._watch(call, live)
        return room.restore(self, call)

    # --- update -------------------------------------------------------------------------------

    def needs_replace_failed(self, call: Call) -> bool:
        try:
            return bool(self.read(call)[busy.STATUS] == "ERROR")
        except CloudGone:
            return True

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        """Note what is to be sent; :meth:`check_update` sends it when the load balancer is not busy."""
        body = self.body(props, changed)
        if self.has_name and "name" in changed:
            body["name"] = props.name or self.record.physical_name
        call.progress[BODY] = body

    def check_update(self, call: Call) -> Outcome:
        if call.progress.get(BODY):
            if waiting := busy.still(call):
                return waiting
            try:
                call.api.change(self.kind, self.physical_id, call.progress[BODY], self._above(Props(call.wanted)))
            except CloudConflict as refusal:
                return self._busy(call, refusal)
            call.progress[BODY] = None
            rewind(call)
        return self._settled(call)

    # --- delete -------------------------------------------------------------------------------

    def delete(self, call: Call) -> None:
        """:meth:`check_delete` asks Octavia, again if it must."""

    def check_delete(self, call: Call) -> Outcome:
        try:
            live = self.read(call)
            if busy.is_passing(live[busy.STATUS]):
                return self._watch(call, live)
            if call.progress.get(ASKED) and live[busy.STATUS] == "ERROR":
                raise Failed(f"It cannot be deleted: {busy.failure(self.kind, live)}")
            if waiting := busy.still(call):
                return waiting
            call.api.remove(self.kind, self.physical_id, self._above(Props(call.wanted)))
        except CloudGone:
            return DONE
        except CloudConflict as refusal:
            return self._busy(call, refusal)
        call.progress[ASKED] = True
        rewind(call)
        return self._watch(call, {**live, busy.STATUS: "PENDING_DELETE"})

    # --- look ---------------------------------------------------------------------------------

    def read(self, call: Call) -> dict[str, Any]:
        above = self._above(Props(call.wanted or self.record.properties))
        seen = call.take_seen(self._key(above))
        return without_status(seen) if seen else dict(call.api.show(self.kind, self.physical_id, above))

    def check(self, call: Call) -> Outcome:
        live = self.read(call)
        if live[busy.STATUS] == "ERROR":
            raise Failed(busy.failure(self.kind, live))
        return DONE

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: self.keys.get(name, name) for name in self.Properties.props}
        return {name: live[key] for name, key in found.items() if key in live}

    # --- inside -------------------------------------------------------------------------------

    def _above(self, props: Mapping[str, Any]) -> str:
        """The id that stands in the path, "" for a kind that has none there."""
        return str(props[self.inside]) if self.inside else ""

    def _mark(self, props: Props) -> dict[str, str]:
        """The query that finds the object of this resource and no other."""
        if self.has_name and not props.get("name"):
            return {"name": self.record.physical_name}
        return {"tags": f"resource-{self.record.id}"}  # not the name: a query takes commas for the ends of tags

    def _key(self, above: str) -> str:
        return f"{above}/{self.physical_id}" if above else self.physical_id

    def _settled(self, call: Call) -> Outcome:
        live = self.read(call)
        if live[busy.STATUS] == "ERROR":
            raise Failed(busy.failure(self.kind, live))
        return self._watch(call, live) if busy.is_passing(live[busy.STATUS]) else DONE

    def _watch(self, call: Call, live: Mapping[str, Any]) -> Wait:
        """Until the object leaves the status it has, or is gone."""
        above = self._above(Props(call.wanted or self.record.properties))
        return wait(call, Watch("load-balancer", self.kind, self._key(above), str(live[busy.STATUS])))

    def _busy(self, call: Call, refusal: CloudConflict) -> Wait:
        """Until the load balancer can be changed again; raises a refusal that has another reason."""
        if not busy.is_busy(refusal):
            raise refusal
        given = Props(call.wanted or self.record.properties)
        for name, kind in self.above.items():
            if given.get(name):
                return busy.wait_for(call, refusal, kind, given[name])
        return busy.wait_for(call, refusal, self.kind, self.physical_id)


def _is_empty(value: Any) -> bool:
    """Whether a template says nothing by a value: null for text is the empty text."""
    return value is None or value == ""


def without_status(seen: Mapping[str, Any]) -> dict[str, Any]:
    """An object of a list as it is when it is read alone."""
    return {key: value for key, value in seen.items() if key != "status"}
