"""The other resources of a stack, as a type may look at them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from heat_mq.db.repo import resources
from heat_mq.errors import StepFailed
from heat_mq.resources.kit.call import Peer
from heat_mq.state.context import StackContext
from heat_mq.state.sealed import open_properties

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


class PeersPort:
    """Fulfils :class:`heat_mq.resources.kit.call.Peers` for one stack.

    Members named in ``leaving`` are behind no load balancer.
    """

    def __init__(self, service: Service, context: StackContext, leaving: Collection[str] = ()) -> None:
        self._service = service
        self._context = context
        self._leaving = leaving

    def find(self, reference: str) -> Peer:
        row = self._service.database.read(resources.find_in_stack, self._context.stack.id, reference)
        if row is None:
            raise StepFailed(f"{reference} is no resource of this stack")
        properties = open_properties(self._service.box, row)
        return Peer(row.name, row.type, properties, row.metadata or {})

    def behind(self, balancer: str) -> Sequence[str]:
        from heat_mq.engine.balancers import members_behind

        return members_behind(self._service, self._context, balancer, self._leaving)

    def tell(self, balancers: Sequence[str], leaving: Collection[str] = ()) -> bool:
        from heat_mq.engine.balancers import tell_balancers

        return tell_balancers(self._service, self._context, balancers, leaving)
