"""Resources of stacks, signals to them, and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from heat_mq.rpc.answers import Event, Resource, ResourceIdentity, StackIdentity
from heat_mq.rpc.method import Filters, call

if TYPE_CHECKING:
    from heat_mq.context import RequestContext


class ResourceMethods(Protocol):
    """See :class:`heat_mq.rpc.contract.EngineMethods`."""

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
