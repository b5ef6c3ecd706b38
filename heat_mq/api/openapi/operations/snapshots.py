"""Snapshots of a stack."""

from __future__ import annotations

from heat_mq.api.handlers import snapshots as handler
from heat_mq.api.openapi.parts import ref
from heat_mq.api.openapi.schema import Operation, closed, list_of, of_keys
from heat_mq.api.schemas.snapshots import LONGEST
from heat_mq.api.views import snapshots as view
from heat_mq.rpc.answers import Snapshot

_SNAPSHOT = of_keys(Snapshot, view.SHOWN)
_BODY = {
    "anyOf": [
        {"type": "null"},
        {"type": "object", "properties": {"name": {"type": ["string", "null"], "maxLength": LONGEST}}},
    ]
}

OPERATIONS = {
    handler.index: Operation(closed({"snapshots": list_of(_SNAPSHOT)})),
    handler.create: Operation(_SNAPSHOT, body=_BODY, body_required=False, refusals=(409,)),
    handler.show: Operation(closed({"snapshot": _SNAPSHOT})),
    handler.delete: Operation(None, status=204, refusals=(409,)),
    handler.restore: Operation(ref("Plain"), status=202, refusals=(409,)),
}
