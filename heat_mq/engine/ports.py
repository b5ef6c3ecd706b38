"""What a resource's step may reach, built for one stack: the cloud, child stacks, signals."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.clients.expiring import Expiring
from heat_mq.db.records import ResourceRow
from heat_mq.engine.children import ChildStacksPort
from heat_mq.engine.credentials import stack_credential
from heat_mq.engine.lazy_cloud import LazyCloud
from heat_mq.engine.peers import PeersPort
from heat_mq.engine.remote import passed_down
from heat_mq.engine.signals import SignalsPort
from heat_mq.engine.software import SoftwarePort
from heat_mq.resources.kit import Call, Lookup, Resource
from heat_mq.resources.kit.convert import convert
from heat_mq.state.context import StackContext
from heat_mq.state.values import RowValues
from heat_mq.template import evaluate, reveal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

NAMES_SECONDS = 30.0


class EnginePorts:
    """Fulfils :class:`heat_mq.state.context.Ports`.

    ``guard`` is called before every call that changes a cloud; workers put the check of their lease there.
    ``confirm`` is called at the end of every transaction that may be a step's effect, as the beginning of an action on
    a nested stack: it raises LostLease when the step's node is another worker's by then.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._names: Expiring[str] = Expiring(NAMES_SECONDS)
        self._lock = threading.Lock()
        self.guard: Callable[[], None] = lambda: None
        self.confirm: Callable[[Connection], None] = lambda connection: None

    def call(
        self,
        context: StackContext,
        row: ResourceRow,
        cls: type[Resource],
        *,
        data: dict[str, Any],
        progress: dict[str, Any],
        old: Mapping[str, Any],
        wanted: Mapping[str, Any],
    ) -> Call:
        cloud = self.cloud(context)
        return Call(
            cloud=cloud,
            clock=self._service.clock,
            api=cloud.service(cls.service) if cls.service else None,
            progress=progress,
            data=data,
            children=ChildStacksPort(self._service, context, row) if cls.nested else None,
            signals=SignalsPort(self._service, context, row, data),
            old=old,
            wanted=wanted,
            policy=self._policy(context, row, cls) if cls.nested else {},
            software=SoftwarePort(self._service, context, row),
            peers=PeersPort(self._service, context),
            action_seconds=self._service.limits.of_action(context.stack.timeout_mins),
            most_members=self._service.limits.resources,
            files=context.wanted.files if cls.wants_surroundings else {},
            environment=passed_down(context.wanted, row.name) if cls.wants_surroundings else {},
        )

    def cloud(self, context: StackContext) -> LazyCloud:
        """The cloud with the stack owner's rights; nothing is looked up before it is used."""
        service = self._service
        return LazyCloud(lambda: service.clouds.cloud(stack_credential(service, context.stack)), lambda: self.guard())

    def finder(self, context: StackContext) -> Callable[[Lookup, str], str]:
        cloud = self.cloud(context)

        def find(lookup: Lookup, name: str) -> str:
            key = (context.stack.project_id, lookup, name)
            return self._names.fetch(key, lambda: str(cloud.service(lookup.service).find(lookup.kind, name)))

        return find

    def _policy(self, context: StackContext, row: ResourceRow, cls: type[Resource]) -> Mapping[str, Any]:
        """The update_policy, typed; a stack whose policy does not hold is not stored."""
        if not context.has(row.name):
            return {}
        tree = context.definition(row.name).update_policy
        raw = reveal(evaluate(tree, RowValues(context, {}, self._service.box))) or {}
        return convert(cls.UpdatePolicy, raw, lambda problem: None, path="update_policy")
