"""Snapshots: a stack as it was, and what was saved of each of its resources."""

from __future__ import annotations

import datetime
import enum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import Base
from heat_mq.db.types import Digest, Json, LongText, Moment, Name, Uuid, Word


class CopyState(enum.StrEnum):
    """What the cloud may hold for a resource's part of a snapshot."""

    NOTHING = "NOTHING"  # the type has nothing to save, or nested stacks' own parts hold it
    PLANNED = "PLANNED"  # nothing yet
    BEGUN = "BEGUN"  # a copy, or the beginning of one


class Snapshot(Base):
    """``action`` is CREATE or DELETE; the definition is kept as that of a stack (``parameters`` is sealed).

    ``traversal_id`` is that of the traversal that takes the snapshot, which bears the snapshot's own id, or of the
    one that deletes it.
    """

    __tablename__ = "snapshot"

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    stack_id: Mapped[str] = mapped_column(Uuid, index=True)
    name: Mapped[str | None] = mapped_column(Name)
    action: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    status_reason: Mapped[str | None] = mapped_column(LongText)
    stack_action: Mapped[str] = mapped_column(Word)
    stack_status: Mapped[str] = mapped_column(Word)
    template_digest: Mapped[str] = mapped_column(Digest)
    environment_digest: Mapped[str] = mapped_column(Digest)
    files_digest: Mapped[str] = mapped_column(Digest)
    parameters: Mapped[str] = mapped_column(LongText)
    tags: Mapped[Any] = mapped_column(Json)
    traversal_id: Mapped[str] = mapped_column(Uuid)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)


class ResourceCopy(Base):
    """A resource, of the stack or of one nested in it, as it was, and what was saved of it.

    ``source_stack_id`` is that stack, which may be gone by now; ``parent_id`` is the part of the resource that owns the
    nested stack. ``name`` is the resource's and ``copy_name`` what its copy in the cloud is called, by which an
    interrupted one is found. ``data`` is the sealed JSON ``{"resource": …, "properties": …, "copy": …}``: the
    resource's own data and its properties, and what the type keeps to restore and delete the copy.
    """

    __tablename__ = "resource_copy"

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    snapshot_id: Mapped[str] = mapped_column(Uuid, index=True)
    parent_id: Mapped[str | None] = mapped_column(Uuid, index=True)
    source_stack_id: Mapped[str] = mapped_column(Uuid)
    resource_id: Mapped[str] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(Name)
    type: Mapped[str] = mapped_column(Name)
    implementation: Mapped[str] = mapped_column(Name)
    physical_id: Mapped[str | None] = mapped_column(Name)
    action: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    metadata_: Mapped[Any] = mapped_column("metadata", Json, nullable=True)
    copy_name: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Word)
    data: Mapped[str | None] = mapped_column(LongText)
