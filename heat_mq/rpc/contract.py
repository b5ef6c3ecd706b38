"""Every method the engine answers: name, arguments, version, style and answer.

:class:`EngineMethods` is the only list. The client takes argument names and defaults from it, the
engine's endpoint has one method of the same name for each entry, and a contract test compares both.
To add a method, add one entry.

Names, arguments and keys are those of Heat's engine. Identities are maps, times are texts
``YYYY-MM-DDTHH:MM:SSZ`` in UTC, and every value is JSON.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from heat_mq.rpc.answers import (
    Event,
    OutputSummary,
    Resource,
    ResourceChanges,
    ResourceIdentity,
    ResourceSchema,
    ResourceTypeSummary,
    Service,
    Snapshot,
    SoftwareConfig,
    SoftwareConfigSummary,
    SoftwareDeployment,
    Stack,
    StackArgs,
    StackIdentity,
    StackOutput,
    StackPreview,
    TemplateFunction,
    TemplateVersion,
    Validation,
)

if TYPE_CHECKING:
    from heat_mq.context import RequestContext

__all__ = [
    "ENGINE_TOPIC",
    "METHODS",
    "TOPICS",
    "VERSION",
    "WORKER_METHODS",
    "WORKER_TOPIC",
    "EngineMethods",
    "Method",
    "WorkerBell",
]

VERSION = "1.0"
ENGINE_TOPIC = "heat_mq-engine"
WORKER_TOPIC = "heat_mq-worker"

#: A template as the client sent it: text stays text, so that line and column of a problem are true.
Template = str | dict[str, Any]
#: An environment: parameters, parameter_defaults, resource_registry, event_sinks, …
Environment = dict[str, Any]
#: Values of a filter are alternatives; different filters must all hold.
Filters = dict[str, list[str]]

F = TypeVar("F", bound=Callable[..., Any])


@dataclasses.dataclass(frozen=True, slots=True)
class Method:
    """One entry of the contract. ``style`` is "call" (an answer comes) or "cast" (none does)."""

    name: str
    since: str
    style: str
    topic: str
    signature: inspect.Signature

    def arguments(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """All arguments by name, defaults filled in. ``TypeError`` for one the contract does not know."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)


def call(*, since: str) -> Callable[[F], F]:
    """Mark a method that is answered; ``since`` is the contract version that brought it."""
    return _mark("call", since)


def cast(*, since: str) -> Callable[[F], F]:
    """Mark a method that is sent and not answered."""
    return _mark("cast", since)


def _mark(style: str, since: str) -> Callable[[F], F]:
    def mark(function: F) -> F:
        function.__dict__["rpc"] = (style, since)
        return function

    return mark


class EngineMethods(Protocol):
    """What an engine answers. Errors are :mod:`heat_mq.errors`; see each method for the usual ones.

    Wherever an identity is taken, its name and id must both be right, else ``EntityNotFound``.
    """

    # --- stacks -----------------------------------------------------------------------------

    @call(since="1.0")
    def identify_stack(self, context: RequestContext, stack_name: str) -> StackIdentity:
        """Identity for a name (live stacks) or an id (deleted ones too). ``EntityNotFound``."""

    @call(since="1.0")
    def list_stacks(
        self,
        context: RequestContext,
        limit: int | None = None,
        marker: str | None = None,
        sort_keys: list[str] | None = None,
        sort_dir: str | None = None,
        filters: Filters | None = None,
        tenant_safe: bool = True,
        show_deleted: bool = False,
        show_nested: bool = False,
        show_hidden: bool = False,
        tags: list[str] | None = None,
        tags_any: list[str] | None = None,
        not_tags: list[str] | None = None,
        not_tags_any: list[str] | None = None,
    ) -> list[Stack]:
        """Stacks, newest first unless ``sort_keys`` are given.

        ``filters`` keys: id, name, status (bare), action, status_reason, tenant, username, owner_id,
        stack_user_project_id, disable_rollback, timeout_mins. ``sort_keys``: stack_name, stack_status,
        creation_time, updated_time; others are ignored. An unknown ``marker`` is ignored.
        ``tenant_safe=False`` lists the stacks of every project.
        """

    @call(since="1.0")
    def count_stacks(
        self,
        context: RequestContext,
        filters: Filters | None = None,
        tenant_safe: bool = True,
        show_deleted: bool = False,
        show_nested: bool = False,
        show_hidden: bool = False,
        tags: list[str] | None = None,
        tags_any: list[str] | None = None,
        not_tags: list[str] | None = None,
        not_tags_any: list[str] | None = None,
    ) -> int:
        """How many stacks ``list_stacks`` would give without limit and marker."""

    @overload
    def show_stack(
        self, context: RequestContext, stack_identity: StackIdentity, resolve_outputs: bool = True
    ) -> Stack: ...

    @overload
    def show_stack(
        self, context: RequestContext, stack_identity: None, resolve_outputs: bool = True
    ) -> list[Stack]: ...

    @call(since="1.0")
    def show_stack(
        self, context: RequestContext, stack_identity: StackIdentity | None, resolve_outputs: bool = True
    ) -> Stack | list[Stack]:
        """One stack, or without an identity every live stack of the caller's project.

        ``outputs`` is left out when not resolved and for a deleted stack.
        """

    @call(since="1.0")
    def create_stack(
        self,
        context: RequestContext,
        stack_name: str,
        template: Template,
        params: Environment,
        files: dict[str, str],
        args: StackArgs,
        environment_files: list[str] | None = None,
        files_container: str | None = None,
    ) -> StackIdentity:
        """Validate, plan and store a new stack; the work goes on after the answer.

        ``environment_files`` are keys of ``files``, merged in order before ``params``. ``StackExists``,
        the ``InvalidTemplate`` family, ``UnknownUserParameter``, ``UserParameterMissing``, ``RequestLimitExceeded``.
        """

    @call(since="1.0")
    def preview_stack(
        self,
        context: RequestContext,
        stack_name: str,
        template: Template,
        params: Environment,
        files: dict[str, str],
        args: StackArgs,
        environment_files: list[str] | None = None,
        files_container: str | None = None,
    ) -> StackPreview:
        """The stack that ``create_stack`` would make, with its resources; nothing is stored."""

    @call(since="1.0")
    def update_stack(
        self,
        context: RequestContext,
        stack_identity: StackIdentity,
        template: Template | None,
        params: Environment,
        files: dict[str, str],
        args: StackArgs,
        environment_files: list[str] | None = None,
        files_container: str | None = None,
    ) -> StackIdentity:
        """Plan and store an update; supersedes one that is running.

        ``args["existing"]`` merges into what is stored (PATCH): ``template`` may be None, then the stored
        one is used, and ``args["clear_parameters"]`` forgets values first. ``NotSupported`` while the
        stack is suspended or being deleted.
        """

    @call(since="1.0")
    def preview_update_stack(
        self,
        context: RequestContext,
        stack_identity: StackIdentity,
        template: Template | None,
        params: Environment,
        files: dict[str, str],
        args: StackArgs,
        environment_files: list[str] | None = None,
        files_container: str | None = None,
    ) -> ResourceChanges:
        """What ``update_stack`` would do with each resource; ``args["show_nested"]`` walks nested stacks."""

    @call(since="1.0")
    def delete_stack(self, context: RequestContext, stack_identity: StackIdentity) -> None:
        """Store the deletion of a stack; ``EntityNotFound`` when it is deleted already."""

    @call(since="1.0")
    def stack_check(self, context: RequestContext, stack_identity: StackIdentity) -> None:
        """Begin to look whether every resource is in order; ends CHECK_COMPLETE, or CHECK_FAILED with every failure.

        ``ActionInProgress`` while something else is done to the stack, ``NotSupported`` while it is suspended.
        """

    @call(since="1.0")
    def stack_suspend(self, context: RequestContext, stack_identity: StackIdentity) -> None:
        """Begin to suspend every resource; a suspended stack is left as it is. ``ActionInProgress``."""

    @call(since="1.0")
    def stack_resume(self, context: RequestContext, stack_identity: StackIdentity) -> None:
        """Begin to resume every resource; a resumed stack is left as it is. ``ActionInProgress``."""

    @call(since="1.0")
    def stack_cancel_update(
        self, context: RequestContext, stack_identity: StackIdentity, cancel_with_rollback: bool = True
    ) -> None:
        """Roll a running update back, or let a running update or create end where it is.

        ``NotSupported`` when nothing of that kind is under way.
        """

    @call(since="1.0")
    def validate_template(
        self,
        context: RequestContext,
        template: Template,
        params: Environment | None = None,
        files: dict[str, str] | None = None,
        environment_files: list[str] | None = None,
        files_container: str | None = None,
        show_nested: bool = False,
        ignorable_errors: list[str] | None = None,
    ) -> Validation:
        """What a template takes, when it holds. Values of parameters and properties may be missing.

        ``ignorable_errors`` are codes without prefix; only "99001" (a service is missing) is known.
        """

    @call(since="1.0")
    def get_template(self, context: RequestContext, stack_identity: StackIdentity) -> dict[str, Any]:
        """The stored template as a map; also of a deleted stack."""

    @call(since="1.0")
    def get_environment(self, context: RequestContext, stack_identity: StackIdentity) -> Environment:
        """The stored environment with hidden values masked; also of a deleted stack."""

    @call(since="1.0")
    def get_files(self, context: RequestContext, stack_identity: StackIdentity) -> dict[str, str]:
        """The stored files by name; also of a deleted stack."""

    @call(since="1.0")
    def list_outputs(self, context: RequestContext, stack_identity: StackIdentity) -> list[OutputSummary]:
        """Names and descriptions of the outputs. ``EntityNotFound`` for a deleted stack."""

    @call(since="1.0")
    def show_output(self, context: RequestContext, stack_identity: StackIdentity, output_key: str) -> StackOutput:
        """One output with its value. ``NotFound`` for a name the template does not have."""

    # --- snapshots, abandon and export ------------------------------------------------------

    @call(since="1.0")
    def stack_snapshot(self, context: RequestContext, stack_identity: StackIdentity, name: str | None) -> Snapshot:
        """Begin to save every resource; the stack ends SNAPSHOT_COMPLETE or SNAPSHOT_FAILED.

        ``ActionInProgress`` while something else is done to the stack, ``NotSupported`` while it is suspended,
        ``RequestLimitExceeded``.
        """

    @call(since="1.0")
    def show_snapshot(self, context: RequestContext, stack_identity: StackIdentity, snapshot_id: str) -> Snapshot:
        """One snapshot; hidden parameters are masked in its data. ``NotFound``."""

    @call(since="1.0")
    def delete_snapshot(self, context: RequestContext, stack_identity: StackIdentity, snapshot_id: str) -> None:
        """Begin to delete a snapshot with what it has saved in the cloud; the stack stays as it is.

        ``NotFound``, ``NotSupported`` while the snapshot is taken or deleted.
        """

    @call(since="1.0")
    def stack_list_snapshots(self, context: RequestContext, stack_identity: StackIdentity) -> list[Snapshot]:
        """The stack's snapshots, the oldest first."""

    @call(since="1.0")
    def stack_restore(self, context: RequestContext, stack_identity: StackIdentity, snapshot_id: str) -> None:
        """Begin to bring the stack back to a snapshot. ``NotFound``, ``NotSupported`` for one that is not whole."""

    @call(since="1.0")
    def abandon_stack(
        self, context: RequestContext, stack_identity: StackIdentity, abandon: bool = True
    ) -> dict[str, Any]:
        """Forget a stack and keep its objects; answers what another can be made of. ``abandon=False`` only exports.

        ``NotSupported`` unless the operator allows it, ``ActionInProgress`` while something is done to the stack.
        """

    @call(since="1.0")
    def export_stack(self, context: RequestContext, stack_identity: StackIdentity) -> dict[str, Any]:
        """The same answer, and the stack stays."""

    # --- resources and events ---------------------------------------------------------------

    @call(since="1.0")
    def list_stack_resources(
        self,
        context: RequestContext,
        stack_identity: StackIdentity,
        nested_depth: int = 0,
        with_detail: bool = False,
        filters: Filters | None = None,
    ) -> list[Resource]:
        """Resources of a stack and of nested stacks down to ``nested_depth``.

        ``filters`` keys: type (part of the name), status (bare), action, name, id, physical_resource_id.
        ``with_detail`` adds description and attributes.
        """

    @call(since="1.0")
    def describe_stack_resource(
        self,
        context: RequestContext,
        stack_identity: StackIdentity,
        resource_name: str,
        with_attr: list[str] | bool | None = None,
    ) -> Resource:
        """One resource with description, metadata and attributes. ``ResourceNotFound``.

        ``with_attr`` adds attributes that are not listed by themselves; one that fails is null. False leaves the
        attributes out: the cloud is not asked.
        """

    @call(since="1.0")
    def describe_stack_resources(
        self, context: RequestContext, stack_identity: StackIdentity, resource_name: str | None = None
    ) -> list[Resource]:
        """All resources of a stack, or the one named."""

    @call(since="1.0")
    def find_physical_resource(self, context: RequestContext, physical_resource_id: str) -> ResourceIdentity:
        """Which resource made the object with this id. ``EntityNotFound``."""

    @call(since="1.0")
    def resource_signal(
        self,
        context: RequestContext,
        stack_identity: StackIdentity,
        resource_name: str,
        details: Any = None,
        sync_call: bool = False,
    ) -> Any:
        """Deliver a signal. With ``sync_call`` the answer is the resource's metadata afterwards.

        ``ResourceActionNotSupported`` for a type without a handler or while the stack may not be signalled.
        """

    @call(since="1.0")
    def resource_mark_unhealthy(
        self,
        context: RequestContext,
        stack_identity: StackIdentity,
        resource_name: str,
        mark_unhealthy: bool,
        resource_status_reason: str | None = None,
    ) -> None:
        """Mark a resource, named by its name, physical id or reference id, for the next update to replace it.

        False takes that back. ``ResourceNotFound``; ``ActionInProgress`` while something is done to the stack.
        """

    @call(since="1.0")
    def list_events(
        self,
        context: RequestContext,
        stack_identity: StackIdentity | None,
        filters: Filters | None = None,
        limit: int | None = None,
        marker: str | None = None,
        sort_keys: list[str] | None = None,
        sort_dir: str | None = None,
        nested_depth: int | None = None,
    ) -> list[Event]:
        """Events, newest first unless ``sort_keys`` (event_time, resource_type) are given.

        Those of every live stack of the caller's project without an identity.

        ``filters`` keys: uuid, resource_name, resource_type, resource_action, resource_status (bare).
        """

    # --- software configs and deployments -----------------------------------------------------

    @call(since="1.0")
    def list_software_configs(
        self, context: RequestContext, limit: int | None = None, marker: str | None = None, tenant_safe: bool = True
    ) -> list[SoftwareConfigSummary]:
        """Configs, the newest first. An unknown ``marker`` is ignored.

        ``tenant_safe=False`` lists those of every project.
        """

    @call(since="1.0")
    def show_software_config(self, context: RequestContext, config_id: str) -> SoftwareConfig:
        """One config. ``NotFound``."""

    @call(since="1.0")
    def create_software_config(
        self,
        context: RequestContext,
        group: str | None,
        name: str | None,
        config: Any,
        inputs: list[dict[str, Any]] | None,
        outputs: list[dict[str, Any]] | None,
        options: dict[str, Any] | None,
    ) -> SoftwareConfig:
        """Store a config; it never changes."""

    @call(since="1.0")
    def delete_software_config(self, context: RequestContext, config_id: str) -> None:
        """Forget a config. ``NotFound``, ``InvalidRestrictedAction`` while a deployment refers to it."""

    @call(since="1.0")
    def list_software_deployments(self, context: RequestContext, server_id: str | None) -> list[SoftwareDeployment]:
        """Deployments, of one server or all, the oldest first."""

    @call(since="1.0")
    def metadata_software_deployments(self, context: RequestContext, server_id: str) -> list[SoftwareConfig]:
        """The configs that a server is to apply, by name."""

    @call(since="1.0")
    def show_software_deployment(self, context: RequestContext, deployment_id: str) -> SoftwareDeployment:
        """One deployment. ``NotFound``."""

    @call(since="1.0")
    def create_software_deployment(
        self,
        context: RequestContext,
        server_id: str,
        config_id: str,
        input_values: dict[str, Any] | None,
        action: str | None,
        status: str | None,
        status_reason: str | None,
        stack_user_project_id: str | None,
        deployment_id: str | None = None,
    ) -> SoftwareDeployment:
        """Deploy a config to a server. ``NotFound`` for the config."""

    @call(since="1.0")
    def update_software_deployment(
        self,
        context: RequestContext,
        deployment_id: str,
        config_id: str | None,
        input_values: dict[str, Any] | None,
        output_values: dict[str, Any] | None,
        action: str | None,
        status: str | None,
        status_reason: str | None,
        updated_at: str | None,
    ) -> SoftwareDeployment:
        """Change a deployment; what is empty stays. ``NotFound``."""

    @call(since="1.0")
    def delete_software_deployment(self, context: RequestContext, deployment_id: str) -> None:
        """Forget a deployment. ``NotFound``."""

    @call(since="1.0")
    def signal_software_deployment(
        self, context: RequestContext, deployment_id: str, details: Any, updated_at: str | None
    ) -> str:
        """Take the report of a guest; answers what became of it, "" when nothing was awaited. ``NotFound``."""

    # --- what the engine knows --------------------------------------------------------------

    @call(since="1.0")
    def list_resource_types(
        self,
        context: RequestContext,
        support_status: str | None = None,
        type_name: str | None = None,
        heat_version: str | None = None,
        with_description: bool = False,
    ) -> list[str] | list[ResourceTypeSummary]:
        """Types this caller may use; maps instead of names ``with_description``.

        ``type_name`` is a regular expression that must match from the start; a broken one matches
        nothing. ``Invalid`` for an unknown ``support_status``.
        """

    @call(since="1.0")
    def resource_schema(
        self, context: RequestContext, type_name: str, with_description: bool = False
    ) -> ResourceSchema:
        """Properties and attributes of a type. ``EntityNotFound``; ``NotSupported`` for a hidden one."""

    @call(since="1.0")
    def generate_template(self, context: RequestContext, type_name: str, template_type: str = "cfn") -> dict[str, Any]:
        """A template with one resource of the type; ``template_type`` is "cfn" or "hot"."""

    @call(since="1.0")
    def list_template_versions(self, context: RequestContext) -> list[TemplateVersion]:
        """Template versions that are understood."""

    @call(since="1.0")
    def list_template_functions(
        self, context: RequestContext, template_version: str, with_condition: bool = False
    ) -> list[TemplateFunction]:
        """Functions of a version, given by its full dotted name. ``NotFound``."""

    @call(since="1.0")
    def list_services(self, context: RequestContext) -> list[Service]:
        """Every engine worker and whether it is up."""

    @call(since="1.0")
    def get_revision(self, context: RequestContext) -> str:
        """The engine's build, from ``[revision] heat_revision``."""


class WorkerBell(Protocol):
    """What workers hear. A bell is a hint: it may be lost or come twice."""

    @cast(since="1.0")
    def work_available(self, context: RequestContext, count: int) -> None:
        """About ``count`` nodes are ready to be claimed."""


def _table(protocol: type, topic: str) -> dict[str, Method]:
    table = {}
    for name, function in vars(protocol).items():
        if "rpc" not in getattr(function, "__dict__", {}):
            continue
        style, since = function.__dict__["rpc"]
        signature = inspect.signature(function)
        sent = [parameter for parameter in signature.parameters.values() if parameter.name not in ("self", "context")]
        table[name] = Method(name, since, style, topic, signature.replace(parameters=sent))
    return table


METHODS: dict[str, Method] = _table(EngineMethods, ENGINE_TOPIC)
READS: frozenset[str] = frozenset(
    name
    for name in METHODS
    if name.startswith(("show_", "list_", "get_", "count_", "describe_", "find_", "identify_", "preview_", "validate_"))
    or name in ("resource_schema", "generate_template", "stack_list_snapshots", "export_stack")
)
"""Methods that change nothing: asked again they do no harm."""
WORKER_METHODS: dict[str, Method] = _table(WorkerBell, WORKER_TOPIC)
TOPICS: dict[str, dict[str, Method]] = {ENGINE_TOPIC: METHODS, WORKER_TOPIC: WORKER_METHODS}
