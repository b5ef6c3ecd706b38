"""OS::Heat::TestResource: does nothing, slowly or wrongly, as it is told; for trying the engine itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    Failed,
    Map,
    Num,
    Outcome,
    Props,
    Replace,
    Resource,
    Schema,
    Str,
    Support,
    Wait,
)
from heat_mq.resources.kit import Any as AnyValue

SHORTEST: Final = 0.02


class TestResource(Resource, type="OS::Heat::TestResource"):
    __test__ = False  # not a test case, whatever pytest thinks of the name
    support = Support(version="5.0.0")

    class Properties(Schema):
        value = Str("What attribute output gives.", default="test_string", update=IN_PLACE)
        fail = Bool("Fail at the end of a create or update.", default=False, update=IN_PLACE)
        update_replace = Bool("Ask for a replacement in the middle of an update.", default=False, update=IN_PLACE)
        update_replace_value = Str("A change of it replaces.", support=Support(version="7.0.0"))
        wait_secs = Num("Seconds that a create, an update and a delete take.", default=0, update=IN_PLACE)
        action_wait_secs = Map(
            "Seconds by action; wins over wait_secs.",
            update=IN_PLACE,
            schema={
                "create": Num("Seconds that a create takes.", update=IN_PLACE),
                "update": Num("Seconds that an update takes.", update=IN_PLACE),
                "delete": Num("Seconds that a delete takes.", update=IN_PLACE),
            },
        )
        client_name = Str("Service in whose name to act.", default="", update=IN_PLACE)
        entity_name = Str("Kind of object in whose name to act.", default="", update=IN_PLACE)
        constraint_prop_secs = Num(
            "Seconds that validation takes.",
            default=0,
            update=IN_PLACE,
            constraint="test_constr",
            support=Support(version="6.0.0"),
        )
        attr_wait_secs = Num(
            "Seconds that reading an attribute takes.", default=0, update=IN_PLACE, support=Support(version="6.0.0")
        )

    class Attributes(Schema):
        output = AnyValue("The property value.", cached=False)

    def create(self, call: Call, props: Props) -> str:
        call.data["value"] = props.value
        self._begin(call, props, "create")
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        return self._check(call)

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        return bool(props.update_replace)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        if props.update_replace:
            raise Replace
        call.data["value"] = props.value
        self._begin(call, props, "update")

    def check_update(self, call: Call) -> Outcome:
        return self._check(call)

    def check(self, call: Call) -> Outcome:
        """It is always in order."""
        return DONE

    def delete(self, call: Call) -> None:
        self._begin(call, self.record.properties, "delete", fails=False)

    def check_delete(self, call: Call) -> Outcome:
        return self._check(call)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if delay := self.record.properties.get("attr_wait_secs"):
            time.sleep(delay)
        return call.data.get("value")

    def _begin(self, call: Call, props: Mapping[str, Any], action: str, *, fails: bool = True) -> None:
        by_action = (props.get("action_wait_secs") or {}).get(action)
        seconds = props.get("wait_secs") or 0 if by_action is None else by_action
        call.progress["until"] = call.clock.now().timestamp() + seconds
        call.progress["fail"] = bool(fails and props.get("fail"))

    def _check(self, call: Call) -> Outcome:
        left = call.progress.get("until", 0) - call.clock.now().timestamp()
        if left > 0:
            return Wait(max(left, SHORTEST))
        if call.progress.get("fail"):
            raise Failed(f"Test Resource failed {self.record.name}", kind="ValueError")
        return DONE
