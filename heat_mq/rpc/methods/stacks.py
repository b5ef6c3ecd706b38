"""Stacks: made, changed, looked at and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, overload

from heat_mq.rpc.answers import (
    OutputSummary,
    ResourceChanges,
    Stack,
    StackArgs,
    StackIdentity,
    StackOutput,
    StackPreview,
    Validation,
)
from heat_mq.rpc.method import Environment, Filters, Template, call

if TYPE_CHECKING:
    from heat_mq.context import RequestContext


class StackMethods(Protocol):
    """See :class:`heat_mq.rpc.contract.EngineMethods`."""

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
