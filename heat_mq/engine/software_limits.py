"""How many software configs and deployments a project may have."""

from __future__ import annotations

from sqlalchemy import Connection

from heat_mq.db.repo import software
from heat_mq.engine.service import EngineLimits
from heat_mq.errors import LimitExceeded


def check_configs(connection: Connection, limits: EngineLimits, project_id: str) -> None:
    """Raise LimitExceeded when the project may have no further config."""
    limit = limits.software_configs
    if 0 <= limit <= software.count_configs(connection, project_id):
        raise LimitExceeded(f"The project has {limit} software configs, which is as many as it may have. Delete some.")


def check_deployments(connection: Connection, limits: EngineLimits, project_id: str) -> None:
    """Raise LimitExceeded when the project may have no further deployment."""
    limit = limits.software_deployments
    if 0 <= limit <= software.count_deployments(connection, project_id):
        raise LimitExceeded(f"The project has {limit} software deployments, as many as it may have. Delete some.")
