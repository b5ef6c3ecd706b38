"""What the guest on a server is told: the template's metadata, how to ask for more, and what is deployed to it.

The last two are not stored with the resource: they are put together when somebody asks, so that deployments that change
at the same time cannot overwrite each other, and no credential stands in clear in the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from heat_mq.db.records import ResourceRow
from heat_mq.db.repo import resources, software, stacks
from heat_mq.engine.software_maps import config_map
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.registry import get
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of, resource_of
from heat_mq.state.sealed import open_data

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

DEPLOYMENTS: Final = "deployments"
ROUNDS: Final = 10
"""How often metadata is handed over anew because it has changed meanwhile; whoever changed it hands it over too."""


def metadata_of(service: Service, context: StackContext, row: ResourceRow) -> dict[str, Any]:
    """The metadata of a resource as it is shown."""
    cls = context.class_of_row(row)
    metadata = dict(row.metadata or {})
    if not cls.takes_deployments:
        return metadata
    settings = cls.guest_settings(open_data(service.box, row))
    deployed = []
    if row.physical_id is not None:
        rows = service.database.read(software.list_deployed, row.physical_id, context.stack.project_id)
        deployed = [config_map(service.box, each) for each in rows]
    if settings or deployed:
        metadata |= {**settings, DEPLOYMENTS: deployed}
    return metadata


def publish(service: Service, server_id: str) -> None:
    """Hand a server's metadata to its guest, where the guest does not ask for it by the API. Safe to repeat.

    To be called after what has changed is committed. Of two who hand over at once the one with the older metadata sees
    that it is no longer the same and hands over the newer, whoever was last: what stays is what is stored.
    """
    for row in service.database.read(resources.find_physical, server_id):
        cls = get(row.implementation) if row.implementation else Resource
        data = open_data(service.box, row) if cls.takes_deployments else {}
        if not cls.hands_over(data):
            continue
        stack = service.database.read(stacks.get_stack, row.stack_id)
        if stack is not None and stack.is_live:
            _hand_over(service, service.definitions.of(stack), row)


def _hand_over(service: Service, context: StackContext, row: ResourceRow) -> None:
    resource = resource_of(context, service.box, row)
    call = call_of(context, service.box, row, resource)
    for _ in range(ROUNDS):
        metadata = metadata_of(service, context, row)
        resource.hand_over(call, metadata)
        if metadata_of(service, context, row) == metadata:
            return
