"""The engine workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.db.repo import engines
from heat_mq.engine.queries.shapes import time_text

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def list_services(service: Service) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "host": row.host,
            "hostname": row.hostname,
            "binary": row.binary,
            "topic": row.topic,
            "engine_id": row.id,
            "report_interval": row.report_interval,
            "created_at": time_text(row.created_at),
            "updated_at": time_text(row.updated_at),
            "deleted_at": None,
            "status": "up" if alive else "down",
        }
        for row, alive in service.database.read(engines.list_engines)
    ]
