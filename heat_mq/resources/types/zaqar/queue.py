"""OS::Zaqar::Queue: a queue of messages.

A queue is its name, and making one that is there changes nothing: an interrupted create is simply repeated. One that
is not there is to Zaqar like an empty one, and comes to be with its first message: so only its metadata can be missed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import IN_PLACE, Call, CloudGone, Map, Props, Resource, Schema, Str, Support
from heat_mq.resources.kit import Any as AnyValue

_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")


class Queue(Resource, type="OS::Zaqar::Queue"):
    service = "message"
    support = Support(version="2014.2")
    name_limit: ClassVar[int | None] = 64

    class Properties(Schema):
        name = Str("Name of the queue.", length=(None, 64))
        metadata = Map("What is kept with the queue; keys with an underscore are settings of Zaqar.", update=IN_PLACE)

    class Attributes(Schema):
        queue_id = AnyValue(
            "Name of the queue.",
            cached=False,
            hidden=True,
            support=Support(
                "HIDDEN", "6.0.0", previous=Support("DEPRECATED", "2015.1", previous=Support(version="2014.1"))
            ),
        )
        href = AnyValue("Path of the queue.")

    def create(self, call: Call, props: Props) -> str:
        name = props.name or _UNFIT.sub("_", self.record.physical_name)
        call.api.create_queue(name, props.metadata or {})
        return str(name)

    def needs_replace_failed(self, call: Call) -> bool:
        return self.record.physical_id is None

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        live, wanted = call.api.queue(self.physical_id), props.metadata or {}
        before = call.old.get("metadata") or {}
        gone = [{"op": "remove", "path": f"/metadata/{key}"} for key in before if key in live and key not in wanted]
        put = [
            {"op": "replace" if key in live else "add", "path": f"/metadata/{key}", "value": value}
            for key, value in wanted.items()
            if live.get(key) != value
        ]
        if not (gone or put):
            return
        try:
            call.api.change_queue(self.physical_id, [*gone, *put])
        except CloudGone:
            call.api.create_queue(self.physical_id, wanted)

    def delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            call.api.delete_queue(self.physical_id)

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.queue(self.physical_id))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        """What Zaqar adds of itself counts only where the template says it too."""
        wanted = call.wanted.get("metadata") or {}
        return {"metadata": {key: value for key, value in live.items() if key in wanted or not key.startswith("_")}}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return f"/v2/queues/{self.physical_id}" if name == "href" else self.physical_id
