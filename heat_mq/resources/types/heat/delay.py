"""OS::Heat::Delay: does nothing for a while, so that what depends on it comes later."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    Failed,
    List,
    Num,
    Outcome,
    Props,
    Resource,
    Schema,
    Support,
    Wait,
)

UNTIL: Final = "until"  # progress: the end of the wait, seconds since the epoch
ACTIONS: Final = ["CREATE", "DELETE", "SUSPEND", "RESUME"]
SHORTEST: Final = 0.02


class Delay(Resource, type="OS::Heat::Delay"):
    support = Support(version="11.0.0")

    class Properties(Schema):
        min_wait = Num("Least time to wait, in seconds.", default=0, update=IN_PLACE, within=(0, None))
        max_jitter = Num(
            "Most time to wait beyond that, in seconds; how much of it is drawn at random.",
            default=0,
            update=IN_PLACE,
            within=(0, None),
        )
        jitter_multiplier = Num(
            "Factor of max_jitter, such as the number of members of a group.",
            default=1.0,
            update=IN_PLACE,
            within=(0, None),
        )
        actions = List("Actions of the stack in which to wait.", default=["CREATE"], update=IN_PLACE, allowed=ACTIONS)

    def create(self, call: Call, props: Props) -> str:
        longest = props.min_wait + props.max_jitter * props.jitter_multiplier
        if "CREATE" in props.actions and call.action_seconds is not None and longest > call.action_seconds:
            raise Failed(f"The delay may take {longest} seconds, and the stack has {call.action_seconds} for all")
        self._begin(call, props, "CREATE")
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        return _left(call)

    def delete(self, call: Call) -> None:
        self._begin(call, self.record.properties, "DELETE")

    def check_delete(self, call: Call) -> Outcome:
        return _left(call)

    def suspend(self, call: Call) -> None:
        self._begin(call, self.record.properties, "SUSPEND")

    def check_suspend(self, call: Call) -> Outcome:
        return _left(call)

    def resume(self, call: Call) -> None:
        self._begin(call, self.record.properties, "RESUME")

    def check_resume(self, call: Call) -> Outcome:
        return _left(call)

    def _begin(self, call: Call, props: Mapping[str, Any], action: str) -> None:
        """Draw the end of the wait, once."""
        if action in (props.get("actions") or ()) and UNTIL not in call.progress:
            jitter = random.uniform(0, props["max_jitter"] * props["jitter_multiplier"])
            call.progress[UNTIL] = call.clock.now().timestamp() + props["min_wait"] + jitter


def _left(call: Call) -> Outcome:
    left = call.progress.get(UNTIL, 0) - call.clock.now().timestamp()
    return Wait(max(left, SHORTEST)) if left > 0 else DONE
