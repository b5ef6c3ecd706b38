"""OS::Cinder::QoSAssociation: which volume types follow QoS specs; for administrators.

An association is no object with an id of its own: what an interrupted create has associated is associated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    CloudGone,
    List,
    Lookup,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
    given,
)
from heat_mq.resources.kit.given import GIVEN
from heat_mq.resources.kit.unfinished import is_unfinished


class QoSAssociation(Resource, type="OS::Cinder::QoSAssociation"):
    service = "block-storage"
    needs_extension = "qos-specs"
    support = Support(version="8.0.0")

    class Properties(Schema):
        qos_specs = Str(
            "Name or id of the specs.",
            required=True,
            constraint="cinder.qos_specs",
            lookup=Lookup("block-storage", "qos_specs"),
        )
        volume_types = List(
            "Types whose volumes follow them; each type follows one.",
            required=True,
            update=IN_PLACE,
            of=Str("Name or id of a type.", constraint="cinder.vtype", lookup=Lookup("block-storage", "volume_type")),
        )

    def create(self, call: Call, props: Props) -> str:
        """Only note what will be associated: :meth:`check_create` does it, when that is stored."""
        call.data[GIVEN] = list(props.volume_types)
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        self._settle(call, call.wanted["qos_specs"], call.wanted["volume_types"])
        return DONE

    def needs_replace_failed(self, call: Call) -> bool:
        return is_unfinished(self.record)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        given.plan(call, props.volume_types)

    def check_update(self, call: Call) -> Outcome:
        return given.advance(call, lambda types: self._settle(call, call.wanted["qos_specs"], types))

    def prepare_replace(self, call: Call) -> Outcome:
        """Types that follow these specs cannot follow the successor's, which this one must not let go when it goes."""
        self.delete(call)
        call.data[GIVEN] = []
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        self._settle(call, self.record.properties["qos_specs"], self.record.properties["volume_types"])
        return DONE

    def delete(self, call: Call) -> None:
        self._let_go(call, self.record.properties["qos_specs"], call.data.get(GIVEN, ()))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        associated = _associated(call, self.record.properties["qos_specs"])
        return {"volume_types": [id for id in call.wanted.get("volume_types") or () if id in associated]}

    def _settle(self, call: Call, specs: str, types: Sequence[str]) -> None:
        before = call.data.get(GIVEN, [])
        call.data[GIVEN] = given.with_more(before, types)
        for volume_type in types:
            call.cloud.volume.associate_qos(specs, volume_type)
        self._let_go(call, specs, [each for each in before if each not in types])
        call.data[GIVEN] = list(types)

    def _let_go(self, call: Call, specs: str, types: Iterable[str]) -> None:
        try:
            associated = _associated(call, specs)
        except CloudGone:
            return
        for volume_type in types:
            if volume_type in associated:
                call.cloud.volume.disassociate_qos(specs, volume_type)


def _associated(call: Call, specs: str) -> Sequence[str]:
    answer = call.api.get(f"/qos-specs/{specs}/associations")
    return [each["id"] for each in answer["qos_associations"]]
