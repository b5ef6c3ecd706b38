"""OS::Zaqar::Queue: a queue of messages.

A queue is its name, which is unique in a project, and making one that is there changes nothing. So a queue carries in
its metadata which resource made it: that one finds it again when its create was interrupted, and no other deletes it.
One that somebody else has made, or that came to be with its first message, is used, and stays when the resource goes.

One that is not there is to Zaqar like an empty one: so only its metadata can be missed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    CloudGone,
    Done,
    Map,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit import Any as AnyValue

MARK: Final = "heat_mq_resource"  # metadata: the stack, the name and the id of the resource that made the queue
USED: Final = "used"  # data: somebody else made it
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")


class Queue(Resource, type="OS::Zaqar::Queue"):
    service = "message"
    support = Support(version="2014.2")
    name_limit: ClassVar[int | None] = 64

    class Properties(Schema):
        name = Str("Name of the queue. One that is there already is used, and not deleted.", length=(None, 64))
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

    def find_existing(self, call: Call, props: Props) -> str | None:
        name = self._name(props)
        return name if call.api.queue(name).get(MARK) == self._mark() else None

    def create(self, call: Call, props: Props) -> str:
        name = self._name(props)
        if not call.api.create_queue(name, {**(props.metadata or {}), MARK: self._mark()}):
            self._use(call, name, props.metadata or {})
        return name

    def check_create(self, call: Call) -> Outcome:
        if not call.data.get(USED):
            return DONE
        return Done(f"queue {self.physical_id} was there already: it is used, and stays when this resource goes")

    def adopt(self, call: Call, props: Props) -> str:
        """From now on it is this resource's, whatever another stack has written there."""
        live = call.api.queue(self.physical_id)
        if MARK in live:
            _put(call, self.physical_id, live, {MARK: self._mark()})
        return self.physical_id

    def needs_replace_failed(self, call: Call) -> bool:
        return self.record.physical_id is None

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        live, wanted = call.api.queue(self.physical_id), props.metadata or {}
        maybe = {key for metadata in call.maybe("metadata") for key in metadata}
        gone = sorted(key for key in maybe if key in live and key not in wanted)
        try:
            _put(call, self.physical_id, live, wanted, gone)
        except CloudGone:
            call.api.create_queue(self.physical_id, {**wanted, MARK: self._mark()})

    def is_same(self, successor: Props) -> bool:
        """Whose it is the queue itself says."""
        return False

    def restore_replaced(self, call: Call) -> Outcome:
        """A successor of the same name took the queue over, and away with it."""
        metadata = self.record.properties.get("metadata") or {}
        call.api.create_queue(self.physical_id, {**metadata, MARK: self._mark()})
        return DONE

    def delete(self, call: Call) -> None:
        if self.record.physical_id is None:
            return
        owner = call.api.queue(self.physical_id).get(MARK)
        if owner == self._mark() or (owner is None and not call.data.get(USED)):  # one that was adopted has no mark
            call.api.delete_queue(self.physical_id)

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.queue(self.physical_id))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        """What Zaqar and this type add of themselves counts only where the template says it too."""
        wanted = call.wanted.get("metadata") or {}
        seen = {key: value for key, value in live.items() if key in wanted or not (key.startswith("_") or key == MARK)}
        return {"metadata": seen}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return f"/v2/queues/{self.physical_id}" if name == "href" else self.physical_id

    def _use(self, call: Call, name: str, metadata: Mapping[str, Any]) -> None:
        """Give a queue that is there the metadata; one that an older object of this resource made is its own."""
        live = call.api.queue(name)
        resource = self._mark().removesuffix(self.record.id)
        call.data[USED] = not str(live.get(MARK, "")).startswith(resource)
        _put(call, name, live, {**metadata, **({} if call.data[USED] else {MARK: self._mark()})})

    def _name(self, props: Props) -> str:
        return str(props.name or _UNFIT.sub("_", self.record.physical_name))

    def _mark(self) -> str:
        return f"{self.record.stack_id}/{self.record.name}/{self.record.id}"


def _put(
    call: Call, name: str, live: Mapping[str, Any], wanted: Mapping[str, Any], gone: list[str] | None = None
) -> None:
    """Change what differs in a queue's metadata; raises CloudGone."""
    removed = [{"op": "remove", "path": f"/metadata/{key}"} for key in gone or ()]
    put = [
        {"op": "replace" if key in live else "add", "path": f"/metadata/{key}", "value": value}
        for key, value in wanted.items()
        if live.get(key) != value
    ]
    if removed or put:
        call.api.change_queue(name, [*removed, *put])
