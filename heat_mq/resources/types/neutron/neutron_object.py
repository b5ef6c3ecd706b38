"""What the types have in common whose physical object is one object of Neutron with an id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import DONE, Call, CloudConflict, CloudGone, Failed, Outcome, Props, Wait, Watch, room
from heat_mq.resources.kit.names import marker
from heat_mq.resources.kit.unfinished import DROPPED, WholeOrNothing, is_unfinished

#: States that pass by themselves. All others but ERROR count as there: a port without host is DOWN.
PASSING: Final = frozenset({"BUILD", "ALLOCATING", "PENDING_CREATE", "PENDING_UPDATE"})
GONE: Final = "gone"  # progress: the service has said so
GIVEN_UP: Final = "given_up"  # data: what the object had before its successor was to have it
_DESCRIBES: Final = "standard-attr-description"


class NeutronObject(WholeOrNothing):
    """A network, a port, …; subclasses name their ``kind`` and say how properties become a body.

    What :meth:`find_existing` guarantees: an object without a name of its own is found by its physical name; one
    that the template names, or that has no name, carries the resource's id in its description, until
    ``check_create`` puts the description there that the template asks for. An object is found exactly if
    this resource made it. Only where Neutron has no descriptions (before 2016) a named one cannot be found.
    Kinds that keep no description have the physical name until ``check_create`` (``described`` False); what cannot
    be changed once it is made (``changeable`` False) is marked if the template gives no description; what the service
    holds only once is found by what it is (``unique``).
    """

    service = "network"
    kind: ClassVar[str] = ""
    has_name: ClassVar[bool] = True
    described: ClassVar[bool] = True
    changeable: ClassVar[bool] = True
    passing: ClassVar[frozenset[str]] = PASSING
    #: Whether a deleted object is there for a while, until agents have undone it; all others go with the answer.
    lingers: ClassVar[bool] = False
    #: Properties, keys of a body too, of which the service refuses a second object with the same values.
    unique: ClassVar[tuple[str, ...]] = ()
    #: Keys that Neutron calls differently.
    keys: ClassVar[Mapping[str, str]] = {}
    #: Properties that are no attributes of the object, or need more than another key.
    apart: ClassVar[frozenset[str]] = frozenset()
    #: What is sent when a property is taken away by an update; nothing for those not listed.
    unset: ClassVar[Mapping[str, Any]] = {}

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """Whether Neutron has no room for this object and its successor at once: then it goes first."""
        mine = self.record.properties
        return bool(self.unique) and all(mine.get(name) == successor[name] for name in self.unique)

    # --- bodies: pure but for looking up names ------------------------------------------------

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        """What a create sends, but for the name and value_specs. Subclasses add what stands in ``apart``."""
        return {self.keys.get(name, name): props[name] for name in self._plain(props) if props[name] is not None}

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        """What an update sends, but for the name and value_specs."""
        found = {}
        for name in self._plain(props):
            if name in changed and (props[name] is not None or name in self.unset):
                found[self.keys.get(name, name)] = self.unset[name] if props[name] is None else props[name]
        return found

    def finish(self, call: Call, rest: dict[str, Any]) -> None:
        """Do what a create leaves for later, from what :meth:`later` said; safe to repeat."""

    def later(self, props: Props) -> dict[str, Any]:
        """JSON for :meth:`finish`: what needs calls of its own once the id is stored."""
        return {}

    # --- create -------------------------------------------------------------------------------

    def create(self, call: Call, props: Props) -> str:
        body = self._asked(call, props)
        mark = self._mark(call, props, body)
        self._plan(call, props, body, mark)
        made = call.api.create(self.kind, body | mark)
        # Most objects are there at once: then nobody needs to ask again.
        call.progress["built"] = str(made.get("status") or "ACTIVE") not in self.passing | {"ERROR"}
        return str(made["id"])

    def find_existing(self, call: Call, props: Props) -> str | None:
        body = self._asked(call, props)
        mark = self._mark(call, props, body)
        self._plan(call, props, body, mark)
        found = call.api.all(self.kind, **mark) if mark else []
        return str(found[0]["id"]) if found else None

    def check_create(self, call: Call) -> Outcome:
        """Wait until it is built: services refuse changes of what is not."""
        if not call.progress.get("built"):
            outcome = self._built(call)
            if outcome != DONE:
                return outcome
            call.progress["built"] = True
        rest = call.progress.get("later")
        if rest:
            call.progress["built"] = self._finish(call, rest)
            call.progress["later"] = None
        return DONE if call.progress["built"] else self._built(call)

    # --- update -------------------------------------------------------------------------------

    def is_broken(self, live: Mapping[str, Any]) -> bool:
        return str(live.get("status")) == "ERROR"

    def prepare_replace(self, call: Call) -> Outcome:
        """An unfinished object goes first, all of it: Neutron keeps some things, such as an address, only once."""
        if not is_unfinished(self.record):
            return self._make_room(call)
        super().prepare_replace(call)
        return self.check_delete(call) if call.data.get(DROPPED) else DONE

    def restore_replaced(self, call: Call) -> Outcome:
        """Take back what was given up, or make the object anew that went."""
        if GIVEN_UP in call.data:
            call.api.change(self.kind, self.physical_id, call.data[GIVEN_UP])
            del call.data[GIVEN_UP]
        return room.restore(self, call)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        body = self.changes(call, props, changed)
        if self.has_name and "name" in changed:
            body["name"] = props.name or self.record.physical_name
        if "value_specs" in changed:
            maybe = call.maybe("value_specs")
            specs = (props.value_specs or {}).items()
            body |= {key: value for key, value in specs if any(given.get(key) != value for given in maybe) or not maybe}
        if body:
            call.api.change(self.kind, self.physical_id, body)
        if "tags" in changed:
            call.api.tag(self.kind, self.physical_id, props.tags or [])

    def check_update(self, call: Call) -> Outcome:
        return self._built(call)

    # --- delete -------------------------------------------------------------------------------

    def delete(self, call: Call) -> None:
        call.api.remove(self.kind, self.physical_id)
        call.progress[GONE] = not self.lingers

    def check_delete(self, call: Call) -> Outcome:
        if call.progress.get(GONE):
            return DONE
        try:
            return self._wait(self.read(call))
        except CloudGone:
            return DONE

    # --- look ---------------------------------------------------------------------------------

    def read(self, call: Call) -> dict[str, Any]:
        return call.take_seen(self.physical_id) or dict(call.api.show(self.kind, self.physical_id))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        """What a create sends, the other way round. Subclasses add what stands in ``apart``."""
        found = {name: self.keys.get(name, name) for name in (*self._plain(Props(call.wanted)), "name", "tags")}
        seen = {name: live[key] for name, key in found.items() if key in live}
        specs = call.wanted.get("value_specs") or {}
        # What the service does not show of them cannot be told.
        return seen | {"value_specs": {key: live.get(key, value) for key, value in specs.items()}}

    def check(self, call: Call) -> Outcome:
        live = self.read(call)
        if live.get("status") == "ERROR":
            raise Failed(f"{self.kind} {live.get('name') or self.physical_id} is in status ERROR")
        return DONE

    def reference_id(self, data: Mapping[str, Any]) -> str | None:
        return self.record.physical_id

    # --- inside -------------------------------------------------------------------------------

    def _give_up(self, call: Call, without: Mapping[str, Any], *beside: str) -> Outcome:
        """Leave to the successor what the object has under the keys of ``without``; ``beside`` goes with that."""
        if GIVEN_UP not in call.data:
            live = self.read(call)
            if not any(live.get(key) for key in without):
                return DONE
            call.data[GIVEN_UP] = {key: live[key] for key in (*without, *beside)}
            return Wait(0)  # it is stored before it is gone: nobody could tell it then
        call.api.change(self.kind, self.physical_id, dict(without))
        return DONE

    def _make_room(self, call: Call) -> Outcome:
        if not self.is_in_the_way(call, Props(call.successor)):
            return DONE
        noted = room.about_to_go(call)
        if noted != DONE:
            return noted
        try:
            self.delete(call)
        except CloudConflict:
            del call.data[room.MADE_ROOM]  # others need it: the create will tell what is in its way
        except CloudGone:
            pass
        return DONE

    def _plain(self, props: Props) -> list[str]:
        """Properties that are sent as they are, by another key at most."""
        schema = self.Properties.props
        special = self.apart | {"name", "tags", "value_specs"}
        return [name for name in props if name not in special and name in schema and not schema[name].hidden]

    def _specs(self, props: Props) -> dict[str, Any]:
        return dict(props.get("value_specs") or {})

    def _is_marked(self, props: Props) -> bool:
        """Whether the name cannot tell whose object it is."""
        return not self.has_name or bool(props.name) or "name" in self._specs(props)

    def _asked(self, call: Call, props: Props) -> dict[str, Any]:
        """The object as the template asks for it."""
        body = self.body(call, props) | self._specs(props)
        if self.has_name:
            body["name"] = props.name or self.record.physical_name
        return body

    def _mark(self, call: Call, props: Props, body: Mapping[str, Any]) -> dict[str, Any]:
        """Values that no object but this resource's has; {} where there is no place for any."""
        if self.unique:
            return {key: body[key] for key in self.unique}
        if not self._is_marked(props) or not self.described:
            return {"name": self.record.physical_name}
        if _DESCRIBES not in call.api.extensions() or (not self.changeable and body.get("description")):
            return {}
        return {"description": marker(self.record)}

    def _plan(self, call: Call, props: Props, body: Mapping[str, Any], mark: Mapping[str, Any]) -> None:
        """Note what the mark stands in place of, and what else is for later."""
        rest = self.later(props)
        if props.get("tags"):
            rest["tags"] = list(props.tags)
        hidden = {key: body[key] for key in mark if key in body and body[key] != mark[key]}
        if hidden and self.changeable:
            rest["hidden"] = hidden
        call.progress["later"] = rest

    def _finish(self, call: Call, rest: dict[str, Any]) -> bool:
        """Do what is for later; whether the object is at rest after it."""
        live = call.api.change(self.kind, self.physical_id, rest["hidden"]) if "hidden" in rest else {}
        if "tags" in rest:
            call.api.tag(self.kind, self.physical_id, rest["tags"])
        self.finish(call, rest)
        return str(live.get("status") or "ACTIVE") not in self.passing

    def _built(self, call: Call) -> Outcome:
        live = self.read(call)
        status = str(live.get("status") or "ACTIVE")
        if status == "ERROR":
            raise Failed(f"{self.kind} {live.get('name') or self.physical_id} went to status ERROR")
        return self._wait(live) if status in self.passing else DONE

    def _wait(self, live: Mapping[str, Any]) -> Wait:
        """Until the object leaves the status it has, or is gone."""
        return Wait(1, Watch("network", self.kind, self.physical_id, str(live.get("status"))))
