"""OS::Cinder::QoSSpecs: how good volumes are to be served; for administrators.

Names of specs are unique and never change. Specs that the template names carry the resource's id under a key of their
own until :meth:`QoSSpecs.check_create` takes it away, by which an interrupted create finds them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.unfinished import WholeOrNothing
from heat_mq.resources.types.cinder.volume.changes import text_of

CONSUMER: Final = "consumer"  # Cinder takes it among the specs and shows it beside them
MADE_BY: Final = "heat_mq:resource"
DEFAULT: Final = {CONSUMER: "back-end"}


class QoSSpecs(WholeOrNothing, type="OS::Cinder::QoSSpecs"):
    service = "block-storage"
    needs_extension = "qos-specs"
    support = Support(version="7.0.0")

    class Properties(Schema):
        name = Str("Name of the specs; one made of stack and resource when not given.")
        specs = Map(
            "Keys and values for whoever serves the volumes; consumer says who: back-end, front-end or both.",
            required=True,
            update=IN_PLACE,
        )

    def find_existing(self, call: Call, props: Props) -> str | None:
        for each in call.api.each("/qos-specs", "qos_specs"):
            if each["name"] == self.record.physical_name or each["specs"].get(MADE_BY) == self.record.id:
                return str(each["id"])
        return None

    def create(self, call: Call, props: Props) -> str:
        wanted = {"name": props.name or self.record.physical_name, **text_of(props.specs)}
        if props.name:
            wanted[MADE_BY] = self.record.id
        return str(call.api.post("/qos-specs", {"qos_specs": wanted})["qos_specs"]["id"])

    def check_create(self, call: Call) -> Outcome:
        if call.wanted.get("name"):
            self._drop(call, {MADE_BY})
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        wanted, live = DEFAULT | text_of(props.specs), self.read(call)
        if wanted[CONSUMER] == live[CONSUMER]:
            del wanted[CONSUMER]
        if wanted:
            call.api.put(self._path(), {"qos_specs": wanted})
        self._drop(call, live["specs"].keys() - wanted.keys())

    def delete(self, call: Call) -> None:
        call.cloud.volume.disassociate_qos(self.physical_id)
        call.api.delete(self._path())

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self._path())["qos_specs"])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        seen, wanted = {**live["specs"], CONSUMER: live[CONSUMER]}, call.wanted.get("specs") or {}
        return {"specs": wanted if seen == DEFAULT | text_of(wanted) else seen}

    def _drop(self, call: Call, keys: Collection[str]) -> None:
        """Take keys away; Cinder refuses those that are not there."""
        there = sorted(set(keys) & self.read(call)["specs"].keys())
        if there:
            call.api.put(f"{self._path()}/delete_keys", {"keys": there})

    def _path(self) -> str:
        return f"/qos-specs/{self.physical_id}"
