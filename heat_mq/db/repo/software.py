"""Software configs and deployments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from heat_mq.db.records import SoftwareConfigRow, SoftwareDeploymentRow
from heat_mq.db.tables import resource, software_config, software_deployment, stack
from heat_mq.db.upsert import insert_new

# --- configs --------------------------------------------------------------------------------


def put_config(connection: Connection, row: SoftwareConfigRow) -> None:
    """Store a config; one that is there with this id stays as it is."""
    connection.execute(insert_new(connection, software_config).values(_values(row)))


def get_config(connection: Connection, config_id: str) -> SoftwareConfigRow | None:
    found = connection.execute(select(software_config).where(software_config.c.id == config_id)).mappings()
    row = found.one_or_none()
    return SoftwareConfigRow.from_row(row) if row else None


def list_configs(
    connection: Connection, project_id: str | None, limit: int | None = None, marker: str | None = None
) -> list[SoftwareConfigRow]:
    """Those of a project, or of all for None, the newest first; what follows ``marker``, if there is such a config."""
    query = select(software_config)
    if project_id is not None:
        query = query.where(software_config.c.project_id == project_id)
    after = get_config(connection, marker) if marker is not None else None
    if after is not None:
        same_time = and_(software_config.c.created_at == after.created_at, software_config.c.id < after.id)
        query = query.where(or_(software_config.c.created_at < after.created_at, same_time))
    query = query.order_by(software_config.c.created_at.desc(), software_config.c.id.desc()).limit(limit)
    return [SoftwareConfigRow.from_row(row) for row in connection.execute(query).mappings()]


def count_configs(connection: Connection, project_id: str) -> int:
    query = select(func.count()).where(software_config.c.project_id == project_id)
    return connection.scalar(query) or 0


def lock_config(connection: Connection, config_id: str) -> SoftwareConfigRow | None:
    """The config, which nobody deletes before the transaction ends."""
    query = select(software_config).where(software_config.c.id == config_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return SoftwareConfigRow.from_row(row) if row else None


def remove_config(connection: Connection, config_id: str) -> bool:
    """Forget a config; False when a deployment refers to it, and it stays.

    It is locked before it is asked who refers to it: whoever deploys it holds it until that is committed.
    """
    lock_config(connection, config_id)
    users = select(software_deployment.c.id).where(software_deployment.c.config_id == config_id).limit(1)
    if connection.execute(users).first() is not None:
        return False
    connection.execute(delete(software_config).where(software_config.c.id == config_id))
    return True


# --- deployments ----------------------------------------------------------------------------


def insert_deployment(connection: Connection, row: SoftwareDeploymentRow) -> None:
    connection.execute(insert(software_deployment).values(_values(row)))


def get_deployment(connection: Connection, deployment_id: str) -> SoftwareDeploymentRow | None:
    query = select(software_deployment).where(software_deployment.c.id == deployment_id)
    row = connection.execute(query).mappings().one_or_none()
    return SoftwareDeploymentRow.from_row(row) if row else None


def lock_deployment(connection: Connection, deployment_id: str) -> SoftwareDeploymentRow | None:
    """The deployment, which nobody changes before the transaction ends: signals of several tools add up."""
    query = select(software_deployment).where(software_deployment.c.id == deployment_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return SoftwareDeploymentRow.from_row(row) if row else None


def list_deployments(
    connection: Connection, project_id: str | None, server_id: str | None = None
) -> list[SoftwareDeploymentRow]:
    """Those of a project, or of all for None; a stack user's project counts as theirs. The oldest first."""
    query = select(software_deployment)
    if project_id is not None:
        query = query.where(
            or_(
                software_deployment.c.project_id == project_id,
                software_deployment.c.stack_user_project_id == project_id,
            )
        )
    if server_id is not None:
        query = query.where(software_deployment.c.server_id == server_id)
    query = query.order_by(software_deployment.c.created_at, software_deployment.c.id)
    return [SoftwareDeploymentRow.from_row(row) for row in connection.execute(query).mappings()]


def list_deployed(connection: Connection, server_id: str, project_id: str | None) -> list[SoftwareConfigRow]:
    """The config of each deployment to a server that a project's guests apply, ordered by the configs' names.

    Those are a project's own, and for the users of a stack those that its project made for them. Who owns a deployment
    says for whose users it is: what a stranger says of a project that is not theirs must not run on its servers.
    """
    mine = [software_deployment.c.server_id == server_id]
    if project_id is not None:
        masters = select(stack.c.project_id).where(stack.c.stack_user_project_id == project_id)
        mine.append(
            or_(
                software_deployment.c.project_id == project_id,
                and_(
                    software_deployment.c.stack_user_project_id == project_id,
                    software_deployment.c.project_id.in_(masters),
                ),
            )
        )
    query = (
        select(software_config)
        .join(software_deployment, software_deployment.c.config_id == software_config.c.id)
        .where(*mine)
        .order_by(software_config.c.name, software_deployment.c.created_at, software_deployment.c.id)
    )
    return [SoftwareConfigRow.from_row(row) for row in connection.execute(query).mappings()]


def get_without_config(connection: Connection) -> list[SoftwareDeploymentRow]:
    """Deployments whose config is gone, which must not be."""
    there = select(software_config.c.id).where(software_config.c.id == software_deployment.c.config_id)
    query = select(software_deployment).where(~there.exists())
    return [SoftwareDeploymentRow.from_row(row) for row in connection.execute(query).mappings()]


def count_deployments(connection: Connection, project_id: str) -> int:
    query = select(func.count()).where(software_deployment.c.project_id == project_id)
    return connection.scalar(query) or 0


def get_owners(connection: Connection, deployment_id: str) -> list[tuple[str, str]]:
    """The stack and name of each resource, replaced ones too, that a deployment belongs to."""
    query = select(resource.c.stack_id, resource.c.name).where(resource.c.physical_id == deployment_id)
    return [(row.stack_id, row.name) for row in connection.execute(query.distinct())]


def update_deployment(connection: Connection, deployment_id: str, values: Mapping[str, Any]) -> bool:
    """Change some columns; False when there is no such deployment."""
    mine = software_deployment.c.id == deployment_id
    return connection.execute(update(software_deployment).where(mine).values(dict(values))).rowcount == 1


def abort_deployments(connection: Connection, ids: Collection[str]) -> None:
    """Have nobody wait for these any more: those in progress have failed."""
    if not ids:
        return
    mine = software_deployment.c.id.in_(sorted(ids))
    in_progress = software_deployment.c.status == "IN_PROGRESS"
    values = {"status": "FAILED", "status_reason": "Deployment aborted"}
    connection.execute(update(software_deployment).where(mine, in_progress).values(values))


def remove_deployments(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(delete(software_deployment).where(software_deployment.c.id.in_(sorted(ids))))


def _values(row: SoftwareConfigRow | SoftwareDeploymentRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
