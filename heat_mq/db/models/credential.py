"""What lets an engine act for a user after the request: a trust, or a password."""

from __future__ import annotations

import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import Digest, LongText, Moment, Name, Uuid, Word


class Credential(Base):
    """``key`` digests kind, user, project and roles: stacks of the same user share one row. ``sealed`` is encrypted."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("key"), TABLE_OPTIONS)

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(Digest)
    kind: Mapped[str] = mapped_column(Word)
    user_id: Mapped[str] = mapped_column(Name)
    project_id: Mapped[str] = mapped_column(Name)
    region: Mapped[str | None] = mapped_column(Name)
    sealed: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
