"""Run by alembic: migrations over the connection that :mod:`heat_mq.db.schema` gives."""

from __future__ import annotations

from alembic import context

from heat_mq.db.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False if connection.dialect.name in ("mysql", "mariadb") else None,
)
with context.begin_transaction():
    context.run_migrations()
