"""Bring a stack back to a snapshot: an update to what it was, with what was saved in the place of what is there."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import SnapshotRow
from heat_mq.db.repo import snapshots
from heat_mq.engine.commands.create import needs_credential, validate
from heat_mq.engine.commands.update import check_updatable, start_update
from heat_mq.engine.credentials import with_credential
from heat_mq.engine.definitions import Source, pseudo_of
from heat_mq.engine.find import find_stack
from heat_mq.engine.queries.snapshots import find_snapshot
from heat_mq.errors import Conflict, NotSupported
from heat_mq.planner.restored import Part, build_overlay
from heat_mq.resources.kit.registry import get

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def restore_snapshot(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], snapshot_id: str
) -> None:
    """A running action is superseded, as by an update; a restore that fails rolls back where that is wanted.

    Raises NotFound, NotSupported for a snapshot that is not whole and while the stack is suspended or deleted.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    check_updatable(stack)
    row = find_snapshot(service, stack, snapshot_id)
    if not row.is_whole:
        raise NotSupported(f"Restoring a snapshot in {row.action}_{row.status} is not supported.")
    source = _source(service, row)
    wanted = service.definitions.define(source, pseudo_of(stack), drop_unknown=True)
    validate(service, context, wanted)

    def start(**values: str) -> bool:
        return service.database.write(start_update, service, stack, source, wanted, values, "RESTORE", needs=row.id)

    if needs_credential(wanted) and stack.owner_id is None:
        started = with_credential(service, context, lambda credential_id: start(credential_id=credential_id))
    else:
        started = start()
    if not started:
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")
    service.bell(1)


def _source(service: Service, row: SnapshotRow) -> Source:
    """What defined the stack, under the values that lead to what was saved."""
    (source,) = service.definitions.sources([row])
    parts = []
    for copy in service.database.read(snapshots.get_copies_in, [row.id]):
        saved = service.box.open(copy.data).get("copy") if copy.data else None
        restored = get(copy.implementation).restored(saved) if saved and copy.implementation else {}
        parts.append(Part(copy.id, copy.name, copy.parent_id, restored, saved or {}))
    overlay = build_overlay(parts, token=str(uuid.uuid4()))
    return dataclasses.replace(source, restored=overlay)
