"""What happened to a stack and its resources, in order."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import Json, LongText, Moment, Name, Uuid, Word


class Event(Base):
    """``properties`` are shown to users: secrets are masked before they are stored."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_stack_id_id", "stack_id", "id"), TABLE_OPTIONS)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    uuid: Mapped[str] = mapped_column(Uuid, index=True)
    stack_id: Mapped[str] = mapped_column(Uuid)
    resource_name: Mapped[str] = mapped_column(Name)
    resource_type: Mapped[str] = mapped_column(Name)
    physical_id: Mapped[str | None] = mapped_column(Name)
    action: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(LongText)
    properties: Mapped[Any] = mapped_column(Json, nullable=True)
    engine_id: Mapped[str | None] = mapped_column(Uuid)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
