"""The work of one action on one stack: a traversal and its nodes.

A node may run when it is WAITING with no ``pending`` predecessor. ``successors`` are the sequence numbers of the
nodes that wait for it; whoever settles a node lowers their ``pending`` in the same transaction. ``fence`` grows with
each claim: a write about a node names the fence it was claimed with, so that a worker that lost its lease writes
nothing.
"""

from __future__ import annotations

import datetime
import enum
from typing import Any

from sqlalchemy import Boolean, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import Epoch, Json, LongText, Moment, Name, Uuid, Word


class NodeState(enum.StrEnum):
    WAITING = "WAITING"  # for its predecessors; with none left, for a worker
    LEASED = "LEASED"  # a worker runs it
    PARKED = "PARKED"  # for a wake-up
    DONE = "DONE"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"  # something it needs has failed, or the traversal was superseded


class TraversalState(enum.StrEnum):
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    SUPERSEDED = "SUPERSEDED"


class Traversal(Base):
    """``unfinished`` counts the nodes that have not ended; ``failure`` is the reason of the first that failed,
    ``request_id`` that of the request that asked for it: it stands in the log lines of every step. ``scaling`` says
    whose group's size it changes on a policy's signal (:mod:`heat_mq.traversal.scaling`)."""

    __tablename__ = "traversal"
    __table_args__ = (Index("ix_traversal_state_deadline", "state", "deadline"), TABLE_OPTIONS)

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    stack_id: Mapped[str] = mapped_column(Uuid, index=True)
    action: Mapped[str] = mapped_column(Word)
    state: Mapped[str] = mapped_column(Word)
    unfinished: Mapped[int] = mapped_column(Integer)
    failure: Mapped[str | None] = mapped_column(LongText)
    deadline: Mapped[float] = mapped_column(Epoch)
    rollback: Mapped[bool] = mapped_column(Boolean)
    request_id: Mapped[str | None] = mapped_column(Name)
    scaling: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)


class Node(Base):
    """``kind`` is a :class:`heat_mq.graph.plan` operation kind; ``progress`` is the JSON of the step that is under way.

    ``then_traversal_id`` and ``then_seqs`` name the nodes of a newer traversal that wait until this one has let go of
    the resource, and of what that uses.
    """

    __tablename__ = "node"
    __table_args__ = (
        Index("ix_node_ready", "state", "pending"),
        Index("ix_node_owner", "engine_id", "state"),
        Index("ix_node_wake", "state", "wake_at"),
        Index("ix_node_stack", "stack_id", "state"),
        TABLE_OPTIONS,
    )

    traversal_id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    stack_id: Mapped[str] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(Word)
    name: Mapped[str] = mapped_column(Name)
    resource_id: Mapped[str | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Word)
    pending: Mapped[int] = mapped_column(Integer)
    successors: Mapped[Any] = mapped_column(Json)
    fence: Mapped[int] = mapped_column(Integer)
    engine_id: Mapped[str | None] = mapped_column(Uuid)
    woken: Mapped[bool] = mapped_column(Boolean)
    wake_at: Mapped[float | None] = mapped_column(Epoch)
    progress: Mapped[Any] = mapped_column(Json, nullable=True)
    then_traversal_id: Mapped[str | None] = mapped_column(Uuid)
    then_seqs: Mapped[Any] = mapped_column(Json, nullable=True)
