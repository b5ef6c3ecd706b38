"""OS::Neutron::FlowClassifier: which traffic goes through a chain of ports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import Call, Int, Lookup, Map, Props, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


def _number(which: str) -> Int:
    return Int(f"{which}.", within=(1, 65535))


def _logical_port(doc: str) -> Str:
    return Str(doc, constraint="neutron.port", lookup=Lookup("network", "port"))


class FlowClassifier(NeutronObject, type="OS::Neutron::FlowClassifier"):
    kind = "flow_classifier"
    needs_extension = "sfc"
    support = Support("UNSUPPORTED", "8.0.0")
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("classifier")
        description = properties.description("classifier")
        protocol = Str("Protocol of the traffic.", allowed=("tcp", "udp", "icmp"))
        ethertype = Str("Version of IP.", default="IPv4", allowed=("IPv4", "IPv6"))
        source_ip_prefix = Str("Where the traffic comes from, as a CIDR.", constraint="net_cidr")
        destination_ip_prefix = Str("Where the traffic goes, as a CIDR.", constraint="net_cidr")
        source_port_range_min = _number("First port that it comes from")
        source_port_range_max = _number("Last port that it comes from")
        destination_port_range_min = _number("First port that it goes to")
        destination_port_range_max = _number("Last port that it goes to")
        logical_source_port = _logical_port("Port of the network that it comes from, by name or id.")
        logical_destination_port = _logical_port("Port of the network that it goes to, by name or id.")
        l7_parameters = Map("What else tells the traffic, as the driver has it.", support=Support("UNSUPPORTED"))

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """Neutron refuses classifiers that overlap. One that no chain has is not missed meanwhile."""
        return True
