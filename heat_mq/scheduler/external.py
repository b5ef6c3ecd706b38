"""Resources with an ``external_id``: objects that others made. The stack looks at them and does nothing to them."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from heat_mq.db.records import ResourceRow
from heat_mq.errors import NotSupported
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.convert import convert
from heat_mq.resources.kit.sensitive import marked
from heat_mq.scheduler.check import check_row
from heat_mq.scheduler.create import new_row
from heat_mq.scheduler.refuse import refuse
from heat_mq.scheduler.resolve import Resolved
from heat_mq.scheduler.run import Run, Steps
from heat_mq.state.values import RowValues
from heat_mq.template import evaluate, reveal
from heat_mq.template.marks import mask

EXTERNAL: Final = "External"
"""In the column ``deletion_policy`` of the row: the object is not ours and is retained."""


def is_external(row: ResourceRow) -> bool:
    return row.deletion_policy == EXTERNAL


def concerns_external(run: Run, row: ResourceRow | None) -> bool:
    """Whether the resource is external, or was."""
    return run.context.definition(run.node.name).external_id is not None or (row is not None and is_external(row))


def converge_external(run: Run, cls: type[Resource], row: ResourceRow | None) -> Steps[None]:
    """Take the object into the stack, or look whether it is the one that the stack has.

    Another ``external_id``, a first one, or none any more is refused: what is to become of the object that the
    resource stands for now could only be guessed.
    """
    definition = run.context.definition(run.node.name)
    if row is None or row.action in ("INIT", "DELETE"):
        yield from _adopt(run, cls, row)
        return
    if not is_external(row) or (row.physical_id, row.type) != (definition.external_id, definition.type):
        error = NotSupported(f"Update to external_id of {row.name} ({row.type}) is not supported")
        yield from refuse(run, row, error)
        return
    resolved = yield from _resolve(run, cls)
    known = dataclasses.replace(
        row,
        properties=run.seal(resolved.properties),
        requires=resolved.requires,
        fingerprint=resolved.fingerprint,
    )
    if row.status == "COMPLETE":
        yield from run.end(known)
    else:
        yield from check_row(run, known)


def _adopt(run: Run, cls: type[Resource], replaced: ResourceRow | None) -> Steps[None]:
    """ADOPT tells that the object is the stack's now, CHECK whether it is in order."""
    resolved = yield from _resolve(run, cls)
    row = dataclasses.replace(
        new_row(run, resolved),
        action="ADOPT",
        physical_id=run.context.definition(run.node.name).external_id,
        fingerprint=resolved.fingerprint,
        deletion_policy=EXTERNAL,
    )
    run.event(row, resolved.shown)
    row = run.state(row, "ADOPT", "COMPLETE")
    run.event(row, resolved.shown)
    if replaced is not None:
        yield from run.begin(row, dataclasses.replace(replaced, replaced_by=row.id))
    yield from check_row(run, row)


def _resolve(run: Run, cls: type[Resource]) -> Steps[Resolved]:
    """What the template says of the object. What is wrong with its properties is ignored: its maker chose them."""
    context, name = run.context, run.node.name
    definition = context.definition(name)
    values = RowValues(context, run.rows, run.tools.box)
    raw: Any = yield from run.step(lambda: evaluate(definition.properties, values))
    metadata = reveal((yield from run.step(lambda: evaluate(definition.metadata, values)))) or None
    return Resolved(
        type_name=definition.type,
        implementation=context.implementation_name(name),
        properties=convert(cls.Properties, raw or {}, lambda problem: None),
        shown=mask(marked(cls.Properties, raw or {})),
        metadata=metadata,
        metadata_changed=False,
        requires=sorted(run.rows[need].id for need in context.requires(name) if need in run.rows),
        deletion_policy=EXTERNAL,
        fingerprint=context.fingerprint(name),
    )
