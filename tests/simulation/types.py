"""Resource types on the fake cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    Failed,
    Int,
    List,
    Outcome,
    Park,
    Props,
    Replace,
    Resource,
    Schema,
    Str,
    Wait,
    registry,
)


class Thing(Resource):
    """An object of the fake cloud that takes some looks to be ready, and may use others."""

    type = "Sim::Thing"
    service = "sim"
    observed = frozenset({"value", "uses"})

    class Properties(Schema):
        value = Str("Changed in place.", default="", update=IN_PLACE)
        fixed = Str("A change replaces.", default="")
        late = Str("The update finds out that it must replace.", default="", update=IN_PLACE)
        sealed = Str("Cannot be changed at all.", default="", immutable=True)
        uses = List("Ids of objects that this one uses.", default=[], update=IN_PLACE)
        looks = Int("Looks until it is ready.", default=1, update=IN_PLACE)
        fail = Bool("Goes to ERROR instead.", default=False, update=IN_PLACE)
        healthy = Bool("A failed one is updated, not replaced.", default=False, update=IN_PLACE)
        gives = Bool("Gives its value up for its successor.", default=False, update=IN_PLACE)
        goes = Bool("Goes itself when its successor has the same value.", default=False, update=IN_PLACE)
        park = Bool("Waits outside of the worker.", default=False, update=IN_PLACE)
        held = Int("Times that its create is told to wait.", default=0, update=IN_PLACE)
        hush = Str("Shown to nobody.", default="", update=IN_PLACE, secret=True)

    class Attributes(Schema):
        value = Str("The value that the object has.")
        state = Str("Changes by itself.", cached=False)

    def find_existing(self, call: Call, props: Props) -> str | None:
        found: str | None = call.api.find(self.record.physical_name)
        return found

    def create(self, call: Call, props: Props) -> str | Wait:
        call.progress["tries"] = call.progress.get("tries", 0) + 1
        if call.progress["tries"] <= props.held:
            return Wait(5)
        return str(call.api.make(self.record.physical_name, {"value": props.value, "uses": props.uses}))

    def check_create(self, call: Call) -> Outcome:
        return self._ready(call)

    def needs_replace_failed(self, call: Call) -> bool:
        return not self.record.properties.get("healthy") or call.api.get(self.physical_id)["state"] == "ERROR"

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        if "late" in changed:
            raise Replace
        call.api.change(self.physical_id, {"value": props.value, "uses": props.uses})

    def check_update(self, call: Call) -> Outcome:
        return self._ready(call)

    def prepare_replace(self, call: Call) -> Outcome:
        if self.record.properties.get("gives") and "given_up" not in call.data:
            call.data["given_up"] = call.api.get(self.physical_id)["value"]
            call.api.change(self.physical_id, {"value": "given up"}, at_once=True)
        mine = self.record.properties
        if mine.get("goes") and call.successor["value"] == mine["value"]:
            call.data["gone"] = True
            call.api.remove(self.physical_id)
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        if "given_up" in call.data:
            call.api.change(self.physical_id, {"value": call.data["given_up"]}, at_once=True)
            del call.data["given_up"]
        if call.data.get("gone"):
            props = Props(self.record.properties)
            made = self.find_existing(call, props) or str(self.create(call, props))
            del call.data["gone"]
            return Wait(0, physical_id=made)
        return DONE

    def delete(self, call: Call) -> None:
        call.api.remove(self.physical_id)

    def suspend(self, call: Call) -> None:
        call.api.turn(self.physical_id, "suspend", "SUSPENDED")

    def resume(self, call: Call) -> None:
        call.api.turn(self.physical_id, "resume", "ACTIVE")

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self.physical_id))

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return live.get(name)

    def _ready(self, call: Call) -> Outcome:
        wanted = call.wanted
        found = call.api.get(self.physical_id)
        found["looks"] += 1
        if found["looks"] <= wanted["looks"]:
            return Park(5) if wanted["park"] else Wait(1)
        if wanted["fail"]:
            found["state"] = "ERROR"
            raise Failed(f"{found['name']} went to ERROR")
        found["ready"] = True
        return DONE


@contextmanager
def registered() -> Iterator[None]:
    """The types of this module are known to the engine, and to nobody afterwards; may be nested."""
    known = registry.load()
    mine = Thing.type not in known
    known[Thing.type] = Thing
    try:
        yield
    finally:
        if mine:
            del known[Thing.type]
