"""What os-collect-config in the guest needs to get its deployments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, Record

KEY: Final = "os-collect-config"
LOCAL: Final = "local"


def settings(call: Call, record: Record, transport: str) -> dict[str, Any]:
    """The settings for a transport, with the credentials of the resource's own user.

    Without the port to signals, or where the user cannot have what the transport needs, the guest is left with
    its local collector.
    """
    if call.signals is None:
        return {"collectors": [LOCAL]}
    user = call.signals.user()
    if transport == "POLL_SERVER_HEAT":
        return {"heat": _heat(user, record), "collectors": ["heat", LOCAL]}
    if transport == "POLL_SERVER_CFN" and user.get("access_key_id") and call.metadata_server:
        return {"cfn": _cfn(user, record, call.metadata_server), "collectors": ["cfn", LOCAL]}
    return {"collectors": [LOCAL]}


def _heat(user: Mapping[str, Any], record: Record) -> dict[str, Any]:
    return {
        "user_id": user["id"],
        "password": user["password"],
        "auth_url": user["auth_url"],
        "project_id": user["project_id"],
        "stack_id": f"{record.stack_name}/{record.stack_id}",
        "resource_name": record.name,
        **({"region_name": user["region_name"]} if user.get("region_name") else {}),
    }


def _cfn(user: Mapping[str, Any], record: Record, metadata_server: str) -> dict[str, Any]:
    return {
        "metadata_url": f"{metadata_server.rstrip('/')}/",
        "access_key_id": user["access_key_id"],
        "secret_access_key": user["secret_access_key"],
        "stack_name": record.stack_name,
        "path": f"{record.name}.Metadata",
    }
