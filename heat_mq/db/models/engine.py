"""One row for each live engine worker: its lease covers every node that it owns."""

from __future__ import annotations

import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import Base
from heat_mq.db.types import Epoch, Moment, Name, Uuid


class Engine(Base):
    __tablename__ = "engine"

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    host: Mapped[str] = mapped_column(Name)
    hostname: Mapped[str] = mapped_column(Name)
    binary: Mapped[str] = mapped_column(Name)
    topic: Mapped[str] = mapped_column(Name)
    report_interval: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    expires_at: Mapped[float] = mapped_column(Epoch, index=True)
