"""What the cfn tools in a guest need to get its metadata."""

from __future__ import annotations

from typing import Final

from heat_mq.resources.kit import Call, Record
from heat_mq.resources.types.nova.user_data import CfnTools

INSTRUCTIONS: Final = "AWS::CloudFormation::Init"


def cfn_tools(call: Call, record: Record) -> CfnTools | None:
    """How the cfn tools in the guest ask for the server's metadata; None where there is no API for them.

    A server with instructions for cfn-init gets keys of its own, with which it can read its metadata and nothing else.
    """
    server = call.signals.metadata_server() if call.signals is not None else None
    if call.signals is None or server is None:
        return None
    keys = call.signals.key_pair() if INSTRUCTIONS in record.metadata else {}
    return CfnTools(server.url, server.checks_certificate, **keys)
