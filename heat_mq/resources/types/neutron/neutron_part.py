"""What the types have in common whose physical object stands under another one of Neutron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import Call, CloudGone, Props, Wait
from heat_mq.resources.types.neutron.neutron_object import GONE, NeutronObject


class NeutronPart(NeutronObject):
    """A rule of a QoS policy, a port forwarding of a floating IP: it has an id, but no name and no status.

    ``owner`` is the property that names the other object, ``path`` the collection with ``{}`` for that object's id.
    The service refuses a second part that does the same: by that what an interrupted create has made is found, and an
    old part goes before its successor of the same owner comes. The owner's id stands in the resource's data: that of a
    create that failed is known there alone.
    """

    has_name = False
    owner: ClassVar[str] = ""
    path: ClassVar[str] = ""

    def create(self, call: Call, props: Props) -> str:
        call.data["owner"] = props[self.owner]
        call.progress["built"] = True
        return str(call.api.post(self._path(call), {self.kind: self.body(call, props)})[self.kind]["id"])

    def find_existing(self, call: Call, props: Props) -> str | None:
        call.data["owner"] = props[self.owner]
        body = self.body(call, props)
        for part in call.api.each(self._path(call), f"{self.kind}s"):
            if all(part.get(key, value) == value for key, value in body.items()):
                call.progress["built"] = True
                return str(part["id"])
        return None

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        return bool(successor[self.owner] == self.record.properties.get(self.owner))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        body = self.changes(call, props, changed)
        if body:
            call.api.put(f"{self._path(call)}/{self.physical_id}", {self.kind: body})

    def delete(self, call: Call) -> None:
        call.api.delete(f"{self._path(call)}/{self.physical_id}")
        call.progress[GONE] = True

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(f"{self._path(call)}/{self.physical_id}")[self.kind])

    def _plain(self, props: Props) -> list[str]:
        return [name for name in super()._plain(props) if name != self.owner]

    def _path(self, call: Call) -> str:
        known = (call.data.get("owner"), self.record.properties.get(self.owner), call.wanted.get(self.owner))
        owner = next((each for each in known if each), None)
        if owner is None:
            raise CloudGone(f"{self.record.name} is not known to belong to anything")
        return self.path.format(owner)

    def _wait(self, live: Mapping[str, Any]) -> Wait:
        return Wait(1)  # no list shows the parts of several owners
