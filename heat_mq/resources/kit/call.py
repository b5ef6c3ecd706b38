"""What a step may reach: its own record, its progress, the cloud and a few ports. Nothing of the stack."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from heat_mq.clock import Clock


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """What the database holds of the resource; a step reads it and never writes it.

    ``physical_name`` is unique and the same however often the step is repeated: name cloud objects by it
    when the template gives no name, and look for them by it in ``find_existing``.
    ``properties`` are those of the last successful create or update.
    """

    id: str
    name: str
    type: str
    stack_id: str
    stack_name: str
    project_id: str
    physical_name: str
    physical_id: str | None = None
    action: str = "INIT"
    status: str = "COMPLETE"
    properties: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Sibling:
    """Another resource of the template, for the dependencies that no reference shows.

    ``properties`` are evaluated as far as known before anything is created: a reference to a resource is a
    ``Reference`` (its ``name`` is the resource), what is not known is ``UNKNOWN``.
    """

    name: str
    type: str
    properties: Mapping[str, Any]


class Api(Protocol):
    """One service of the cloud, as JSON in and JSON out; the errors are those of ``heat_mq.errors.Cloud…``.

    ``path`` is relative to the service's versioned endpoint, as it is in openstacksdk: ``/ports``, ``/servers``,
    ``/volumes``, ``/images``, ``/projects``. ``version`` is a microversion ("2.90"). Answers are the decoded body,
    envelope included (``{"port": {…}}``), None when there is none.
    """

    def get(self, path: str, *, query: Mapping[str, Any] | None = None, version: str | None = None) -> Any: ...
    def post(self, path: str, body: Any = None, *, version: str | None = None) -> Any: ...
    def put(self, path: str, body: Any = None, *, version: str | None = None) -> Any: ...
    def patch(self, path: str, body: Any = None, *, version: str | None = None) -> Any: ...
    def delete(self, path: str, *, version: str | None = None) -> None: ...

    def find(self, kind: str, name_or_id: str) -> str:
        """The id of a ``kind`` ("network", "flavor", …); raises NotFound or a PhysicalResourceNameAmbiguity."""

    def extensions(self) -> frozenset[str]:
        """Aliases of the extensions that the service offers (network); empty where there is no such thing."""


class Cloud(Protocol):
    """The cloud with the stack owner's rights; every service is an :class:`Api` (subclasses add verbs)."""

    @property
    def compute(self) -> Any: ...
    @property
    def network(self) -> Any: ...
    @property
    def volume(self) -> Any: ...
    @property
    def image(self) -> Any: ...
    @property
    def identity(self) -> Any: ...

    def service(self, service_type: str) -> Any:
        """The adapter for a service type of the catalog ("network", "block-storage", …)."""


class ChildStacks(Protocol):
    """Nested stacks. Each resource owns at most one, whose id is its physical id."""

    def create(self, child: Mapping[str, Any]) -> str:
        """Create the child (``{"template", "files", "environment", "parameters", …}``) and answer its id."""

    def existing(self) -> str | None:
        """The id of the child that an interrupted create has made, if it has."""

    def update(self, stack_id: str, child: Mapping[str, Any]) -> None: ...
    def delete(self, stack_id: str) -> None: ...
    def suspend(self, stack_id: str) -> None: ...
    def resume(self, stack_id: str) -> None: ...
    def check(self, stack_id: str) -> None: ...

    def state(self, stack_id: str) -> tuple[str, str, str] | None:
        """``(action, status, reason)`` of the child, or None when there is none (any more)."""

    def outputs(self, stack_id: str) -> dict[str, Any]:
        """Values of the child's outputs by name."""

    def members(self, stack_id: str) -> Sequence[Any]:
        """The child's resources: records with ``name``, ``type``, ``status``, ``reference_id``, ``attribute(path)``."""


class Signals(Protocol):
    """How a running guest reports back, and what it has reported so far."""

    def user(self) -> dict[str, str]:
        """A stack-domain user for this resource, made when missing: id, password, project_id, auth_url, …"""

    def token(self) -> str:
        """A token of that user."""

    def url(self) -> str:
        """The signal URL of this resource on the orchestration API (for a token of :meth:`user`)."""

    def enable_user(self, enabled: bool) -> None:
        """Let the user in, or keep it out while the stack is suspended; quiet when there is none."""

    def remove_user(self) -> None:
        """Delete the user and what it can sign with; quiet when there is none."""

    def received(self, reference: str) -> dict[str, Any]:
        """Signals that another resource of the stack (by reference id) has received: id to
        ``{"status", "reason", "data"}``; raises StepFailed when it is not a resource of this stack."""

    def clear(self, reference: str) -> None:
        """Forget the signals received there."""


@dataclasses.dataclass(slots=True)
class Call:
    """Handed to every step.

    ``progress`` is a JSON map of the running operation and ``data`` one of the resource's whole life (sealed
    in the database, so it may hold secrets). Both are yours to change; they are stored with the step's result, so that
    another worker goes on where this one stopped. ``old`` and ``wanted`` are the property values before and after
    (they are the same in a create), ``policy`` the definition's update_policy. ``metadata_server`` is the URL of the
    CFN metadata API as guests reach it, "" when none is configured.
    """

    cloud: Cloud
    clock: Clock
    api: Any = None
    progress: dict[str, Any] = dataclasses.field(default_factory=dict)
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    children: ChildStacks | None = None
    signals: Signals | None = None
    old: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    wanted: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    policy: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    deadline: float | None = None
    metadata_server: str = ""
