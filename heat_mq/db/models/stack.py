"""Stacks, nested ones too."""

from __future__ import annotations

import datetime

from sqlalchemy import Boolean, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import Digest, LongText, Moment, Name, Uuid, Word


class Stack(Base):
    """``live_name`` is the name while the stack lives and NULL afterwards: with the project it is unique, so that two
    creates of one name cannot both win. ``traversal_id`` is the running traversal, or the last one.

    ``parameters`` is the sealed JSON of what the user gave (parameters and parameter_defaults); ``previous_*`` is the
    definition that a rollback returns to. ``observes``: the update under way compares with what is really there;
    ``has_sinks``: its events are told to event sinks.
    """

    __tablename__ = "stack"
    __table_args__ = (
        UniqueConstraint("project_id", "live_name"),
        Index("ix_stack_project_id_created_at", "project_id", "created_at"),
        Index("ix_stack_owner_id", "owner_id"),
        Index("ix_stack_root_id", "root_id"),
        Index("ix_stack_user_project", "stack_user_project_id", "live_name"),
        TABLE_OPTIONS,
    )

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    live_name: Mapped[str | None] = mapped_column(Name)
    project_id: Mapped[str] = mapped_column(Name)
    username: Mapped[str | None] = mapped_column(Name)
    user_id: Mapped[str | None] = mapped_column(Name)
    action: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    status_reason: Mapped[str] = mapped_column(LongText)
    description: Mapped[str] = mapped_column(LongText)
    template_digest: Mapped[str] = mapped_column(Digest)
    environment_digest: Mapped[str] = mapped_column(Digest)
    files_digest: Mapped[str] = mapped_column(Digest)
    parameters: Mapped[str] = mapped_column(LongText)
    previous_template_digest: Mapped[str | None] = mapped_column(Digest)
    previous_environment_digest: Mapped[str | None] = mapped_column(Digest)
    previous_files_digest: Mapped[str | None] = mapped_column(Digest)
    previous_parameters: Mapped[str | None] = mapped_column(LongText)
    traversal_id: Mapped[str] = mapped_column(Uuid)
    owner_id: Mapped[str | None] = mapped_column(Uuid)
    owner_resource_id: Mapped[str | None] = mapped_column(Uuid)
    owner_resource_name: Mapped[str | None] = mapped_column(Name)
    root_id: Mapped[str] = mapped_column(Uuid)
    nested_depth: Mapped[int] = mapped_column(Integer)
    disable_rollback: Mapped[bool] = mapped_column(Boolean)
    observes: Mapped[bool] = mapped_column(Boolean)
    has_sinks: Mapped[bool] = mapped_column(Boolean)
    timeout_mins: Mapped[int | None] = mapped_column(Integer)
    credential_id: Mapped[str | None] = mapped_column(Uuid)
    stack_user_project_id: Mapped[str | None] = mapped_column(Name)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class StackTag(Base):
    __tablename__ = "stack_tag"
    __table_args__ = (Index("ix_stack_tag_tag", "tag"), TABLE_OPTIONS)

    stack_id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    tag: Mapped[str] = mapped_column(Name)
