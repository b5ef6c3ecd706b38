"""OS::Neutron::NetworkGateway: networks bridged to those of devices outside, as NSX does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    CloudConflict,
    CloudGone,
    Int,
    List,
    Lookup,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
    Wait,
)
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

_CONNECTED: Final = "GatewayConnectionInUse"


class NetworkGateway(NeutronObject, type="OS::Neutron::NetworkGateway"):
    """The service does not tell reliably which networks a gateway connects: that stands in the resource's data,
    before a network is connected and until it is no more."""

    kind = "network_gateway"
    described = False
    needs_extension = "network-gateway"
    support = Support(version="2014.1")
    apart: ClassVar[frozenset[str]] = frozenset({"connections"})

    class Properties(Schema):
        name = properties.name("gateway")
        devices = List(
            "The devices.",
            required=True,
            update=IN_PLACE,
            length=(1, None),
            of=Map(
                "A device.",
                schema={
                    "id": Str("Id of the device.", required=True),
                    "interface_name": Str("Name of its interface.", required=True),
                },
            ),
        )
        connections = List(
            "The networks that it connects.",
            default=[],
            update=IN_PLACE,
            of=Map(
                "A network.",
                schema={
                    "network_id": Str(
                        "The network; network took over.",
                        constraint="neutron.network",
                        hidden=True,
                        moved_to="network",
                        support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
                    ),
                    "network": Str(
                        "The network, by name or id.",
                        required=True,
                        constraint="neutron.network",
                        lookup=Lookup("network", "network"),
                        support=Support(version="2014.2"),
                    ),
                    "segmentation_type": Str("How it is told apart outside.", default="flat", allowed=("flat", "vlan")),
                    "segmentation_id": Int("Its VLAN outside.", within=(0, 4094)),
                },
            ),
        )

    class Attributes(Schema):
        default = Str("Whether it is the gateway of those who name none.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        given = props.get("connections")
        for place, each in enumerate(given if isinstance(given, list) else ()):
            kind, number = (each.get(key) for key in ("segmentation_type", "segmentation_id"))
            path = f"connections[{place}].segmentation_id"
            if kind == "vlan" and number is None:
                yield Problem("a network of segmentation_type vlan needs a segmentation_id", path=path)
            if kind == "flat" and isinstance(number, int) and number:
                yield Problem("a network of segmentation_type flat has no segmentation_id", path=path, expected="0")

    def create(self, call: Call, props: Props) -> str:
        call.data["connections"] = _wanted(props)
        return super().create(call, props)

    def find_existing(self, call: Call, props: Props) -> str | None:
        call.data["connections"] = _wanted(props)
        return super().find_existing(call, props)

    def check_create(self, call: Call) -> Outcome:
        outcome = super().check_create(call)
        return outcome if outcome != DONE else self._settle(call)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        super().update(call, props, changed)
        had = self._own(call)
        call.data["connections"] = had + [each for each in _wanted(props) if each not in had]

    def check_update(self, call: Call) -> Outcome:
        if not call.progress.get("stored"):
            call.progress["stored"] = True
            return Wait(0)  # what is noted is stored now
        return self._settle(call)

    def delete(self, call: Call) -> None:
        for each in self._own(call):
            self._disconnect(call, each)
        super().delete(call)

    def _settle(self, call: Call) -> Outcome:
        """Connect what is wanted and nothing else; safe to repeat."""
        wanted = _wanted(call.wanted)
        for each in self._own(call):
            if each not in wanted:
                self._disconnect(call, each)
        for each in wanted:
            try:
                call.api.put(f"/network-gateways/{self.physical_id}/connect_network", each)
            except CloudConflict as conflict:
                if conflict.fields.get("reason") != _CONNECTED:
                    raise
        call.data["connections"] = wanted
        return DONE

    def _disconnect(self, call: Call, connection: Mapping[str, Any]) -> None:
        try:
            call.api.put(f"/network-gateways/{self.physical_id}/disconnect_network", dict(connection))
        except CloudGone:
            return

    def _own(self, call: Call) -> list[dict[str, Any]]:
        return list(call.data.get("connections") or _wanted(self.record.properties))


def _wanted(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The connections as the service takes them."""
    return [
        {
            "network_id": each["network"],
            "segmentation_type": each["segmentation_type"],
            "segmentation_id": each.get("segmentation_id") or 0,
        }
        for each in values.get("connections") or ()
    ]
