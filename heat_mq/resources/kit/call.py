"""What a step may reach: its own record, its progress, the cloud and a few ports. Nothing of the stack."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from heat_mq.clock import Clock
from heat_mq.errors import LimitExceeded
from heat_mq.resources.kit.software import Software


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
    @property
    def region(self) -> str | None:
        """The region that it is in, as far as one is named."""

    def service(self, service_type: str) -> Any:
        """The adapter for a service type of the catalog ("network", "block-storage", …)."""

    def in_region(self, region: str) -> Cloud:
        """The same cloud with the same rights in another region."""

    def logged_in(
        self,
        auth_type: str,
        auth: Mapping[str, Any],
        *,
        region: str | None = None,
        ca_cert: str = "",
        insecure: bool = False,
    ) -> Cloud:
        """Another cloud, by a login of its own: keystoneauth's name of the way to log in, and what it needs.

        ``ca_cert`` is the text of a certificate (PEM) that its own are checked with; ``insecure``: they are not.
        Raises StepFailed for a login that cannot be used.
        """


class ChildStacks(Protocol):
    """Nested stacks. Each resource owns at most one, whose id is its physical id."""

    def create(self, child: Mapping[str, Any]) -> str:
        """Create the child (``{"template", "parameters", "types", …}``) and answer its id.

        Parameters named in ``"inherits"`` get the values of the stack's own of the same names, where it has them.
        """

    def existing(self) -> str | None:
        """The id of the child that an interrupted create has made, if it has."""

    def update(self, stack_id: str, child: Mapping[str, Any]) -> None: ...
    def delete(self, stack_id: str) -> bool:
        """Begin to delete the child, if it does not go on already; False when there is none (any more)."""

    def suspend(self, stack_id: str) -> None: ...
    def resume(self, stack_id: str) -> None: ...
    def check(self, stack_id: str) -> None: ...

    def snapshot(self, stack_id: str, copy_id: str) -> None:
        """Save the child's resources as parts of the copy ``copy_id`` of its owner."""

    def adopt(self, child: Mapping[str, Any], resources: Mapping[str, Any]) -> str:
        """Create the child with objects that are there: ``resources`` as the dump of a stack has them."""

    def state(self, stack_id: str) -> tuple[str, str, str] | None:
        """``(action, status, reason)`` of the child, or None when there is none (any more)."""

    def output(self, stack_id: str, name: str) -> Any:
        """The value of an output of the child, None when it has none of that name; raises what keeps it from one."""

    def members(self, stack_id: str) -> Sequence[Any]:
        """The child's resources: records with ``name``, ``type``, ``status``, ``created_at``, ``reference_id``,
        ``attribute(path)``."""

    def definitions(self, stack_id: str) -> dict[str, Any]:
        """The resources that the child's template defines now, by name; some of them may not exist yet."""


@dataclasses.dataclass(frozen=True, slots=True)
class Peer:
    """Another resource of the same stack, as it was last made."""

    name: str
    type: str
    properties: Mapping[str, Any]
    metadata: Mapping[str, Any]


class Peers(Protocol):
    """The resources of the same stack, for types that work with what another one says."""

    def find(self, reference: str) -> Peer:
        """The resource in force with this physical id, or else this name; raises StepFailed when there is none."""

    def behind(self, balancer: str) -> Sequence[str]:
        """Reference ids of the members, those that are in order, of every group that names this load balancer."""

    def tell(self, balancers: Sequence[str], leaving: Collection[str] = ()) -> bool:
        """Bring load balancers, by name, to what is behind them now; call it again until the answer is True.

        Members of the groups named in ``leaving`` are left out. Raises StepFailed for a resource that cannot be told,
        and when the update of one has failed.
        """


@dataclasses.dataclass(frozen=True, slots=True)
class MetadataServer:
    """The CloudFormation-compatible API as guests reach it.

    ``url`` has the version and ends in a slash; ``checks_certificate`` says whether guests are to check the server's.
    """

    url: str
    checks_certificate: bool = True


class Signals(Protocol):
    """How a running guest reports back, and what it has reported so far."""

    def user(self) -> dict[str, str]:
        """A stack-domain user for this resource, made when missing: user_id, username, password, project_id,
        domain_id, auth_url. However often it is made, the password is the same."""

    def has_user(self) -> bool:
        """Whether there is one, also one that an interrupted step has made: for ``find_existing``."""

    def key_pair(self, of: str | None = None) -> dict[str, str]:
        """A pair with which that user signs requests, made when missing: access_key_id, secret_access_key.

        With ``of``, the reference of another resource of the stack, it is a pair of that one's user.
        """

    def token(self) -> str:
        """A token of that user."""

    def url(self, *, owner: bool = False) -> str:
        """The signal URL of this resource on the orchestration API, for a token of :meth:`user`.

        With ``owner`` it is for a token of the stack's own project.
        """

    def signed_url(self, kind: str = "signal") -> str:
        """A URL on the CloudFormation-compatible API that needs no other proof; it is good as long as the user.

        ``kind`` is "signal" (POST, taken in the background) or "waitcondition" (PUT, answered with what came of it).
        Raises ServiceMissing when neither configuration nor catalog knows that API.
        """

    def metadata_server(self) -> MetadataServer | None:
        """Where guests fetch their metadata; None when neither configuration nor catalog knows that API."""

    def cloud(self) -> Cloud:
        """The cloud with the rights of that user."""

    def enable_user(self, enabled: bool) -> None:
        """Let the user in, or keep it out while the stack is suspended; quiet when there is none."""

    def remove_user(self) -> None:
        """Delete the user and what it can sign with; quiet when there is none."""

    def properties(self, reference: str) -> Mapping[str, Any]:
        """The properties that another resource of the stack was made with; raises as :meth:`received`."""

    def received(self, reference: str) -> dict[str, Any]:
        """What another resource of the stack has received: its metadata, for handles a map of signals by id.

        ``reference`` is what ``get_resource`` gives for it, a signed URL too. Raises StepFailed when it is not a
        resource of this stack.
        """

    def call_for(self, reference: str, known: dict[str, str]) -> bool:
        """Take in what guests have left for a handle in an object or a queue, so that it is received.

        False when signals of that handle come by themselves. ``known`` is a map of the caller's, to be kept for the
        next time. Raises StepFailed when ``reference`` is no resource of this stack.
        """

    def clear(self, reference: str) -> None:
        """Forget the signals received there."""


@dataclasses.dataclass(slots=True)
class Copy:
    """What a snapshot keeps of a resource.

    ``name`` is unique and the same however often the step is repeated: the copy in the cloud is called by it, and
    looked for by it. ``data`` is a JSON map that is yours to change while the copy is made (it is sealed in the
    database): what restoring and deleting the copy will need. It is empty when a worker died before it could store
    anything.
    """

    id: str
    name: str
    data: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Call:
    """Handed to every step.

    ``progress`` is a JSON map of the running operation and ``data`` one of the resource's whole life (sealed
    in the database, so it may hold secrets). Both are yours to change; they are stored with the step's result, so that
    another worker goes on where this one stopped. ``old`` and ``wanted`` are the property values before and after
    (they are the same in a create), ``tried`` those of updates that began since the ``old`` ones and did not end: the
    object may have any of them (:meth:`maybe`). ``successor`` are those of the new object in ``prepare_replace``,
    ``policy`` the definition's update_policy. ``action_seconds`` is the time that the stack's action may take. What a
    step puts into ``metadata`` goes into the resource's metadata when the operation
    ends, beside what stands there. ``seen`` holds the object that was waited
    for with a :class:`~heat_mq.resources.kit.outcome.Watch`, by its id. ``files`` and ``environment`` are those that a
    nested stack would get; only types that want their surroundings have them.
    ``copy`` is what a snapshot keeps, in the verbs about snapshots; ``restoring`` is what the copy kept (its ``data``)
    in an update that brings it back, though no value of a property may differ; else it is empty.
    ``most_members`` resources at most may a stack have (-1: any number).
    ``operation`` names the operation under way: the same however often its steps are repeated, and no other's.
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
    tried: Sequence[Mapping[str, Any]] = ()
    successor: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    policy: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    peers: Peers | None = None
    action_seconds: float | None = None
    metadata: dict[str, Any] = dataclasses.field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    copy: Copy | None = None
    restoring: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    software: Software | None = None
    operation: str = ""
    most_members: int = -1
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    environment: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def admit(self, members: int) -> int:
        """The number, before so many members are written out; raises LimitExceeded when no stack may have so many."""
        if 0 <= self.most_members < members:
            raise LimitExceeded(f"A stack may have {self.most_members} resources, not {members} members.")
        return members

    def maybe(self, name: str) -> list[Any]:
        """The values of a property that the object may have before an update; none of them null.

        What an update takes away from a list or map is what stands in one of these and no longer in the new value.
        """
        return [values[name] for values in (self.old, *self.tried) if values.get(name) is not None]

    def take_seen(self, id: str) -> dict[str, Any] | None:
        """The object as a list has just shown it, if one has; once, so that a second look is a new one."""
        return self.seen.pop(id, None)
