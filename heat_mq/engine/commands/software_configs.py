"""Store and delete software configs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import SoftwareConfigRow
from heat_mq.db.repo import software
from heat_mq.db.session import is_repeated
from heat_mq.engine.queries.software import find_config
from heat_mq.engine.software_limits import check_configs
from heat_mq.engine.software_maps import config_map, config_row
from heat_mq.errors import ConfigInUse

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def create_config(
    service: Service,
    context: RequestContext,
    group: str | None,
    name: str | None,
    config: Any,
    inputs: Sequence[Mapping[str, Any]] | None,
    outputs: Sequence[Mapping[str, Any]] | None,
    options: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The config as it is shown; inputs and outputs come with the defaults of their keys."""
    content = {
        "name": name,
        "group": group,
        "config": config,
        "inputs": inputs,
        "outputs": outputs,
        "options": options,
    }
    row = config_row(service.box, str(uuid.uuid4()), context.project_id or "", content, service.now())
    service.database.write(_put, service, row)
    return config_map(service.box, row, with_project=bool(context.is_admin))


def delete_config(service: Service, context: RequestContext, config_id: str) -> None:
    """Raises SoftwareNotFound, and ConfigInUse while a deployment refers to it."""
    row = find_config(service, context, config_id)
    if not service.database.write(software.remove_config, row.id):
        raise ConfigInUse(f"Software config {row.id} is deployed: delete the deployments that refer to it first.")


def _put(connection: Connection, service: Service, row: SoftwareConfigRow) -> None:
    if is_repeated(connection) and software.get_config(connection, row.id) is not None:
        return
    check_configs(connection, service.limits, row.project_id)
    software.put_config(connection, row)
