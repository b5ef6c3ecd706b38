"""The whole API on one page: method, path below ``/v1/{tenant_id}``, handler, policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from heat_mq.api.call import Answer, Call
from heat_mq.api.handlers import (
    actions,
    build_info,
    events,
    lookup,
    outputs,
    preview,
    resource_types,
    resources,
    services,
    snapshots,
    software_configs,
    software_deployments,
    stack_list,
    stacks,
    template_versions,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """One operation. ``fixed`` are path variables that the path spells out.

    A ``policy`` that ends in ``*`` stands for one for each kind of body: the handler checks it.
    """

    method: str
    path: str
    handler: Callable[[Call], Answer]
    policy: str
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def guarded_by_handler(self) -> bool:
        return self.policy.endswith("*")


STACK = "/stacks/{stack_name}/{stack_id}"
RESOURCE = STACK + "/resources/{resource_name}"
DEPLOYMENT = "/software_deployments/{deployment_id}"
SNAPSHOT = STACK + "/snapshots/{snapshot_id}"

ROUTES = [
    Route("GET", "/build_info", build_info.show, "build_info:build_info"),
    Route("GET", "/services", services.index, "service:index"),
    # What the engine knows
    Route("POST", "/validate", preview.validate, "stacks:validate_template"),
    Route("GET", "/resource_types", resource_types.index, "stacks:list_resource_types"),
    Route("GET", "/resource_types/{type_name}", resource_types.show, "stacks:resource_schema"),
    Route("GET", "/resource_types/{type_name}/template", resource_types.template, "stacks:generate_template"),
    Route("GET", "/template_versions", template_versions.index, "stacks:list_template_versions"),
    Route(
        "GET",
        "/template_versions/{template_version}/functions",
        template_versions.functions,
        "stacks:list_template_functions",
    ),
    # Stacks
    Route("GET", "/stacks", stack_list.index, "stacks:index"),
    Route("POST", "/stacks", stacks.create, "stacks:create"),
    Route("GET", "/stacks/detail", stack_list.index, "stacks:detail"),
    Route("POST", "/stacks/preview", preview.create, "stacks:preview"),
    Route("GET", STACK, stacks.show, "stacks:show"),
    Route("PUT", STACK, stacks.update, "stacks:update"),
    Route("PATCH", STACK, stacks.patch, "stacks:update_patch"),
    Route("DELETE", STACK, stacks.delete, "stacks:delete"),
    Route("PUT", STACK + "/preview", preview.update, "stacks:preview_update"),
    Route("PATCH", STACK + "/preview", preview.patch, "stacks:preview_update_patch"),
    Route("GET", STACK + "/template", stacks.template, "stacks:template"),
    Route("GET", STACK + "/environment", stacks.environment, "stacks:environment"),
    Route("GET", STACK + "/files", stacks.files, "stacks:files"),
    Route("GET", STACK + "/outputs", outputs.index, "stacks:list_outputs"),
    Route("GET", STACK + "/outputs/{output_key}", outputs.show, "stacks:show_output"),
    Route("POST", STACK + "/actions", actions.act, "actions:*"),
    Route("DELETE", STACK + "/abandon", stacks.abandon, "stacks:abandon"),
    Route("GET", STACK + "/export", stacks.export, "stacks:export"),
    # Snapshots
    Route("GET", STACK + "/snapshots", snapshots.index, "stacks:list_snapshots"),
    Route("POST", STACK + "/snapshots", snapshots.create, "stacks:snapshot"),
    Route("GET", SNAPSHOT, snapshots.show, "stacks:show_snapshot"),
    Route("DELETE", SNAPSHOT, snapshots.delete, "stacks:delete_snapshot"),
    Route("POST", SNAPSHOT + "/restore", snapshots.restore, "stacks:restore_snapshot"),
    # Resources and events
    Route("GET", STACK + "/resources", resources.index, "resource:index"),
    Route("GET", RESOURCE, resources.show, "resource:show"),
    Route("PATCH", RESOURCE, resources.mark_unhealthy, "resource:mark_unhealthy"),
    Route("GET", RESOURCE + "/metadata", resources.metadata, "resource:metadata"),
    Route("POST", RESOURCE + "/signal", resources.signal, "resource:signal"),
    Route("GET", RESOURCE + "/events", events.index, "events:index"),
    Route("GET", RESOURCE + "/events/{event_id}", events.show, "events:show"),
    Route("GET", STACK + "/events", events.index, "events:index"),
    # Software configs and deployments
    Route("GET", "/software_configs", software_configs.index, "software_configs:index"),
    Route("POST", "/software_configs", software_configs.create, "software_configs:create"),
    Route("GET", "/software_configs/{config_id}", software_configs.show, "software_configs:show"),
    Route("DELETE", "/software_configs/{config_id}", software_configs.delete, "software_configs:delete"),
    Route("GET", "/software_deployments", software_deployments.index, "software_deployments:index"),
    Route("POST", "/software_deployments", software_deployments.create, "software_deployments:create"),
    Route(
        "GET",
        "/software_deployments/metadata/{server_id}",
        software_deployments.metadata,
        "software_deployments:metadata",
    ),
    Route("GET", DEPLOYMENT, software_deployments.show, "software_deployments:show"),
    Route("PUT", DEPLOYMENT, software_deployments.update, "software_deployments:update"),
    Route("DELETE", DEPLOYMENT, software_deployments.delete, "software_deployments:delete"),
    # Short URLs, redirected. Stacks may be called "detail" and "preview" too.
    *(
        Route(method, "/stacks/{stack_name}", lookup.by_name, "stacks:lookup")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
    *(
        Route(method, f"/stacks/{name}", lookup.by_name, "stacks:lookup", (("stack_name", name),))
        for name, methods in {
            "detail": ("POST", "PUT", "PATCH", "DELETE"),
            "preview": ("GET", "PUT", "PATCH", "DELETE"),
        }.items()
        for method in methods
    ),
    *(
        Route(method, "/stacks/{stack_name}/" + part, lookup.by_name, "stacks:lookup", (("part", part),))
        for part, methods in {
            "resources": ("GET", "POST"),
            "events": ("GET", "POST"),
            "template": ("GET", "POST"),
            "actions": ("POST",),
            "environment": ("GET",),
            "files": ("GET",),
        }.items()
        for method in methods
    ),
]

#: An ARN holds slashes, which no path variable does: it is matched after all other paths.
ARN_PATH = r"/v1/(?P<tenant_id>[^/]+)/stacks/(?P<arn>(?s:arn:.+))"
ARN_ROUTE = Route("*", ARN_PATH, lookup.by_arn, "stacks:lookup")
