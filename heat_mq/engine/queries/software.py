"""Show and list software configs and deployments.

A deployment is seen by its own project and by that of the stack's users it was made for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import SoftwareConfigRow, SoftwareDeploymentRow
from heat_mq.db.repo import resources, software, stacks
from heat_mq.engine.collect import call_for_reports
from heat_mq.engine.find import check_own_resource
from heat_mq.engine.software_maps import config_map, config_summary, deployment_map
from heat_mq.errors import SoftwareNotFound

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def list_configs(
    service: Service,
    context: RequestContext,
    limit: int | None = None,
    marker: str | None = None,
    tenant_safe: bool = True,
) -> list[dict[str, Any]]:
    """Those of the caller's project, or of all; the newest first."""
    project_id = context.project_id if tenant_safe else None
    rows = service.database.read(software.list_configs, project_id, limit, marker)
    return [config_summary(row, with_project=bool(context.is_admin) or not tenant_safe) for row in rows]


def show_config(service: Service, context: RequestContext, config_id: str) -> dict[str, Any]:
    return config_map(service.box, find_config(service, context, config_id), with_project=bool(context.is_admin))


def list_deployments(service: Service, context: RequestContext, server_id: str | None = None) -> list[dict[str, Any]]:
    """The oldest first."""
    rows = service.database.read(software.list_deployments, _project(context), server_id)
    return [deployment_map(service.box, row) for row in rows]


def show_deployment(service: Service, context: RequestContext, deployment_id: str) -> dict[str, Any]:
    """After what the guest has left elsewhere is taken in: of a deployment of no stack nobody else asks for it."""
    row = find_deployment(service, context, deployment_id)
    if call_for_reports(service, context, row):
        row = find_deployment(service, context, deployment_id)
    return deployment_map(service.box, row)


def server_metadata(service: Service, context: RequestContext, server_id: str) -> list[dict[str, Any]]:
    """The configs that a server is to apply, by name; a stack's own user is told those of its own server."""
    for row in service.database.read(resources.find_physical, server_id):
        stack = service.database.read(stacks.get_stack, row.stack_id)
        if stack is not None and context.project_id == stack.stack_user_project_id:
            check_own_resource(service, context, stack, row.name, row)
    rows = service.database.read(software.list_deployed, server_id, _project(context))
    return [config_map(service.box, row) for row in rows]


def find_config(service: Service, context: RequestContext, config_id: str) -> SoftwareConfigRow:
    """Raises SoftwareNotFound, for another project's too."""
    row = service.database.read(software.get_config, config_id)
    if row is None or not (context.is_admin or row.project_id == context.project_id):
        raise SoftwareNotFound(f"Software config with id {config_id:.80} not found")
    return row


def find_deployment(service: Service, context: RequestContext, deployment_id: str) -> SoftwareDeploymentRow:
    """Raises SoftwareNotFound, for another project's too."""
    row = service.database.read(software.get_deployment, deployment_id)
    if row is None or not may_see(context, row):
        raise SoftwareNotFound(f"Deployment with id {deployment_id:.80} not found")
    return row


def may_see(context: RequestContext, row: SoftwareDeploymentRow) -> bool:
    mine = context.project_id
    return context.is_admin or (mine is not None and mine in (row.project_id, row.stack_user_project_id))


def _project(context: RequestContext) -> str | None:
    return None if context.is_admin else context.project_id or ""
