"""OS::Neutron::FloatingIPPortForward: one port of a floating IP that leads to a port inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from heat_mq.resources.kit import IN_PLACE, Call, Int, Lookup, Props, Schema, Sibling, Str, Support
from heat_mq.resources.types.neutron import neighbours
from heat_mq.resources.types.neutron.neutron_part import NeutronPart


class FloatingIPPortForward(NeutronPart, type="OS::Neutron::FloatingIPPortForward"):
    kind = "port_forwarding"
    owner = "floating_ip"
    path = "/floatingips/{}/port_forwardings"
    needs_extension = "floating-ip-port-forwarding"
    support = Support(version="19.0.0")
    keys: ClassVar[Mapping[str, str]] = {"internal_port": "internal_port_id", "internal_port_number": "internal_port"}

    class Properties(Schema):
        internal_ip_address = Str("Address of the port inside.", required=True, update=IN_PLACE, constraint="ip_addr")
        internal_port_number = Int("Number of the port that it leads to.", update=IN_PLACE, within=(1, 65535))
        external_port = Int("Number of the port at the floating IP.", required=True, update=IN_PLACE, within=(1, 65535))
        internal_port = Str(
            "The port inside, by name or id.",
            required=True,
            update=IN_PLACE,
            constraint="neutron.port",
            lookup=Lookup("network", "port"),
        )
        protocol = Str(
            "Protocol that is forwarded.",
            required=True,
            update=IN_PLACE,
            allowed=("tcp", "udp", "icmp", "icmp6", "sctp", "dccp"),
        )
        floating_ip = Str("The floating IP, by address or id.", required=True, lookup=Lookup("network", "floatingip"))

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """What makes the port reachable: the router interfaces on its subnets."""
        return neighbours.interfaces_to_port(me.properties.get("internal_port"), others)

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """Neutron forwards to one port inside from one place only, whichever floating IPs there are."""
        inside = ("internal_port", "internal_ip_address", "internal_port_number", "protocol")
        same_inside = all(successor[name] == self.record.properties.get(name) for name in inside)
        return same_inside or super().is_in_the_way(call, successor)
