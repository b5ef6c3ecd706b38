"""OS::Heat::WaitCondition: done when its handle has received so many signals, failed when one says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heat_mq.errors import Bug
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    Failed,
    Int,
    Num,
    Outcome,
    Park,
    Props,
    Resource,
    Schema,
    Str,
    Support,
)


class WaitCondition(Resource, type="OS::Heat::WaitCondition"):
    """Leaves the worker while it waits; the signal wakes it."""

    support = Support(version="2014.2")

    class Properties(Schema):
        handle = Str("Reference to the handle that receives the signals.", required=True)
        timeout = Num("Seconds to wait.", required=True, within=(1, 43200))
        count = Int("Number of signals to wait for.", default=1, within=(1, None), update=IN_PLACE)

    class Attributes(Schema):
        data = Str("JSON of the signals' data by their ids.", cached=False)

    def create(self, call: Call, props: Props) -> str:
        self._begin(call, props)
        _received(call, props.handle)  # the handle must be one of this stack
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        return self._check(call)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._begin(call, props)

    def check_update(self, call: Call) -> Outcome:
        return self._check(call)

    def delete(self, call: Call) -> None:
        if call.signals is not None:
            call.signals.clear(self.record.properties["handle"])

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        signals = _received(call, self.record.properties["handle"])
        return json.dumps({key: signal["data"] for key, signal in signals.items()})

    def _begin(self, call: Call, props: Props) -> None:
        call.progress.update(
            until=call.clock.now().timestamp() + props.timeout,
            count=props.count,
            handle=props.handle,
            timeout=props.timeout,
        )

    def _check(self, call: Call) -> Outcome:
        signals = _received(call, call.progress["handle"])
        failed = [signal["reason"] for signal in signals.values() if signal["status"] != "SUCCESS"]
        if failed:
            raise Failed(";".join(str(reason) for reason in failed), kind="WaitConditionFailure")
        if len(signals) >= call.progress["count"]:
            return DONE
        left = call.progress["until"] - call.clock.now().timestamp()
        if left <= 0:
            raise Failed(
                f"{len(signals)} of {call.progress['count']} received within {call.progress['timeout']} seconds",
                kind="WaitConditionTimeout",
            )
        return Park(left)


def _received(call: Call, handle: str) -> dict[str, Any]:
    if call.signals is None:
        raise Bug("a wait condition was called without the port for signals")
    return call.signals.received(handle)
