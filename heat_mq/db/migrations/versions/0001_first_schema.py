"""The first schema: stacks, resources, traversals, nodes, events, engines, credentials, snapshots, software, texts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None

UUID = sa.CHAR(36)
DIGEST = sa.CHAR(64)
NAME = sa.String(255)
WORD = sa.String(32)
LONG_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
TABLE_OPTIONS: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("body", LONG_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blob")),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "credential",
        sa.Column("id", UUID, nullable=False),
        sa.Column("key", DIGEST, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("region", NAME, nullable=True),
        sa.Column("sealed", LONG_TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("key", name=op.f("uq_credential_key")),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "engine",
        sa.Column("id", UUID, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("hostname", NAME, nullable=False),
        sa.Column("binary", NAME, nullable=False),
        sa.Column("topic", NAME, nullable=False),
        sa.Column("report_interval", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engine")),
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_engine_expires_at"), "engine", ["expires_at"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("resource_name", NAME, nullable=False),
        sa.Column("resource_type", NAME, nullable=False),
        sa.Column("physical_id", NAME, nullable=True),
        sa.Column("action", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("reason", LONG_TEXT, nullable=False),
        sa.Column("properties", LONG_TEXT, nullable=True),
        sa.Column("engine_id", UUID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_event_stack_id_id", "event", ["stack_id", "id"], unique=False)
    op.create_index(op.f("ix_event_uuid"), "event", ["uuid"], unique=False)
    op.create_table(
        "node",
        sa.Column("traversal_id", UUID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("resource_id", UUID, nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("successors", LONG_TEXT, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("engine_id", UUID, nullable=True),
        sa.Column("woken", sa.Boolean(), nullable=False),
        sa.Column("wake_at", sa.Double(), nullable=True),
        sa.Column("progress", LONG_TEXT, nullable=True),
        sa.Column("then_traversal_id", UUID, nullable=True),
        sa.Column("then_seqs", LONG_TEXT, nullable=True),
        sa.PrimaryKeyConstraint("traversal_id", "seq", name=op.f("pk_node")),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_node_owner", "node", ["engine_id", "state"], unique=False)
    op.create_index("ix_node_ready", "node", ["state", "pending"], unique=False)
    op.create_index("ix_node_stack", "node", ["stack_id", "state"], unique=False)
    op.create_index("ix_node_wake", "node", ["state", "wake_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_type", NAME, nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("payload", LONG_TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "resource",
        sa.Column("id", UUID, nullable=False),
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("type", NAME, nullable=False),
        sa.Column("implementation", NAME, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("status_reason", LONG_TEXT, nullable=False),
        sa.Column("physical_id", NAME, nullable=True),
        sa.Column("properties", LONG_TEXT, nullable=True),
        sa.Column("attributes", LONG_TEXT, nullable=True),
        sa.Column("data", LONG_TEXT, nullable=True),
        sa.Column("metadata", LONG_TEXT, nullable=True),
        sa.Column("requires", LONG_TEXT, nullable=True),
        sa.Column("fingerprint", NAME, nullable=True),
        sa.Column("deletion_policy", WORD, nullable=False),
        sa.Column("replaced_by", UUID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_resource_physical_id"), "resource", ["physical_id"], unique=False)
    op.create_index("ix_resource_stack_id_name", "resource", ["stack_id", "name"], unique=False)
    op.create_table(
        "sink_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("event_uuid", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sink_event")),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_sink_event_stack_id_id", "sink_event", ["stack_id", "id"], unique=False)
    op.create_table(
        "sink_turn",
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("holder", UUID, nullable=True),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stack_id", name=op.f("pk_sink_turn")),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "resource_copy",
        sa.Column("id", UUID, nullable=False),
        sa.Column("snapshot_id", UUID, nullable=False),
        sa.Column("parent_id", UUID, nullable=True),
        sa.Column("source_stack_id", UUID, nullable=False),
        sa.Column("resource_id", UUID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("type", NAME, nullable=False),
        sa.Column("implementation", NAME, nullable=False),
        sa.Column("physical_id", NAME, nullable=True),
        sa.Column("action", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("metadata", LONG_TEXT, nullable=True),
        sa.Column("copy_name", NAME, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("data", LONG_TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_copy")),
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_resource_copy_parent_id"), "resource_copy", ["parent_id"], unique=False)
    op.create_index(op.f("ix_resource_copy_snapshot_id"), "resource_copy", ["snapshot_id"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("id", UUID, nullable=False),
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("name", NAME, nullable=True),
        sa.Column("action", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("status_reason", LONG_TEXT, nullable=True),
        sa.Column("stack_action", WORD, nullable=False),
        sa.Column("stack_status", WORD, nullable=False),
        sa.Column("template_digest", DIGEST, nullable=False),
        sa.Column("environment_digest", DIGEST, nullable=False),
        sa.Column("files_digest", DIGEST, nullable=False),
        sa.Column("parameters", LONG_TEXT, nullable=False),
        sa.Column("tags", LONG_TEXT, nullable=False),
        sa.Column("traversal_id", UUID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_snapshot_stack_id"), "snapshot", ["stack_id"], unique=False)
    op.create_table(
        "software_config",
        sa.Column("id", UUID, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("name", NAME, nullable=True),
        sa.Column("tool", NAME, nullable=True),
        sa.Column("body", LONG_TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_software_config")),
        **TABLE_OPTIONS,
    )
    op.create_index(
        "ix_software_config_project_id_created_at", "software_config", ["project_id", "created_at"], unique=False
    )
    op.create_table(
        "software_deployment",
        sa.Column("id", UUID, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("server_id", NAME, nullable=False),
        sa.Column("config_id", UUID, nullable=False),
        sa.Column("stack_user_project_id", NAME, nullable=True),
        sa.Column("action", NAME, nullable=True),
        sa.Column("status", NAME, nullable=True),
        sa.Column("status_reason", LONG_TEXT, nullable=True),
        sa.Column("input_values", LONG_TEXT, nullable=True),
        sa.Column("output_values", LONG_TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_software_deployment")),
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_software_deployment_config_id"), "software_deployment", ["config_id"], unique=False)
    op.create_index(
        "ix_software_deployment_project_id_created_at",
        "software_deployment",
        ["project_id", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_software_deployment_server_id"), "software_deployment", ["server_id"], unique=False)
    op.create_table(
        "stack",
        sa.Column("id", UUID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("live_name", NAME, nullable=True),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("username", NAME, nullable=True),
        sa.Column("user_id", NAME, nullable=True),
        sa.Column("action", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("status_reason", LONG_TEXT, nullable=False),
        sa.Column("description", LONG_TEXT, nullable=False),
        sa.Column("template_digest", DIGEST, nullable=False),
        sa.Column("environment_digest", DIGEST, nullable=False),
        sa.Column("files_digest", DIGEST, nullable=False),
        sa.Column("parameters", LONG_TEXT, nullable=False),
        sa.Column("previous_template_digest", DIGEST, nullable=True),
        sa.Column("previous_environment_digest", DIGEST, nullable=True),
        sa.Column("previous_files_digest", DIGEST, nullable=True),
        sa.Column("previous_parameters", LONG_TEXT, nullable=True),
        sa.Column("traversal_id", UUID, nullable=False),
        sa.Column("owner_id", UUID, nullable=True),
        sa.Column("owner_resource_id", UUID, nullable=True),
        sa.Column("owner_resource_name", NAME, nullable=True),
        sa.Column("root_id", UUID, nullable=False),
        sa.Column("nested_depth", sa.Integer(), nullable=False),
        sa.Column("disable_rollback", sa.Boolean(), nullable=False),
        sa.Column("observes", sa.Boolean(), nullable=False),
        sa.Column("has_sinks", sa.Boolean(), nullable=False),
        sa.Column("timeout_mins", sa.Integer(), nullable=True),
        sa.Column("credential_id", UUID, nullable=True),
        sa.Column("stack_user_project_id", NAME, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stack")),
        sa.UniqueConstraint("project_id", "live_name", name=op.f("uq_stack_project_id_live_name")),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_stack_owner_id", "stack", ["owner_id"], unique=False)
    op.create_index("ix_stack_project_id_created_at", "stack", ["project_id", "created_at"], unique=False)
    op.create_index("ix_stack_root_id", "stack", ["root_id"], unique=False)
    op.create_index("ix_stack_user_project", "stack", ["stack_user_project_id", "live_name"], unique=False)
    op.create_table(
        "stack_tag",
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tag", NAME, nullable=False),
        sa.PrimaryKeyConstraint("stack_id", "position", name=op.f("pk_stack_tag")),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_stack_tag_tag", "stack_tag", ["tag"], unique=False)
    op.create_table(
        "traversal",
        sa.Column("id", UUID, nullable=False),
        sa.Column("stack_id", UUID, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("unfinished", sa.Integer(), nullable=False),
        sa.Column("failure", LONG_TEXT, nullable=True),
        sa.Column("deadline", sa.Double(), nullable=False),
        sa.Column("rollback", sa.Boolean(), nullable=False),
        sa.Column("request_id", NAME, nullable=True),
        sa.Column("scaling", LONG_TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traversal")),
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_traversal_stack_id"), "traversal", ["stack_id"], unique=False)
    op.create_index("ix_traversal_state_deadline", "traversal", ["state", "deadline"], unique=False)
