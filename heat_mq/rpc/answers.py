"""The shapes of what crosses RPC, as typed maps."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class StackIdentity(TypedDict):
    """Which stack: project id, name, uuid. ``path`` is empty, or starts with ``/`` and leads into the stack."""

    tenant: str
    stack_name: str
    stack_id: str
    path: str


#: A stack's identity whose path is ``/resources/<name>``.
ResourceIdentity = StackIdentity
#: A stack's identity whose path is ``/resources/<name>/events/<uuid>``.
EventIdentity = StackIdentity


class StackArgs(TypedDict, total=False):
    """What a create or update may say beside template and environment. A key left out was not given."""

    timeout_mins: int
    disable_rollback: bool
    tags: list[str]
    adopt_stack_data: dict[str, Any]
    #: Updates: merge into what is stored (PATCH).
    existing: bool
    clear_parameters: list[str]
    converge: bool
    #: Preview of an update: walk nested stacks.
    show_nested: bool


class OutputSummary(TypedDict):
    output_key: str
    description: str


class StackOutput(OutputSummary):
    """``output_error`` is there only when the value could not be worked out; the value is then null."""

    output_value: Any
    output_error: NotRequired[str]


class Stack(TypedDict):
    """A stack as shown and as listed (a list leaves ``outputs`` and ``parameters`` out).

    ``parameters`` are as typed; hidden ones are masked by the engine. ``parent`` is the id of the
    stack that owns this one. ``tags`` is null or a list.
    """

    stack_identity: StackIdentity
    stack_name: str
    creation_time: str
    updated_time: str | None
    deletion_time: str | None
    description: str
    template_description: NotRequired[str]
    parameters: NotRequired[dict[str, Any]]
    outputs: NotRequired[list[StackOutput]]
    notification_topics: NotRequired[list[str]]
    capabilities: NotRequired[list[str]]
    stack_action: str
    stack_status: str
    stack_status_reason: str
    disable_rollback: NotRequired[bool]
    timeout_mins: NotRequired[int | None]
    stack_owner: str | None
    parent: str | None
    stack_user_project_id: str | None
    tags: list[str] | None


class ResourceState(TypedDict):
    """A resource without what costs more than its row.

    Action and status are apart: ``resource_action`` CREATE, ``resource_status`` COMPLETE.
    ``physical_resource_id`` is null or text. ``nested_stack_id`` is the identity of the nested stack that it
    owns; ``parent_resource`` the name of the resource that owns the nested stack this one is in.
    """

    resource_identity: ResourceIdentity
    stack_identity: StackIdentity
    stack_name: str
    resource_name: str
    resource_type: str
    resource_action: str
    resource_status: str
    resource_status_reason: str
    physical_resource_id: str | None
    creation_time: str | None
    updated_time: str | None
    required_by: list[str]
    properties: NotRequired[dict[str, Any]]
    nested_stack_id: NotRequired[StackIdentity]
    nested_resources: NotRequired[list[Any]]
    parent_resource: NotRequired[str]


class Resource(ResourceState):
    """A resource as shown and as listed."""

    description: NotRequired[str]
    metadata: NotRequired[dict[str, Any]]
    attributes: NotRequired[dict[str, Any]]


class Event(TypedDict):
    """``root_stack_id`` is an identity, there only when nested events were asked for."""

    event_identity: EventIdentity
    stack_identity: StackIdentity
    stack_name: str
    event_time: str
    resource_name: str
    resource_type: str
    resource_action: str
    resource_status: str
    resource_status_reason: str
    physical_resource_id: str | None
    resource_properties: dict[str, Any]
    root_stack_id: NotRequired[StackIdentity]


class Snapshot(TypedDict):
    """``data`` is the dump of the stack as it was, null until the snapshot is whole; ``action`` is CREATE or DELETE."""

    id: str
    name: str | None
    stack_id: str
    data: dict[str, Any] | None
    action: str
    status: str
    status_reason: str | None
    creation_time: str


class StackPreview(TypedDict):
    """What a create would make; ``resources`` holds a list for each nested stack."""

    stack_identity: StackIdentity
    stack_name: str
    description: str
    template_description: str
    parameters: dict[str, Any]
    resources: list[Any]
    capabilities: list[str]
    notification_topics: list[str]
    creation_time: str | None
    updated_time: str | None
    deletion_time: str | None
    disable_rollback: bool
    timeout_mins: int | None
    stack_owner: str | None
    parent: str | None
    stack_user_project_id: str | None
    tags: list[str] | None


class ResourceChange(ResourceState):
    """A resource of which an update would make something; ``refusal`` says why that would fail.

    ``attributes`` has every name, with the value that is stored or null: nothing is read from a cloud.
    """

    description: str
    metadata: dict[str, Any]
    attributes: dict[str, Any]
    refusal: NotRequired[str]


class ResourceChanges(TypedDict):
    """Resources by what an update would do with them."""

    unchanged: list[ResourceChange]
    updated: list[ResourceChange]
    replaced: list[ResourceChange]
    added: list[ResourceChange]
    deleted: list[ResourceChange]


class ValidationParameter(TypedDict, total=False):
    """Keys as in the CloudFormation language; one without a value is left out. ``NoEcho`` is "true" or "false"."""

    Type: str
    Description: str
    NoEcho: str
    Label: str
    Default: Any
    Value: Any
    Tags: list[str]
    MinLength: int
    MaxLength: int
    MinValue: int | float
    MaxValue: int | float
    Step: int | float
    Offset: int | float
    AllowedValues: list[Any]
    AllowedPattern: str
    CustomConstraint: str
    ConstraintDescription: str


class Validation(TypedDict):
    Description: str
    Parameters: dict[str, ValidationParameter]
    Environment: NotRequired[dict[str, Any]]
    ParameterGroups: NotRequired[list[Any]]
    NestedParameters: NotRequired[dict[str, Any]]


class ResourceTypeSummary(TypedDict):
    resource_type: str
    description: str


class ResourceSchema(TypedDict):
    resource_type: str
    properties: dict[str, Any]
    attributes: dict[str, Any]
    support_status: dict[str, Any]
    description: NotRequired[str]


class TemplateVersion(TypedDict):
    version: str
    type: str
    aliases: list[str]


class TemplateFunction(TypedDict):
    functions: str
    description: str


class Service(TypedDict):
    """``status`` is "up" or "down"; ``report_interval`` in seconds."""

    id: str
    host: str
    hostname: str
    binary: str
    topic: str
    engine_id: str
    report_interval: int
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    status: str


class SoftwareConfigSummary(TypedDict):
    """A software config as listed. ``project`` is there for those who may see configs of other projects."""

    id: str
    name: str | None
    group: str | None
    creation_time: str
    project: NotRequired[str]


class SoftwareConfig(SoftwareConfigSummary):
    """A software config. ``inputs`` and ``outputs`` are maps with a name, a type and what else was given."""

    config: Any
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    options: dict[str, Any]


class SoftwareDeployment(TypedDict):
    """A software deployment. ``updated_time`` is there once it was changed."""

    id: str
    config_id: str
    server_id: str
    input_values: dict[str, Any]
    output_values: dict[str, Any] | None
    action: str | None
    status: str | None
    status_reason: str
    creation_time: str
    updated_time: NotRequired[str]
