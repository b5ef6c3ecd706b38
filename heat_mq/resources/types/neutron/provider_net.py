"""OS::Neutron::ProviderNet: a network of which the administrator says what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Bool, Call, List, Props, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.resources.types.neutron.segment import NETWORK_TYPES


class ProviderNet(NeutronObject, type="OS::Neutron::ProviderNet"):
    kind = "network"
    needs_extension = "provider"
    support = Support(version="2014.1")
    keys: ClassVar[Mapping[str, str]] = {
        "network_type": "provider:network_type",
        "physical_network": "provider:physical_network",
        "segmentation_id": "provider:segmentation_id",
        "router_external": "router:external",
    }
    unset: ClassVar[Mapping[str, Any]] = {"dns_domain": "", "port_security_enabled": True}

    class Properties(Schema):
        name = properties.name("network")
        network_type = Str("How its wire is made.", required=True, update=IN_PLACE, allowed=NETWORK_TYPES)
        physical_network = Str("Name of the physical network that it is on.", update=IN_PLACE)
        segmentation_id = Str("Number of its VLAN or tunnel; the service chooses when not given.", update=IN_PLACE)
        admin_state_up = properties.admin_state_up("network")
        shared = Bool("Whether all projects may use it.", default=True, update=IN_PLACE)
        router_external = Bool(
            "Whether routers may have their gateways on it.",
            default=False,
            update=IN_PLACE,
            support=Support(version="6.0.0"),
        )
        port_security_enabled = Bool(
            "Whether ports on it filter traffic unless they say otherwise.",
            update=IN_PLACE,
            support=Support(version="8.0.0"),
            extension="port-security",
        )
        dns_domain = Str(
            "DNS domain of its ports, with a dot at the end.",
            update=IN_PLACE,
            constraint="dns_domain",
            support=Support(version="15.0.0"),
            extension="dns-integration",
        )
        availability_zone_hints = List(
            "Availability zones in which its services should be placed.",
            update=IN_PLACE,
            support=Support(version="19.0.0"),
            extension="network_availability_zone",
        )
        tags = List(
            "Tags of the network.",
            update=IN_PLACE,
            of=Str("A tag."),
            support=Support(version="12.0.0"),
            extension="standard-attr-tag",
        )
        tenant_id = properties.project("network", since="24.0.0")

    class Attributes(Schema):
        status = Str("Status of the network.")
        subnets = List("Ids of its subnets.")
        segments = List("Its segments.", support=Support(version="16.0.0"))

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        kind = props.get("network_type")
        if kind in ("flat", "local") and isinstance(props.get("segmentation_id"), str):
            yield Problem(f"a network of type {kind} has no segmentation_id", path="segmentation_id", expected="none")

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        """Without the wire that the network has by now: Neutron takes it for one that is in use."""
        body = super().changes(call, props, changed)
        key = self.keys["segmentation_id"]
        if key in body and str(self.read(call).get(key)) == body[key]:
            del body[key]
        return body

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        seen = super().live_properties(call, live)
        number = seen.get("segmentation_id")
        return seen | ({"segmentation_id": str(number)} if number is not None else {})

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name == "segments":
            return call.api.all("segment", network_id=self.physical_id)
        return live.get(name)
