"""Rows of software configs and deployments as the maps that cross RPC, and back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from heat_mq.crypt import Box
from heat_mq.db.records import SoftwareConfigRow, SoftwareDeploymentRow
from heat_mq.engine.queries.shapes import time_text


def config_summary(row: SoftwareConfigRow, *, with_project: bool = False) -> dict[str, Any]:
    """What a list shows of a config."""
    shown = {"id": row.id, "name": row.name, "group": row.tool, "creation_time": time_text(row.created_at)}
    return {**shown, "project": row.project_id} if with_project else shown


def config_map(box: Box, row: SoftwareConfigRow, *, with_project: bool = False) -> dict[str, Any]:
    """All of a config."""
    return {**config_summary(row, with_project=with_project), **box.open(row.body)}


def config_row(
    box: Box, config_id: str, project_id: str, content: Mapping[str, Any], now: datetime.datetime
) -> SoftwareConfigRow:
    """``content`` has name, group, config, inputs, outputs and options."""
    body = {
        "config": content.get("config"),
        "inputs": list(content.get("inputs") or ()),
        "outputs": list(content.get("outputs") or ()),
        "options": dict(content.get("options") or {}),
    }
    return SoftwareConfigRow(
        id=config_id,
        project_id=project_id,
        name=content.get("name"),
        tool=content.get("group"),
        body=box.seal(body),
        created_at=now,
    )


def deployment_map(box: Box, row: SoftwareDeploymentRow) -> dict[str, Any]:
    """All of a deployment; ``updated_time`` is there once it was changed."""
    shown: dict[str, Any] = {
        "id": row.id,
        "config_id": row.config_id,
        "server_id": row.server_id,
        "input_values": box.open(row.input_values) if row.input_values else {},
        "output_values": box.open(row.output_values) if row.output_values else None,
        "action": row.action,
        "status": row.status,
        "status_reason": row.status_reason or "",
        "creation_time": time_text(row.created_at),
    }
    return {**shown, "updated_time": time_text(row.updated_at)} if row.updated_at is not None else shown
