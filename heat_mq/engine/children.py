"""Nested stacks: made, changed and looked at through the resource that owns them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.definitions import Source
from heat_mq.engine.queries.outputs import values_of
from heat_mq.engine.remote import text_at
from heat_mq.errors import StepFailed
from heat_mq.planner.check import with_text
from heat_mq.planner.restored import overlay_of_child
from heat_mq.resources.groups import cooldown
from heat_mq.resources.kit.names import physical_name
from heat_mq.state.context import StackContext
from heat_mq.state.objects import reference_of
from heat_mq.state.values import RowValues
from heat_mq.template import evaluate, reveal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


class ChildStacksPort:
    """Fulfils :class:`heat_mq.resources.kit.call.ChildStacks` for one resource."""

    def __init__(self, service: Service, context: StackContext, row: ResourceRow) -> None:
        self._service = service
        self._context = context
        self._row = row

    @property
    def name(self) -> str:
        """The child's name, the same however often it is asked for."""
        return physical_name(self._context.stack.name, self._row.name, self._row.id)

    def existing(self) -> str | None:
        found = self._service.database.read(stacks.find_live, self._context.stack.project_id, self.name)
        return found.id if found is not None else None

    def create(self, child: Mapping[str, Any]) -> str:
        from heat_mq.engine.commands.create_child import create_child

        minutes = child.get("timeout_mins")
        return create_child(self._service, self._context, self._row, self.name, self.source(child), minutes)

    def adopt(self, child: Mapping[str, Any], resources: Mapping[str, Any]) -> str:
        from heat_mq.engine.commands.create_child import create_child

        minutes = child.get("timeout_mins")
        return create_child(
            self._service, self._context, self._row, self.name, self.source(child), minutes, adopted=resources
        )

    def update(self, stack_id: str, child: Mapping[str, Any]) -> None:
        from heat_mq.engine.commands.update import update_child

        source = self.source(child)
        update_child(
            self._service,
            self._stack(stack_id),
            source,
            child.get("timeout_mins"),
            observes=self._context.stack.observes,
            action="RESTORE" if source.restored and self._context.stack.action == "RESTORE" else "UPDATE",
        )

    def delete(self, stack_id: str) -> bool:
        from heat_mq.engine.commands.delete import delete_child

        stack = self._stack(stack_id)
        if stack is None or not stack.is_live:
            return False
        delete_child(self._service, stack)
        return True

    def suspend(self, stack_id: str) -> None:
        self._act(stack_id, "SUSPEND")

    def resume(self, stack_id: str) -> None:
        self._act(stack_id, "RESUME")

    def check(self, stack_id: str) -> None:
        self._act(stack_id, "CHECK")

    def snapshot(self, stack_id: str, copy_id: str) -> None:
        from heat_mq.engine.commands.snapshot import snapshot_child

        snapshot_child(self._service, self._live(stack_id), copy_id)

    def state(self, stack_id: str) -> tuple[str, str, str] | None:
        stack = self._stack(stack_id)
        if stack is None or not stack.is_live:
            return None
        return stack.action, stack.status, stack.status_reason

    def output(self, stack_id: str, name: str) -> Any:
        stack = self._stack(stack_id)
        if stack is None:
            return None
        output = self._service.definitions.of(stack).wanted.bound.outputs.get(name)
        if output is None or output.enabled is False:
            return None
        return reveal(evaluate(output.value, values_of(self._service, stack, [output])))

    def members(self, stack_id: str) -> Sequence[Member]:
        stack = self._stack(stack_id)
        if stack is None:
            return []
        context = self._service.definitions.of(stack)
        rows = self._service.database.read(resources.get_current_resources, [stack.id])
        box = self._service.box
        values = RowValues(context, {row.name: row for row in rows}, box)
        return [
            Member(row.name, row.type, row.status, row.created_at, reference_of(context, box, row), values)
            for row in rows
        ]

    def definitions(self, stack_id: str) -> dict[str, Any]:
        stack = self._stack(stack_id)
        return dict(self._service.definitions.of(stack).wanted.template.resources) if stack is not None else {}

    # --- how ----------------------------------------------------------------------------------

    def source(self, child: Mapping[str, Any]) -> Source:
        """What defines the child: its environment is the parent's as far as it goes down."""
        parent, row = self._context.wanted, self._row
        child = with_text(child, lambda url: text_at(self._service, parent.files, url)) or child
        mapping = parent.implementation(row.name).mapping if self._context.has(row.name) else ""
        return Source(
            template=child["template"],
            environment=parent.environment.child(row.name, without=mapping, types=child.get("types")),
            files=parent.files,
            parameters={**reveal(parent.inherited(child)), **child.get("parameters", {})},
            facade=self._facade(),
            file=child.get("file", ""),
            restored=overlay_of_child(parent.restored, row.name),
        )

    def _facade(self) -> dict[str, Any]:
        if not self._context.has(self._row.name):
            return {}
        definition = self._context.definition(self._row.name)
        values = RowValues(self._context, {}, self._service.box)
        return {
            "metadata": {key: value for key, value in (self._row.metadata or {}).items() if key not in cooldown.KEYS},
            "deletion_policy": definition.deletion_policy,
            "update_policy": reveal(evaluate(definition.update_policy, values)) or {},
        }

    def _act(self, stack_id: str, action: str) -> None:
        from heat_mq.engine.commands.actions import act_on_child

        act_on_child(self._service, self._live(stack_id), action)

    def _live(self, stack_id: str) -> StackRow:
        stack = self._stack(stack_id)
        if stack is None or not stack.is_live:
            raise StepFailed("the nested stack is gone")
        return stack

    def _stack(self, stack_id: str) -> StackRow | None:
        return self._service.database.read(stacks.get_stack, stack_id)


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A resource of the child."""

    name: str
    type: str
    status: str
    created_at: datetime.datetime
    reference_id: Any
    values: RowValues

    def attribute(self, path: Sequence[Any]) -> Any:
        """An attribute with a path into it."""
        return reveal(self.values.attribute(self.name, str(path[0]), list(path[1:])))
