"""OS::Octavia::L7Policy: what a listener does with requests that its rules match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, List, Num, Props, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject

#: The property that says where to, by action.
TARGETS: Final = {"REDIRECT_TO_POOL": "redirect_pool", "REDIRECT_TO_URL": "redirect_url"}
LAST: Final = 2**31 - 1


class L7Policy(OctaviaObject, type="OS::Octavia::L7Policy"):
    support = Support(version="10.0.0")
    kind = "l7policy"
    above: ClassVar[Mapping[str, str]] = {"listener": "listener"}
    keys: ClassVar[Mapping[str, str]] = {"listener": "listener_id", "redirect_pool": "redirect_pool_id"}
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "admin_state_up": True, "position": LAST}

    class Properties(Schema):
        name = properties.name("policy")
        description = Str("Description of the policy.", update=IN_PLACE)
        admin_state_up = properties.admin_state_up("policy")
        action = Str(
            "What is done with the requests.",
            required=True,
            update=IN_PLACE,
            allowed=("REJECT", "REDIRECT_TO_POOL", "REDIRECT_TO_URL"),
        )
        redirect_pool = properties.pool("Pool that answers, by name or id, for REDIRECT_TO_POOL.", update=IN_PLACE)
        redirect_url = Str("Where requests are sent to, for REDIRECT_TO_URL.", update=IN_PLACE)
        position = Num("Its place among the policies of the listener, from 1.", update=IN_PLACE, within=(1, None))
        listener = properties.listener("Listener that it belongs to, by name or id.", required=True)

    class Attributes(Schema):
        rules = List("Its rules.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        action = props.get("action")
        if action not in ("REJECT", *TARGETS):
            return
        for needs, target in TARGETS.items():
            if action == needs and props.get(target) is None:
                yield Problem(f"{target} is needed when action is {needs}", path=target)
            elif action != needs and props.get(target) is not None:
                yield Problem(f"{target} is only for the action {needs}", path=target, expected=f"action {needs}")

    def body(self, props: Props, names: Iterable[str]) -> dict[str, Any]:
        """With its action goes where to; Octavia forgets the other target by itself."""
        target = TARGETS.get(props.action)
        wanted = {name for name in names if name not in TARGETS.values() or name == target}
        if target is not None and "action" in wanted:
            wanted.add(target)
        body = super().body(props, sorted(wanted))
        if body.get("position") is not None:
            body["position"] = int(body["position"])
        return body
