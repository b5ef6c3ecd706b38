"""Notifications that wait to be sent: written with what they tell of, so that a death between the two loses none."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import Base
from heat_mq.db.types import Json, Moment, Name


class Notice(Base):
    """``event_type`` as consumers know it; ``failed``: it is sent as an error."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    event_type: Mapped[str] = mapped_column(Name)
    failed: Mapped[bool]
    payload: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
