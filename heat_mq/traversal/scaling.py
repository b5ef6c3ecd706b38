"""A change of a group's size on a policy's signal, from the transaction that begins it to the one that ends it.

Invariants: a group's size is changed by one traversal at a time, the running one of its nested stack, which names the
group in ``scaling``; whatever ends that traversal ends the change in the same transaction, so that the group's metadata
never stays in progress.
"""

from __future__ import annotations

import dataclasses
import datetime

from sqlalchemy import Connection

from heat_mq.db.records import ResourceRow, TraversalRow
from heat_mq.db.repo import events, notices, resources, stacks, traversals
from heat_mq.db.session import has_outbox
from heat_mq.resources.groups import cooldown
from heat_mq.traversal.event_rows import named_event
from heat_mq.traversal.notify import payload_of

EVENT_TYPE = "orchestration.autoscaling"
HIGHEST_PARENT = 64
"""More levels than any configuration nests: ends a walk to the root in a broken database."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scaling:
    """What is kept with the traversal.

    ``reason`` is that of the policy's event, ``cause`` what the cooldown follows from, ``seconds`` its length.
    ``group`` is the name that notifications give the group (its reference id).
    """

    group_id: str
    policy_id: str
    stack_id: str
    reason: str
    cause: str
    seconds: float
    kind: str
    amount: float
    before: int
    after: int
    group: str


def begin_scaling(connection: Connection, scaling: Scaling, traversal_id: str, now: datetime.datetime) -> None:
    """In the transaction that has started the traversal."""
    traversals.set_scaling(connection, traversal_id, dataclasses.asdict(scaling))
    row = resources.lock_metadata(connection, scaling.group_id)
    if row is not None:
        resources.set_metadata(connection, row.id, {**(row.metadata or {}), **cooldown.BEGUN})
        resources.forget_attributes(connection, _owners(connection, row))
    message = f"Start resizing the group {scaling.group}"
    _tell(connection, scaling, "start", scaling.before, message, now)


def end_scaling(
    connection: Connection, traversal: TraversalRow, now: datetime.datetime, failure: str | None = None
) -> None:
    """In the transaction that ends the traversal; quiet for one that scales nothing.

    One that is superseded has not failed: what follows starts from the size that it wanted.
    """
    if traversal.scaling is None:
        return
    scaling = Scaling(**traversal.scaling)
    row = resources.lock_metadata(connection, scaling.group_id)
    if row is not None:
        known = row.metadata or {}
        noted = cooldown.GIVEN_UP if failure else cooldown.ended(known, scaling.seconds, scaling.cause, now)
        resources.set_metadata(connection, row.id, {**known, **noted})
    if failure:
        there = resources.count_healthy(connection, traversal.stack_id)
        _tell(connection, scaling, "error", there, failure, now)
        return
    policy = resources.get_resource(connection, scaling.policy_id)
    if policy is not None:
        told = named_event(
            policy.stack_id,
            policy.name,
            policy.type,
            "SIGNAL",
            policy.status,
            scaling.reason,
            now,
            physical_id=policy.physical_id,
        )
        events.insert_events(connection, [told])
    _tell(connection, scaling, "end", scaling.after, f"End resizing the group {scaling.group}", now)


def _owners(connection: Connection, row: ResourceRow) -> list[str]:
    """The ids of the group and of the resources that its stack is nested in: what was read of them is old now."""
    found = [row.id]
    stack = stacks.get_stack(connection, row.stack_id)
    while stack is not None and stack.owner_id and stack.owner_resource_id and len(found) < HIGHEST_PARENT:
        found.append(stack.owner_resource_id)
        stack = stacks.get_stack(connection, stack.owner_id)
    return found


def _tell(
    connection: Connection, scaling: Scaling, suffix: str, capacity: int, message: str, now: datetime.datetime
) -> None:
    stack = stacks.get_stack(connection, scaling.stack_id) if has_outbox(connection) else None
    if stack is None:
        return
    payload = {
        **payload_of(stack, stacks.get_tags(connection, [stack.id]).get(stack.id, [])),
        "adjustment_type": scaling.kind,
        "adjustment": scaling.amount,
        "capacity": capacity,
        "groupname": scaling.group,
        "message": message,
    }
    row = notices.notice_row(f"{EVENT_TYPE}.{suffix}", payload, now, failed=suffix == "error")
    notices.add_notices(connection, [row])
