"""Create: intent first, then the object, then its id at once, then wait."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceRow
from heat_mq.errors import CloudTransient, LostLease
from heat_mq.resources.kit import Call, Props, Resource, Wait
from heat_mq.scheduler.belated import take_back
from heat_mq.scheduler.hooks import stop_after
from heat_mq.scheduler.resolve import Resolved, read_attributes
from heat_mq.scheduler.room import make_room
from heat_mq.scheduler.run import IN_THE_MIDDLE, Aborted, Run, Steps, let_go_if_lost


def new_row(run: Run, resolved: Resolved) -> ResourceRow:
    """A row for an object that is about to be made."""
    now = run.tools.now()
    return ResourceRow(
        id=str(uuid.uuid4()),
        stack_id=run.node.stack_id,
        name=run.node.name,
        type=resolved.type_name,
        implementation=resolved.implementation,
        action="CREATE",
        status="IN_PROGRESS",
        status_reason="state changed",
        physical_id=None,
        properties=run.seal(resolved.properties),
        attributes=None,
        data=None,
        metadata=resolved.metadata,
        requires=resolved.requires,
        fingerprint=None,
        deletion_policy=resolved.deletion_policy,
        replaced_by=None,
        created_at=now,
        updated_at=now,
    )


def create(run: Run, cls: type[Resource], resolved: Resolved, *replaced: ResourceRow) -> Steps[None]:
    """Make a new object; ``replaced`` are rows that the new one takes over from."""
    row = new_row(run, resolved)
    run.row, run.tried = row, []
    run.event(row, resolved.shown)
    older = [dataclasses.replace(old, replaced_by=row.id) for old in replaced]
    if has_effects(cls) or older:
        yield from run.begin(row, *older)
    run.replaced = (*older, *run.replaced)
    yield from go_on(run, cls, resolved, interrupted=False)


def go_on(run: Run, cls: type[Resource], resolved: Resolved, *, interrupted: bool, last: bool = True) -> Steps[bool]:
    """From the committed intent to the end; False when it failed (and the node ended).

    ``interrupted``: an earlier worker may have made the object. ``last``: nothing follows, the node ends.
    """
    assert run.row is not None
    run.begun = run.begun or interrupted
    try:
        if run.row.physical_id is None:
            yield from make_room(run, resolved)
    except Exception as error:
        yield from fail(run, None, "CREATE", error)
        return False
    resource = run.resource(run.row, cls)
    call = run.call_for(run.row)
    props = Props(resolved.properties)
    try:
        if run.row.physical_id is None:
            physical_id = yield from _make(run, resource, call, props, interrupted=interrupted)
            run.row = dataclasses.replace(run.row, physical_id=physical_id, data=run.sealed(call))
            if cls.nested and not interrupted:
                yield from run.park(run.row)  # the child's last node wakes us, or has done so since we hold the lease
            if has_effects(cls):
                yield from _keep_id(run, cls)
            resource = run.resource(run.row, cls)
        done = yield from run.poll(call, resource.check_create)
        yield from finish(run, cls, call, resolved, "CREATE", done.note, last=last)
    except Exception as error:
        yield from fail(run, call, "CREATE", error)
        return False
    return True


def _keep_id(run: Run, cls: type[Resource]) -> Steps[None]:
    """Commit the id before anything else; an object that came after the lease had run out must not be one too many."""
    assert run.row is not None
    try:
        yield from run.commit(rows=(run.row,), progress=IN_THE_MIDDLE)
    except LostLease:
        yield from take_back(run, cls)
        raise


def _make(run: Run, resource: Resource, call: Call, props: Props, *, interrupted: bool) -> Steps[str | None]:
    """The object's id: found where an earlier try may have made it, else made, when what it belongs to is not busy."""
    uncertain = interrupted

    def attempt() -> str | Wait | None:
        nonlocal uncertain
        if uncertain:
            found = resource.find_existing(call, props)
            if found is not None:
                return found
        try:
            return resource.create(call, props)
        except CloudTransient:
            uncertain = True  # the request may have been served all the same
            raise

    while True:
        made = yield from run.step(attempt)
        if not isinstance(made, Wait):
            return made
        yield from run.wait(call, made)


def finish(
    run: Run, cls: type[Resource], call: Call, resolved: Resolved, action: str, note: str, *, last: bool = True
) -> Steps[None]:
    """The object is as wanted: read what others refer to, and settle."""
    assert run.row is not None
    run.row = dataclasses.replace(run.row, properties=run.seal(resolved.properties))
    attributes = yield from read_attributes(run, cls, run.row, call)
    run.tried = []
    metadata: tuple[tuple[str, Any], ...] = ()
    if resolved.metadata_changed or call.metadata:
        known = resolved.metadata if resolved.metadata_changed else run.row.metadata
        metadata = ((run.row.id, {**(known or {}), **call.metadata}),)
    run.row = run.state(
        run.row,
        action,
        "COMPLETE",
        note or "state changed",
        attributes=run.seal(attributes),
        data=run.sealed(call, over=True),
        requires=resolved.requires,
        fingerprint=resolved.fingerprint,
        deletion_policy=resolved.deletion_policy,
        type=resolved.type_name,
        implementation=resolved.implementation,
    )
    run.event(run.row)
    if last:
        yield from stop_after(run, run.row, action, rows=(run.row,), metadata=metadata)
    yield from run.commit(rows=(run.row,), metadata=metadata, end=NodeState.DONE if last else None)


def fail(run: Run, call: Call | None, action: str, error: Exception, **values: Any) -> Steps[None]:
    """The step failed: on the row, as an event, and for the stack. Raises LetGo when it was the lease that was lost."""
    let_go_if_lost(error)
    assert run.row is not None
    reason = f"{action} aborted" if isinstance(error, Aborted) else run.reason(error)
    if call is not None:
        if isinstance(error, Aborted):
            resource = run.resource(run.row, run.context.class_of_row(run.row))
            yield from run.step(lambda: resource.cancel(call))
        values["data"] = run.sealed(call, over=True)
    run.row = run.state(run.row, action, "FAILED", reason, **values)
    run.event(run.row)
    yield from run.fail(f"Resource {action} failed: {reason}", run.row)


def has_effects(cls: type[Resource]) -> bool:
    """Whether a step of the type changes anything outside the database: then its intent is committed first."""
    return bool(cls.service or cls.nested or cls.deferred_auth or cls.keeps_software)
