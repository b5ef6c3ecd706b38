"""Software configs, and what of them is deployed to which server."""

from __future__ import annotations

import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import TABLE_OPTIONS, Base
from heat_mq.db.types import LongText, Moment, Name, Uuid


class SoftwareConfig(Base):
    """Never changes once it is stored. ``tool`` is what the API calls the group.

    ``body`` is the sealed JSON ``{"config", "inputs", "outputs", "options"}``: inputs hold credentials with which
    guests report back.
    """

    __tablename__ = "software_config"
    __table_args__ = (Index("ix_software_config_project_id_created_at", "project_id", "created_at"), TABLE_OPTIONS)

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    project_id: Mapped[str] = mapped_column(Name)
    name: Mapped[str | None] = mapped_column(Name)
    tool: Mapped[str | None] = mapped_column(Name)
    body: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)


class SoftwareDeployment(Base):
    """A config that a server is to apply, and what came of it; inputs and outputs are sealed JSON maps.

    ``stack_user_project_id`` is the project of the stack users who may see it beside its own project.
    """

    __tablename__ = "software_deployment"
    __table_args__ = (Index("ix_software_deployment_project_id_created_at", "project_id", "created_at"), TABLE_OPTIONS)

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    project_id: Mapped[str] = mapped_column(Name)
    server_id: Mapped[str] = mapped_column(Name, index=True)
    config_id: Mapped[str] = mapped_column(Uuid, index=True)
    stack_user_project_id: Mapped[str | None] = mapped_column(Name)
    action: Mapped[str | None] = mapped_column(Name)
    status: Mapped[str | None] = mapped_column(Name)
    status_reason: Mapped[str | None] = mapped_column(LongText)
    input_values: Mapped[str | None] = mapped_column(LongText)
    output_values: Mapped[str | None] = mapped_column(LongText)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
