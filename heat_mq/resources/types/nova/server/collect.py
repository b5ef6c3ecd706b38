"""What the tools in a guest need to get its metadata: os-collect-config, and the cfn tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, Record
from heat_mq.resources.types.nova.user_data import CfnTools

KEY: Final = "os-collect-config"
INSTRUCTIONS: Final = "AWS::CloudFormation::Init"
LOCAL: Final = "local"


def settings(call: Call, record: Record, transport: str) -> dict[str, Any]:
    """The settings for a transport, with the credentials of the resource's own user.

    Without the port to signals, or where there is no API for the transport, the guest is left with its local collector.
    """
    if call.signals is None:
        return {"collectors": [LOCAL]}
    if transport == "POLL_SERVER_HEAT":
        return {"heat": _heat(call.signals.user(), record), "collectors": ["heat", LOCAL]}
    server = call.signals.metadata_server() if transport == "POLL_SERVER_CFN" else None
    if server is not None:
        return {"cfn": _cfn(call.signals.key_pair(), record, server.url), "collectors": ["cfn", LOCAL]}
    return {"collectors": [LOCAL]}


def can_be_told_again(call: Call, transport: str) -> bool:
    """Whether there is a user whose key pair a guest has been given, so that it can be noted now.

    A password cannot: it would become another one, which the guest does not know.
    """
    return transport != "POLL_SERVER_HEAT" and call.signals is not None and call.signals.has_user()


def cfn_tools(call: Call, record: Record) -> CfnTools | None:
    """How the cfn tools in the guest ask for the server's metadata; None where there is no API for them.

    A server with instructions for cfn-init gets keys of its own, with which it can read its metadata and nothing else.
    """
    server = call.signals.metadata_server() if call.signals is not None else None
    if call.signals is None or server is None:
        return None
    keys = call.signals.key_pair() if INSTRUCTIONS in record.metadata else {}
    return CfnTools(server.url, server.checks_certificate, **keys)


def _heat(user: Mapping[str, Any], record: Record) -> dict[str, Any]:
    return {
        "user_id": user["user_id"],
        "password": user["password"],
        "auth_url": user["auth_url"],
        "project_id": user["project_id"],
        "stack_id": f"{record.stack_name}/{record.stack_id}",
        "resource_name": record.name,
        **({"region_name": user["region_name"]} if user.get("region_name") else {}),
    }


def _cfn(keys: Mapping[str, str], record: Record, url: str) -> dict[str, Any]:
    return {
        "metadata_url": url,
        **keys,
        "stack_name": record.stack_name,
        "path": f"{record.name}.Metadata",
    }
