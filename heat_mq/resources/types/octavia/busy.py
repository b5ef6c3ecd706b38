"""A load balancer changes as a whole: while any part of it does, Octavia refuses every other change of it with 409."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, CloudConflict, CloudGone, Failed, Wait, Watch
from heat_mq.resources.kit.polling import wait

STATUS: Final = "provisioning_status"
LOAD_BALANCER: Final = "loadbalancer"
# what is kept in the progress
_BUSY: Final = "busy"
#: What Octavia says of a state that passes. Other conflicts are told by other words.
_IMMUTABLE: Final = re.compile(r"is immutable|invalid state", re.IGNORECASE)


def is_passing(status: Any) -> bool:
    return str(status).startswith("PENDING_")


def is_busy(refusal: CloudConflict) -> bool:
    return _IMMUTABLE.search(refusal.message) is not None


def wait_for(call: Call, refusal: CloudConflict, kind: str, id: str) -> Wait:
    """Until the load balancer of this object, which is busy, can be changed again; raises Failed when it never will."""
    load_balancer_id = str(call.progress.setdefault(_BUSY, load_balancer_of(call, kind, id)))
    found = call.api.show(LOAD_BALANCER, load_balancer_id)
    if found[STATUS] == "ERROR":
        raise Failed(
            f"{failure(LOAD_BALANCER, found)}, in which Octavia changes nothing of it: {refusal.message} "
            "An administrator may repair it (failover), or it is deleted with all its parts (cascade)"
        )
    return until_settled(call, LOAD_BALANCER, found) or wait(call)  # it may just have become free


def still(call: Call) -> Wait | None:
    """A longer wait if the load balancer that one step has waited for is busy again: many want it when it is free.

    To look costs Octavia less than to refuse a change.
    """
    load_balancer_id = call.progress.get(_BUSY)
    if load_balancer_id is None:
        return None
    try:
        return until_settled(call, LOAD_BALANCER, call.api.show(LOAD_BALANCER, load_balancer_id))
    except CloudGone:
        return None  # the change itself tells what is missing


def until_settled(call: Call, kind: str, found: Mapping[str, Any]) -> Wait | None:
    """Until an object just read leaves the state that it passes through; None when it passes through none."""
    if not is_passing(found[STATUS]):
        return None
    return wait(call, Watch("load-balancer", kind, str(found["id"]), str(found[STATUS])))


def load_balancer_of(call: Call, kind: str, id: str) -> str:
    """Id of the load balancer that an object is part of."""
    if kind == LOAD_BALANCER:
        return id
    found = call.api.show(kind, id)
    if kind == "l7policy":
        found = call.api.show("listener", found["listener_id"])
    return str(found["loadbalancers"][0]["id"])


def failure(kind: str, live: Mapping[str, Any]) -> str:
    """An object that is in error, in Octavia's words."""
    operating = live.get("operating_status")
    more = f" (operating_status {operating})" if operating else ""
    return f"{kind} {live.get('name') or live.get('id')} is in provisioning_status ERROR{more}"
