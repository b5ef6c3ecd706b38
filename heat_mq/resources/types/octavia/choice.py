"""What the types have in common whose object is one that administrators offer: flavors, zones and their profiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import DONE, Call, Outcome, Props, Sibling
from heat_mq.resources.kit.names import marker
from heat_mq.resources.kit.unfinished import DROPPED, WholeOrNothing
from heat_mq.resources.types.octavia import neighbours

LATER: Final = "later"  # progress: what a create leaves for check_create


class Choice(WholeOrNothing):
    """Subclasses name their ``kind``, and say by what an object is known that the template names.

    ``marked_by`` "description": it carries the resource's id there until ``check_create`` puts the description there
    that the template asks for; "name": it has the physical name until then.
    """

    service = "load-balancer"
    kind: ClassVar[str] = ""
    id_key: ClassVar[str] = "id"
    marked_by: ClassVar[str] = "name"
    keys: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        return neighbours.named(cls, me, others)

    def find_existing(self, call: Call, props: Props) -> str | None:
        body = self._plan(call, props)
        found = call.api.all(self.kind, name=body["name"])
        mine = (each for each in found if all(each[key] == body[key] for key in ("name", self.marked_by)))
        return next((str(each[self.id_key]) for each in mine), None)

    def create(self, call: Call, props: Props) -> str:
        return str(call.api.make(self.kind, self._plan(call, props))[self.id_key])

    def check_create(self, call: Call) -> Outcome:
        if call.progress.get(LATER):
            call.api.change(self.kind, self.physical_id, call.progress[LATER])
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        call.api.change(self.kind, self.physical_id, self._body(props, changed))

    def delete(self, call: Call) -> None:
        if not call.data.get(DROPPED):
            call.api.remove(self.kind, self.physical_id)

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.show(self.kind, self.physical_id))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: self.keys.get(name, name) for name in self.Properties.props}
        return {name: live[key] for name, key in found.items() if key in live}

    def _body(self, props: Props, names: Iterable[str]) -> dict[str, Any]:
        body = {self.keys.get(name, name): props[name] for name in names}
        if "name" in body:
            body["name"] = props.name or self.record.physical_name
        return body

    def _plan(self, call: Call, props: Props) -> dict[str, Any]:
        """What a create sends; notes what its mark stands in place of."""
        body = {key: value for key, value in self._body(props, props).items() if value is not None}
        call.progress[LATER] = {}
        if props.name:
            call.progress[LATER] = {self.marked_by: body[self.marked_by]}
            body[self.marked_by] = marker(self.record) if self.marked_by != "name" else self.record.physical_name
        return body
