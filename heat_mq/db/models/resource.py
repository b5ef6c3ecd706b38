"""What the engine knows of each cloud object that it made."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import Json, LongText, Moment, Name, Uuid, Word


class Resource(Base):
    """A row is one object. A replacement is a row of its own, linked from the old one by ``replaced_by``.

    ``properties``, ``data`` and ``attributes`` are sealed JSON (they may hold secrets); ``requires`` lists the ids of
    the rows that this one uses, which orders its deletion; ``implementation`` is the built-in type that serves
    ``type``, or "" when a template does (a nested stack); ``fingerprint`` is that of the definition it was last made
    to fit; ``deletion_policy`` is Delete, Retain, Snapshot, or External for an object that is not the stack's own.
    """

    __tablename__ = "resource"
    __table_args__ = (Index("ix_resource_stack_id_name", "stack_id", "name"), TABLE_OPTIONS)

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    stack_id: Mapped[str] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(Name)
    type: Mapped[str] = mapped_column(Name)
    implementation: Mapped[str] = mapped_column(Name)
    action: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    status_reason: Mapped[str] = mapped_column(LongText)
    physical_id: Mapped[str | None] = mapped_column(Name, index=True)
    properties: Mapped[str | None] = mapped_column(LongText)
    attributes: Mapped[str | None] = mapped_column(LongText)
    data: Mapped[str | None] = mapped_column(LongText)
    metadata_: Mapped[Any] = mapped_column("metadata", Json, nullable=True)
    requires: Mapped[Any] = mapped_column(Json, nullable=True)
    fingerprint: Mapped[str | None] = mapped_column(Name)
    deletion_policy: Mapped[str] = mapped_column(Word)
    replaced_by: Mapped[str | None] = mapped_column(Uuid)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
