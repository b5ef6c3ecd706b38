"""The engine's side of the RPC contract: one line for each method, to the command or query that does it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.engine.commands import (
    actions,
    cancel,
    create,
    delete,
    forget,
    mark,
    restore,
    signal,
    snapshot,
    software_configs,
    software_deployments,
    update,
)
from heat_mq.engine.queries import (
    definition,
    events,
    outputs,
    preview,
    preview_update,
    resources,
    services,
    snapshots,
    software,
    stacks,
    types,
    validate,
)

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

LOG = logging.getLogger(__name__)


class EngineEndpoint:
    """Fulfils :class:`heat_mq.rpc.contract.EngineMethods`; arguments and answers are described there."""

    def __init__(self, service: Service) -> None:
        self._service = service

    # --- stacks -------------------------------------------------------------------------------

    def identify_stack(self, context: RequestContext, stack_name: str) -> Any:
        return stacks.identify_stack(self._service, context, stack_name)

    def list_stacks(
        self,
        context: RequestContext,
        limit: int | None = None,
        marker: str | None = None,
        sort_keys: list[str] | None = None,
        sort_dir: str | None = None,
        **which: Any,
    ) -> Any:
        page: dict[str, Any] = {"limit": limit, "marker": marker, "sort_keys": sort_keys or (), "sort_dir": sort_dir}
        return stacks.list_stacks(self._service, stacks.query_of(self._service, context, **which, **page))

    def count_stacks(self, context: RequestContext, **which: Any) -> Any:
        return stacks.count_stacks(self._service, stacks.query_of(self._service, context, **which))

    def show_stack(self, context: RequestContext, stack_identity: Any, resolve_outputs: bool = True) -> Any:
        return stacks.show_stack(self._service, context, stack_identity, resolve_outputs)

    def create_stack(self, context: RequestContext, **request: Any) -> Any:
        return create.create_stack(self._service, context, **request)

    def update_stack(self, context: RequestContext, **request: Any) -> Any:
        return update.update_stack(self._service, context, **request)

    def delete_stack(self, context: RequestContext, stack_identity: Any) -> None:
        delete.delete_stack(self._service, context, stack_identity)

    def stack_check(self, context: RequestContext, stack_identity: Any) -> None:
        actions.check_stack(self._service, context, stack_identity)

    def stack_suspend(self, context: RequestContext, stack_identity: Any) -> None:
        actions.suspend_stack(self._service, context, stack_identity)

    def stack_resume(self, context: RequestContext, stack_identity: Any) -> None:
        actions.resume_stack(self._service, context, stack_identity)

    def stack_cancel_update(
        self, context: RequestContext, stack_identity: Any, cancel_with_rollback: bool = True
    ) -> None:
        cancel.cancel_stack(self._service, context, stack_identity, cancel_with_rollback)

    def stack_snapshot(self, context: RequestContext, stack_identity: Any, name: str | None) -> Any:
        return snapshot.take_snapshot(self._service, context, stack_identity, name)

    def show_snapshot(self, context: RequestContext, stack_identity: Any, snapshot_id: str) -> Any:
        return snapshots.show_snapshot(self._service, context, stack_identity, snapshot_id)

    def delete_snapshot(self, context: RequestContext, stack_identity: Any, snapshot_id: str) -> None:
        snapshot.delete_snapshot(self._service, context, stack_identity, snapshot_id)

    def stack_list_snapshots(self, context: RequestContext, stack_identity: Any) -> Any:
        return snapshots.list_snapshots(self._service, context, stack_identity)

    def stack_restore(self, context: RequestContext, stack_identity: Any, snapshot_id: str) -> None:
        restore.restore_snapshot(self._service, context, stack_identity, snapshot_id)

    def abandon_stack(self, context: RequestContext, stack_identity: Any, abandon: bool = True) -> Any:
        return forget.abandon_stack(self._service, context, stack_identity, abandon)

    def export_stack(self, context: RequestContext, stack_identity: Any) -> Any:
        return forget.export_stack(self._service, context, stack_identity)

    def preview_stack(self, context: RequestContext, **request: Any) -> Any:
        return preview.preview_stack(self._service, context, **request)

    def preview_update_stack(self, context: RequestContext, **request: Any) -> Any:
        return preview_update.preview_update_stack(self._service, context, **request)

    def validate_template(self, context: RequestContext, **request: Any) -> Any:
        return validate.validate_template(self._service, context, **request)

    def get_template(self, context: RequestContext, stack_identity: Any) -> Any:
        return definition.get_template(self._service, context, stack_identity)

    def get_environment(self, context: RequestContext, stack_identity: Any) -> Any:
        return definition.get_environment(self._service, context, stack_identity)

    def get_files(self, context: RequestContext, stack_identity: Any) -> Any:
        return definition.get_files(self._service, context, stack_identity)

    def list_outputs(self, context: RequestContext, stack_identity: Any) -> Any:
        return outputs.list_outputs(self._service, context, stack_identity)

    def show_output(self, context: RequestContext, stack_identity: Any, output_key: str) -> Any:
        return outputs.show_output(self._service, context, stack_identity, output_key)

    # --- resources and events -----------------------------------------------------------------

    def list_stack_resources(self, context: RequestContext, **request: Any) -> Any:
        return resources.list_stack_resources(self._service, context, **request)

    def describe_stack_resource(self, context: RequestContext, **request: Any) -> Any:
        return resources.describe_stack_resource(self._service, context, **request)

    def describe_stack_resources(self, context: RequestContext, **request: Any) -> Any:
        return resources.describe_stack_resources(self._service, context, **request)

    def find_physical_resource(self, context: RequestContext, physical_resource_id: str) -> Any:
        return resources.find_physical_resource(self._service, context, physical_resource_id)

    def resource_signal(self, context: RequestContext, **request: Any) -> Any:
        return signal.signal_resource(self._service, context, **request)

    def resource_mark_unhealthy(self, context: RequestContext, **request: Any) -> None:
        mark.mark_unhealthy(self._service, context, **request)

    def list_events(self, context: RequestContext, **request: Any) -> Any:
        return events.list_events(self._service, context, **request)

    # --- software configs and deployments -----------------------------------------------------

    def list_software_configs(self, context: RequestContext, **request: Any) -> Any:
        return software.list_configs(self._service, context, **request)

    def show_software_config(self, context: RequestContext, config_id: str) -> Any:
        return software.show_config(self._service, context, config_id)

    def create_software_config(self, context: RequestContext, **request: Any) -> Any:
        return software_configs.create_config(self._service, context, **request)

    def delete_software_config(self, context: RequestContext, config_id: str) -> None:
        software_configs.delete_config(self._service, context, config_id)

    def list_software_deployments(self, context: RequestContext, server_id: str | None) -> Any:
        return software.list_deployments(self._service, context, server_id)

    def metadata_software_deployments(self, context: RequestContext, server_id: str) -> Any:
        return software.server_metadata(self._service, context, server_id)

    def show_software_deployment(self, context: RequestContext, deployment_id: str) -> Any:
        return software.show_deployment(self._service, context, deployment_id)

    def create_software_deployment(self, context: RequestContext, **request: Any) -> Any:
        return software_deployments.create_deployment(self._service, context, **request)

    def update_software_deployment(self, context: RequestContext, **request: Any) -> Any:
        return software_deployments.update_deployment(self._service, context, **request)

    def delete_software_deployment(self, context: RequestContext, deployment_id: str) -> None:
        software_deployments.delete_deployment(self._service, context, deployment_id)

    def signal_software_deployment(self, context: RequestContext, **request: Any) -> str:
        return software_deployments.signal_deployment(self._service, context, **request)

    # --- what the engine knows ----------------------------------------------------------------

    def list_resource_types(self, context: RequestContext, **request: Any) -> Any:
        return types.list_resource_types(self._service, context, **request)

    def resource_schema(self, context: RequestContext, **request: Any) -> Any:
        return types.resource_schema(self._service, context, **request)

    def generate_template(self, context: RequestContext, **request: Any) -> Any:
        return types.generate_template(self._service, context, **request)

    def list_template_versions(self, context: RequestContext) -> Any:
        return types.list_template_versions()

    def list_template_functions(
        self, context: RequestContext, template_version: str, with_condition: bool = False
    ) -> Any:
        return types.list_template_functions(template_version, with_condition)

    def list_services(self, context: RequestContext) -> Any:
        return services.list_services(self._service)

    def get_revision(self, context: RequestContext) -> str:
        return self._service.revision


class WorkerEndpoint:
    """Fulfils :class:`heat_mq.rpc.contract.WorkerBell`."""

    def __init__(self, ring: Any) -> None:
        self._ring = ring

    def work_available(self, context: RequestContext, count: int) -> None:
        self._ring(count)
