"""Snapshots, and stacks that leave as dumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from heat_mq.rpc.answers import Snapshot, StackIdentity
from heat_mq.rpc.method import call

if TYPE_CHECKING:
    from heat_mq.context import RequestContext


class SnapshotMethods(Protocol):
    """See :class:`heat_mq.rpc.contract.EngineMethods`."""

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
