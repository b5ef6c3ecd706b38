"""Reports that guests leave in an object of Swift or a queue of Zaqar, where they have to be looked for."""

from __future__ import annotations

import logging
import urllib.parse
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from heat_mq.clients.credentials import PasswordCredential, TokenCredential
from heat_mq.context import RequestContext
from heat_mq.db.records import SoftwareDeploymentRow
from heat_mq.db.repo import software
from heat_mq.engine.reports import IN_PROGRESS, take_report
from heat_mq.errors import Error
from heat_mq.resources.kit.software import TEMP_URL, ZAQAR

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

LOG = logging.getLogger(__name__)
TRANSPORT: Final = "deploy_signal_transport"
READER: Final = str(uuid.uuid5(uuid.NAMESPACE_URL, "heat_mq:reports"))
"""By what name Zaqar knows us: nothing is claimed, so that all engines may bear the same."""


def call_for_report(service: Service, deployment_id: str, cloud: Any) -> bool:
    """Look where a deployment in progress is to be reported on; whether there was a report, which is recorded.

    ``cloud`` is one with rights on the deployment's project.
    """
    row = service.database.read(software.get_deployment, deployment_id)
    if row is None or row.status != IN_PROGRESS:
        return False
    config = service.database.read(software.get_config, row.config_id)
    inputs = service.box.open(config.body)["inputs"] if config is not None else ()
    details = _left(service, {item["name"]: item.get("value") for item in inputs}, cloud)
    if details is None:
        return False
    service.database.write(take_report, service, row.id, details, service.now(), of_config=row.config_id)
    service.bell(1)
    return True


def call_for_reports(service: Service, context: RequestContext, row: SoftwareDeploymentRow) -> bool:
    """The same with the rights of a caller; what cannot be reached now is left for later."""
    if row.status != IN_PROGRESS:
        return False
    try:
        return call_for_report(service, row.id, service.clouds.cloud(TokenCredential.of(context)))
    except Error as error:
        LOG.info("no report of deployment %s: %s", row.id, error)
        return False


def _left(service: Service, inputs: Mapping[str, Any], cloud: Any) -> Mapping[str, Any] | None:
    """What the guest has left; only a map is a report."""
    found: Any = None
    if inputs.get(TRANSPORT) == TEMP_URL:
        found = _in_object(str(inputs.get("deploy_signal_id") or ""), cloud)
    elif inputs.get(TRANSPORT) == ZAQAR and inputs.get("deploy_user_id"):
        guest = PasswordCredential(
            password=str(inputs.get("deploy_password") or ""),
            user_id=str(inputs["deploy_user_id"]),
            project_id=str(inputs.get("deploy_project_id") or ""),
        )
        queues: Any = service.clouds.cloud(guest).service("message")
        messages = queues.messages(str(inputs.get("deploy_queue_id") or ""), READER)
        found = messages[0]["body"] if messages else None
    return found if isinstance(found, Mapping) else None


def _in_object(url: str, cloud: Any) -> Any:
    """The object that a temporary URL is for, as long as it is in the account that ``cloud`` has rights on."""
    store = cloud.service("object-store")
    account, container, name = _parts(url)
    if not name or account != _parts(store.endpoint())[0]:
        return None
    return store.read_object(container, name)


def _parts(url: str) -> tuple[str, str, str]:
    """Account, container and object. What stands before the version is a proxy's, and some clients leave it out."""
    path = urllib.parse.unquote(urllib.parse.urlsplit(url).path)
    account, _, rest = path.partition("/v1/")[2].partition("/")
    container, _, name = rest.partition("/")
    return account, container, name
