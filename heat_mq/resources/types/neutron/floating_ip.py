"""OS::Neutron::FloatingIP: an address of an external network that leads to a port inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from heat_mq.resources.kit import DONE, IN_PLACE, REPLACE, Call, Lookup, Outcome, Props, Schema, Sibling, Str, Support
from heat_mq.resources.kit.unfinished import is_unfinished
from heat_mq.resources.types.neutron import neighbours, properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class FloatingIP(NeutronObject, type="OS::Neutron::FloatingIP"):
    kind = "floatingip"
    has_name = False
    needs_extension = "router"
    keys: ClassVar[Mapping[str, str]] = {"floating_network": "floating_network_id", "floating_subnet": "subnet_id"}
    unset: ClassVar[Mapping[str, Any]] = {"dns_name": "", "dns_domain": ""}

    class Properties(Schema):
        floating_network = Str(
            "The external network, by name or id.",
            required=True,
            constraint="neutron.network",
            lookup=Lookup("network", "network"),
            support=Support(version="2014.2"),
        )
        floating_network_id = Str(
            "The external network; floating_network took over.",
            constraint="neutron.network",
            hidden=True,
            moved_to="floating_network",
            support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        floating_subnet = Str(
            "Subnet of the external network that the address is of, by name or id.",
            constraint="neutron.subnet",
            lookup=Lookup("network", "subnet"),
            support=Support(version="9.0.0"),
        )
        value_specs = properties.value_specs(update=REPLACE)
        port_id = Str(
            "Port that it leads to, by name or id; it needs a router between.",
            update=IN_PLACE,
            constraint="neutron.port",
            lookup=Lookup("network", "port"),
        )
        fixed_ip_address = Str(
            "Address of the port that it leads to; needed when the port has several.",
            update=IN_PLACE,
            constraint="ip_addr",
        )
        floating_ip_address = Str(
            "The address itself; any free one when not given.",
            constraint="ip_addr",
            support=Support(version="5.0.0"),
        )
        dns_name = Str(
            "Its name in DNS.",
            update=IN_PLACE,
            constraint="rel_dns_name",
            support=Support(version="7.0.0"),
            extension="dns-integration",
        )
        dns_domain = Str(
            "DNS domain of its name, with a dot at the end.",
            update=IN_PLACE,
            constraint="dns_domain",
            support=Support(version="7.0.0"),
            extension="dns-integration",
        )

    class Attributes(Schema):
        router_id = Str("Id of the router that leads to the port.")
        tenant_id = Str("Id of the project that owns it.")
        floating_network_id = Str("Id of the external network.")
        fixed_ip_address = Str("Address inside that it leads to.", cached=False)
        floating_ip_address = Str("The address.")
        port_id = Str("Id of the port that it leads to.", cached=False)

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """What makes its port reachable: routers to the external network, and interfaces on the port's subnets."""
        network = neighbours.first(me.properties, "floating_network", "floating_network_id")
        yield from neighbours.routers_to(network, others)
        yield from neighbours.interfaces_to_port(me.properties.get("port_id"), others)

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        body = super().changes(call, props, changed)
        if changed & {"port_id", "fixed_ip_address"}:
            # Neutron takes the two as one: an address without its port is refused, and goes with it.
            body["port_id"] = props.port_id
            if props.port_id and props.fixed_ip_address:
                body["fixed_ip_address"] = props.fixed_ip_address
            else:
                body.pop("fixed_ip_address", None)
        return body

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """An address that the template names is there once."""
        mine = self.record.properties.get("floating_ip_address")
        return mine is not None and mine == successor.get("floating_ip_address")

    def prepare_replace(self, call: Call) -> Outcome:
        """Give up its port where the successor is to lead there: only one of an external network may."""
        port, successor = self.record.properties.get("port_id"), Props(call.successor)
        shares_port = port is not None and port == successor.get("port_id")
        if is_unfinished(self.record) or not shares_port or self.is_in_the_way(call, successor):
            return super().prepare_replace(call)
        return self._give_up(call, {"port_id": None}, "fixed_ip_address")

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        """Without its name in DNS: Neutron never changes that, and shows none where no DNS service is configured."""
        seen = super().live_properties(call, live)
        return {name: value for name, value in seen.items() if not name.startswith("dns_")}

    def check_create(self, call: Call) -> Outcome:
        super().check_create(call)
        return DONE  # DOWN until it leads to a port

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return live.get(name)
