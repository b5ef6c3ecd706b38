"""Every method the engine answers: name, arguments, version, style and answer.

:class:`EngineMethods` is the only list. The client takes argument names and defaults from it, the
engine's endpoint has one method of the same name for each entry, and a contract test compares both.
To add a method, add one entry to the part that it belongs to (:mod:`heat_mq.rpc.methods`).

Names, arguments and keys are those of Heat's engine. Identities are maps, times are texts
``YYYY-MM-DDTHH:MM:SSZ`` in UTC, and every value is JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from heat_mq.rpc.method import Method, cast, table_of
from heat_mq.rpc.methods.catalog import CatalogMethods
from heat_mq.rpc.methods.resources import ResourceMethods
from heat_mq.rpc.methods.snapshots import SnapshotMethods
from heat_mq.rpc.methods.software import SoftwareMethods
from heat_mq.rpc.methods.stacks import StackMethods

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


class EngineMethods(StackMethods, SnapshotMethods, ResourceMethods, SoftwareMethods, CatalogMethods, Protocol):
    """What an engine answers. Errors are :mod:`heat_mq.errors`; see each method for the usual ones.

    Wherever an identity is taken, its name and id must both be right, else ``EntityNotFound``.
    """


class WorkerBell(Protocol):
    """What workers hear. A bell is a hint: it may be lost or come twice."""

    @cast(since="1.0")
    def work_available(self, context: RequestContext, count: int) -> None:
        """About ``count`` nodes are ready to be claimed."""


METHODS: dict[str, Method] = table_of(EngineMethods, ENGINE_TOPIC)
READS: frozenset[str] = frozenset(
    name
    for name in METHODS
    if name.startswith(("show_", "list_", "get_", "count_", "describe_", "find_", "identify_", "preview_", "validate_"))
    or name in ("resource_schema", "generate_template", "stack_list_snapshots", "export_stack")
)
"""Methods that change nothing: asked again they do no harm."""
WORKER_METHODS: dict[str, Method] = table_of(WorkerBell, WORKER_TOPIC)
TOPICS: dict[str, dict[str, Method]] = {ENGINE_TOPIC: METHODS, WORKER_TOPIC: WORKER_METHODS}
