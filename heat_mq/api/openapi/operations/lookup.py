"""Short URLs."""

from __future__ import annotations

from heat_mq.api.handlers import lookup as handler
from heat_mq.api.openapi.parts import ref
from heat_mq.api.openapi.schema import Operation

OPERATIONS = {
    handler.by_name: Operation(ref("Plain"), status=302, location=True),
    handler.by_arn: Operation(ref("Plain"), status=302, location=True, remote=False),
}
