"""Events that wait to be told to event sinks: written with the events, so that a death between the two loses none."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import Epoch, Uuid


class SinkEvent(Base):
    """One event of a stack that has sinks; ``id`` is the order in which they are told."""

    __tablename__ = "sink_event"
    __table_args__ = (Index("ix_sink_event_stack_id_id", "stack_id", "id"), TABLE_OPTIONS)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    stack_id: Mapped[str] = mapped_column(Uuid)
    event_uuid: Mapped[str] = mapped_column(Uuid)


class SinkTurn(Base):
    """Whose turn it is to tell a stack's events: ``holder``'s alone before ``until``; ``tries`` were in vain so far."""

    __tablename__ = "sink_turn"

    stack_id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    holder: Mapped[str | None] = mapped_column(Uuid)
    until: Mapped[float] = mapped_column(Epoch)
    tries: Mapped[int] = mapped_column(Integer)
