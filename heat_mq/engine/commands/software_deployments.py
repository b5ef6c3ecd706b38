"""Store, change and delete software deployments, and take the reports of guests."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import SoftwareDeploymentRow
from heat_mq.db.repo import software
from heat_mq.db.session import is_repeated
from heat_mq.engine.guest_metadata import publish
from heat_mq.engine.queries.software import find_config, find_deployment
from heat_mq.engine.reports import take_report, wake_owners
from heat_mq.engine.software_limits import check_deployments
from heat_mq.engine.software_maps import deployment_map
from heat_mq.errors import BadRequest, Conflict, SoftwareNotFound

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def create_deployment(
    service: Service,
    context: RequestContext,
    server_id: str,
    config_id: str,
    input_values: Mapping[str, Any] | None,
    action: str | None,
    status: str | None,
    status_reason: str | None,
    stack_user_project_id: str | None,
    deployment_id: str | None = None,
) -> dict[str, Any]:
    """The deployment as it is shown. Raises SoftwareNotFound for the config, Conflict for an id that is taken."""
    find_config(service, context, config_id)
    row = SoftwareDeploymentRow(
        id=deployment_id or str(uuid.uuid4()),
        project_id=context.project_id or "",
        server_id=server_id,
        config_id=config_id,
        stack_user_project_id=stack_user_project_id,
        action=action,
        status=status,
        status_reason=status_reason,
        input_values=service.seal(dict(input_values or {})),
        output_values=None,
        created_at=service.now(),
        updated_at=None,
    )
    service.database.write(_insert, service, row)
    publish(service, server_id)
    return deployment_map(service.box, row)


def update_deployment(
    service: Service,
    context: RequestContext,
    deployment_id: str,
    config_id: str | None,
    input_values: Mapping[str, Any] | None,
    output_values: Mapping[str, Any] | None,
    action: str | None,
    status: str | None,
    status_reason: str | None,
    updated_at: str | None,
) -> dict[str, Any]:
    """The deployment as it is shown afterwards; what is empty stays as it was.

    ``updated_at`` is ISO 8601, now by default. Whoever waits for the deployment is woken.
    """
    row = find_deployment(service, context, deployment_id)
    if config_id:
        find_config(service, context, config_id)
    values: dict[str, Any] = {
        name: value
        for name, value in (
            ("config_id", config_id),
            ("input_values", service.seal(dict(input_values)) if input_values else None),
            ("output_values", service.seal(dict(output_values)) if output_values else None),
            ("action", action),
            ("status", status),
            ("status_reason", status_reason),
        )
        if value
    }
    if not values:
        return deployment_map(service.box, row)
    values["updated_at"] = _moment(updated_at) or service.now()
    changed = service.database.write(_update, row.id, values)
    service.bell(1)
    if config_id:
        publish(service, changed.server_id)
    return deployment_map(service.box, changed)


def delete_deployment(service: Service, context: RequestContext, deployment_id: str) -> None:
    """Raises SoftwareNotFound."""
    row = find_deployment(service, context, deployment_id)
    service.database.write(software.remove_deployments, [row.id])
    publish(service, row.server_id)


def signal_deployment(
    service: Service, context: RequestContext, deployment_id: str, details: Any, updated_at: str | None
) -> str:
    """Take a guest's report; answers what became of it, "" for one that comes too late."""
    row = find_deployment(service, context, deployment_id)
    reason = service.database.write(take_report, service, row.id, details, _moment(updated_at) or service.now())
    service.bell(1)
    return reason


def _insert(connection: Connection, service: Service, row: SoftwareDeploymentRow) -> None:
    if is_repeated(connection) and _is_stored(connection, row):
        return
    check_deployments(connection, service.limits, row.project_id)
    if software.lock_config(connection, row.config_id) is None:
        raise SoftwareNotFound(f"Software config with id {row.config_id} not found")
    if software.get_deployment(connection, row.id) is not None:
        raise Conflict(f"There is a deployment with id {row.id} already.")
    software.insert_deployment(connection, row)


def _is_stored(connection: Connection, row: SoftwareDeploymentRow) -> bool:
    known = software.get_deployment(connection, row.id)
    return known is not None and known.created_at == row.created_at


def _update(connection: Connection, deployment_id: str, values: Mapping[str, Any]) -> SoftwareDeploymentRow:
    """ONE transaction: the change, and the wake-up of the resource that waits for it."""
    config_id = values.get("config_id")
    if config_id is not None and software.lock_config(connection, config_id) is None:
        raise SoftwareNotFound(f"Software config with id {config_id} not found")
    software.update_deployment(connection, deployment_id, values)
    row = software.get_deployment(connection, deployment_id)
    if row is None:
        raise SoftwareNotFound(f"Deployment with id {deployment_id} not found")
    wake_owners(connection, deployment_id)
    return row


def _moment(text: str | None) -> datetime.datetime | None:
    """UTC without a zone, as the database keeps it."""
    if not text:
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"updated_at is a time in ISO 8601, not {text!r:.60}.") from None
    return found.astimezone(datetime.UTC).replace(tzinfo=None) if found.tzinfo is not None else found
