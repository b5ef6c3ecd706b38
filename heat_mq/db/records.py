"""Rows as frozen values: what leaves this package."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any, Self

from sqlalchemy import RowMapping


@dataclasses.dataclass(frozen=True, slots=True)
class _Record:
    @classmethod
    def from_row(cls, row: RowMapping | Mapping[str, Any]) -> Self:
        return cls(**row)


@dataclasses.dataclass(frozen=True, slots=True)
class StackRow(_Record):
    """One stack; ``parameters`` is sealed."""

    id: str
    name: str
    live_name: str | None
    project_id: str
    username: str | None
    user_id: str | None
    action: str
    status: str
    status_reason: str
    description: str
    template_digest: str
    environment_digest: str
    files_digest: str
    parameters: str
    previous_template_digest: str | None
    previous_environment_digest: str | None
    previous_files_digest: str | None
    previous_parameters: str | None
    traversal_id: str
    owner_id: str | None
    owner_resource_id: str | None
    owner_resource_name: str | None
    root_id: str
    nested_depth: int
    disable_rollback: bool
    observes: bool
    has_sinks: bool
    timeout_mins: int | None
    credential_id: str | None
    stack_user_project_id: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime | None
    deleted_at: datetime.datetime | None

    @property
    def is_live(self) -> bool:
        return self.deleted_at is None


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceRow(_Record):
    """One resource; ``properties``, ``attributes`` and ``data`` are sealed."""

    id: str
    stack_id: str
    name: str
    type: str
    implementation: str
    action: str
    status: str
    status_reason: str
    physical_id: str | None
    properties: str | None
    attributes: str | None
    data: str | None
    metadata: Any
    requires: Any
    fingerprint: str | None
    deletion_policy: str
    replaced_by: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class TraversalRow(_Record):
    id: str
    stack_id: str
    action: str
    state: str
    unfinished: int
    failure: str | None
    deadline: float
    rollback: bool
    request_id: str | None
    scaling: Any
    created_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class NodeRow(_Record):
    """One node as it was claimed; ``fence`` is the claimer's."""

    traversal_id: str
    seq: int
    stack_id: str
    kind: str
    name: str
    resource_id: str | None
    state: str
    pending: int
    successors: list[int]
    fence: int
    engine_id: str | None
    woken: bool
    wake_at: float | None
    progress: Any
    then_traversal_id: str | None
    then_seqs: Any

    @property
    def key(self) -> tuple[str, int]:
        return (self.traversal_id, self.seq)


@dataclasses.dataclass(frozen=True, slots=True)
class EventRow(_Record):
    id: int
    uuid: str
    stack_id: str
    resource_name: str
    resource_type: str
    physical_id: str | None
    action: str
    status: str
    reason: str
    properties: Any
    engine_id: str | None
    created_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeRow(_Record):
    id: int
    event_type: str
    failed: bool
    payload: Any
    created_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class EngineRow(_Record):
    id: str
    host: str
    hostname: str
    binary: str
    topic: str
    report_interval: int
    created_at: datetime.datetime
    updated_at: datetime.datetime | None
    expires_at: float


@dataclasses.dataclass(frozen=True, slots=True)
class CredentialRow(_Record):
    id: str
    key: str
    kind: str
    user_id: str
    project_id: str
    region: str | None
    sealed: str
    created_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class SnapshotRow(_Record):
    """One snapshot; ``parameters`` is sealed."""

    id: str
    stack_id: str
    name: str | None
    action: str
    status: str
    status_reason: str | None
    stack_action: str
    stack_status: str
    template_digest: str
    environment_digest: str
    files_digest: str
    parameters: str
    tags: Any
    traversal_id: str
    created_at: datetime.datetime

    @property
    def is_whole(self) -> bool:
        """Whether a stack can be restored from it."""
        return (self.action, self.status) == ("CREATE", "COMPLETE")


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceCopyRow(_Record):
    """What a snapshot holds of one resource; ``data`` is sealed."""

    id: str
    snapshot_id: str
    parent_id: str | None
    source_stack_id: str
    resource_id: str
    name: str
    type: str
    implementation: str
    physical_id: str | None
    action: str
    status: str
    metadata: Any
    copy_name: str
    state: str
    data: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class SoftwareConfigRow(_Record):
    """One software config; ``body`` is sealed."""

    id: str
    project_id: str
    name: str | None
    tool: str | None
    body: str
    created_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class SoftwareDeploymentRow(_Record):
    """One software deployment; ``input_values`` and ``output_values`` are sealed."""

    id: str
    project_id: str
    server_id: str
    config_id: str
    stack_user_project_id: str | None
    action: str | None
    status: str | None
    status_reason: str | None
    input_values: str | None
    output_values: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime | None
