"""What guests report of deployments: recorded once, and told to whoever waits for it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from heat_mq.db.repo import nodes, software
from heat_mq.db.session import is_repeated
from heat_mq.errors import UserError
from heat_mq.resources.kit.software import OUTPUTS

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

IN_PROGRESS, COMPLETE, FAILED = "IN_PROGRESS", "COMPLETE", "FAILED"
STATUS_CODE: Final = "deploy_status_code"


def take_report(
    connection: Connection,
    service: Service,
    deployment_id: str,
    details: Any,
    moment: datetime.datetime,
    *,
    of_config: str | None = None,
) -> str:
    """Record a report of this ``moment`` in the caller's transaction; the answer is the reason of the event.

    ``details`` maps names of outputs to their values. Only a deployment in progress is reported on: the first report
    counts, any other is answered with "". So is one ``of_config`` when another config is deployed meanwhile. Raises
    UserError for a report that is no map.
    """
    given = details if details is not None else {}
    if not isinstance(given, Mapping):
        raise UserError(f"the report of a deployment is a map of its outputs, not {given!r:.120}")
    row = software.lock_deployment(connection, deployment_id)
    is_mine = row is not None and row.updated_at == moment and is_repeated(connection)
    if row is None or (row.status != IN_PROGRESS and not is_mine) or of_config not in (None, row.config_id):
        return ""
    config = software.get_config(connection, row.config_id)
    declared = service.box.open(config.body)["outputs"] if config is not None else []
    outputs = service.box.open(row.output_values) if row.output_values else {}
    outputs |= {item["name"]: given[item["name"]] for item in declared if item["name"] in given}
    outputs |= {name: given.get(name) for name in OUTPUTS}
    wrong = {
        item["name"]: given[item["name"]] for item in declared if item.get("error_output") and given.get(item["name"])
    }
    code = given.get(STATUS_CODE)
    if has_failed(code):
        wrong[STATUS_CODE] = f"Deployment exited with non-zero status code: {code}"
    values = {
        "status": FAILED if wrong else COMPLETE,
        "status_reason": ", ".join(f"{name} : {text}" for name, text in wrong.items()) or "Outputs received",
        "output_values": service.seal(outputs),
        "updated_at": moment,
    }
    software.update_deployment(connection, deployment_id, values)
    wake_owners(connection, deployment_id)
    if not wrong:
        return "deployment succeeded"
    return f"deployment failed ({code})" if has_failed(code) else "deployment failed"


def has_failed(code: Any) -> bool:
    """Whether a status code is other than 0: a number, or the text of one."""
    return code is not None and str(code).strip() not in ("", "0", "0.0", "False")


def wake_owners(connection: Connection, deployment_id: str) -> None:
    """Have the resource that waits for a deployment looked at again."""
    for stack_id, name in software.get_owners(connection, deployment_id):
        nodes.wake_nodes(connection, stack_id, [name])
