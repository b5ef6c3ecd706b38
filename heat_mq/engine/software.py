"""Software configs and deployments of one resource, as its type works with them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from heat_mq.db.records import ResourceRow, SoftwareConfigRow, SoftwareDeploymentRow
from heat_mq.db.repo import resources, software, stacks
from heat_mq.engine.collect import call_for_report
from heat_mq.engine.guest_metadata import metadata_of, publish
from heat_mq.engine.software_limits import check_configs, check_deployments
from heat_mq.engine.software_maps import config_map, config_row, deployment_map
from heat_mq.errors import StepFailed
from heat_mq.state.context import StackContext

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

OWN: Final = "config"
DEPLOYMENT: Final = "deployment"


class SoftwarePort:
    """Fulfils :class:`heat_mq.resources.kit.software.Software`.

    Ids are made of the resource's, so that a step that is repeated finds what it has stored before.
    """

    def __init__(self, service: Service, context: StackContext, row: ResourceRow) -> None:
        self._service = service
        self._context = context
        self._row = row

    # --- configs ------------------------------------------------------------------------------

    def put_config(self, content: Mapping[str, Any]) -> str:
        row = self._config(self._id(OWN), content)
        self._service.database.write(self._put, row)
        return row.id

    def has_config(self) -> bool:
        return self.config(self._id(OWN)) is not None

    def config(self, config_id: str) -> dict[str, Any] | None:
        row = self._service.database.read(software.get_config, config_id)
        if row is None or row.project_id != self._context.stack.project_id:
            return None
        return config_map(self._service.box, row)

    def url_key(self, container: str) -> str:
        return self._service.box.derive(f"temporary URLs of {self._context.stack.project_id}/{container}")

    def drop_config(self, config_id: str) -> None:
        if self.config(config_id) is not None and not self._service.database.write(software.remove_config, config_id):
            raise StepFailed(f"the config {config_id} is deployed: delete the deployments that refer to it first")

    # --- the server ---------------------------------------------------------------------------

    def server_metadata(self) -> dict[str, Any]:
        return metadata_of(self._service, self._context, self._row)

    # --- the deployment -----------------------------------------------------------------------

    @property
    def deployment_id(self) -> str:
        return self._row.physical_id or self._id(DEPLOYMENT)

    def deploy(self, key: str, content: Mapping[str, Any], deployment: Mapping[str, Any]) -> None:
        config = self._config(self._id(f"{DEPLOYMENT}/{key}"), content)
        self._service.database.write(self._deploy, config, deployment)
        # Also when nothing was written: whoever wrote it may have died before anybody was told.
        publish(self._service, str(deployment["server_id"]))

    def deployment(self) -> dict[str, Any] | None:
        row = self._found()
        return deployment_map(self._service.box, row) if row is not None else None

    def call_for_report(self) -> None:
        call_for_report(self._service, self.deployment_id, self._service.ports.cloud(self._context))

    def abort_deployment(self) -> None:
        self._service.database.write(self._abort)

    def remove_deployment(self) -> None:
        row = self._found()
        if row is not None:
            self._service.database.write(self._remove, row)
            publish(self._service, row.server_id)

    def has_server(self, server_id: str) -> bool:
        for row in self._service.database.read(resources.find_physical, server_id):
            stack = self._service.database.read(stacks.get_stack, row.stack_id)
            if stack is not None and stack.is_live and stack.project_id == self._context.stack.project_id:
                cls = self._context.class_of_row(row)
                return cls.takes_deployments and not cls.service
        return False

    # --- how ----------------------------------------------------------------------------------

    def _id(self, key: str) -> str:
        return str(uuid.uuid5(uuid.UUID(self._row.id), key))

    def _now(self) -> datetime.datetime:
        return self._service.now()

    def _config(self, config_id: str, content: Mapping[str, Any]) -> SoftwareConfigRow:
        return config_row(self._service.box, config_id, self._context.stack.project_id, content, self._now())

    def _found(self) -> SoftwareDeploymentRow | None:
        row = self._service.database.read(software.get_deployment, self.deployment_id)
        return row if row is not None and row.project_id == self._context.stack.project_id else None

    def _put(self, connection: Connection, row: SoftwareConfigRow) -> None:
        if software.get_config(connection, row.id) is None:
            check_configs(connection, self._service.limits, row.project_id)
            software.put_config(connection, row)
        self._service.ports.confirm(connection)

    def _deploy(self, connection: Connection, config: SoftwareConfigRow, wanted: Mapping[str, Any]) -> None:
        """ONE transaction: the config of the action takes the place of the one before, and the deployment is open.

        A deployment that has this config was opened by the same action, and may be reported on since: it stays.
        """
        known = software.lock_deployment(connection, self.deployment_id)
        if known is not None and known.config_id == config.id:
            return
        if known is None:
            check_configs(connection, self._service.limits, config.project_id)
            check_deployments(connection, self._service.limits, config.project_id)
        software.put_config(connection, config)
        values = {
            "server_id": wanted["server_id"],
            "config_id": config.id,
            "input_values": self._service.seal(dict(wanted["input_values"])),
            "output_values": None,
            "action": wanted["action"],
            "status": wanted["status"],
            "status_reason": wanted["status_reason"],
        }
        if known is None:
            row = SoftwareDeploymentRow(
                id=self.deployment_id,
                project_id=self._context.stack.project_id,
                stack_user_project_id=self._user_project(connection),
                created_at=self._now(),
                updated_at=None,
                **values,
            )
            software.insert_deployment(connection, row)
        else:
            software.update_deployment(connection, known.id, {**values, "updated_at": self._now()})
            software.remove_config(connection, known.config_id)
        self._service.ports.confirm(connection)

    def _abort(self, connection: Connection) -> None:
        """ONE transaction: whoever stood still meanwhile must not end what was deployed since."""
        software.abort_deployments(connection, [self.deployment_id])
        self._service.ports.confirm(connection)

    def _remove(self, connection: Connection, row: SoftwareDeploymentRow) -> None:
        software.remove_deployments(connection, [row.id])
        software.remove_config(connection, row.config_id)
        self._service.ports.confirm(connection)

    def _user_project(self, connection: Connection) -> str | None:
        root = stacks.get_stack(connection, self._context.stack.root_id)
        return root.stack_user_project_id if root is not None else None
