"""OS::Neutron::Port: a connection to a network, with addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import (
    IN_PLACE,
    Bool,
    Call,
    List,
    Lookup,
    Map,
    Outcome,
    Prop,
    Props,
    Schema,
    Sibling,
    Str,
    Support,
)
from heat_mq.resources.kit.unfinished import is_unfinished
from heat_mq.resources.types.neutron import neighbours, properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

VNIC_TYPES: Final = (
    "normal",
    "direct",
    "macvtap",
    "direct-physical",
    "baremetal",
    "virtio-forwarder",
    "smart-nic",
)
ALWAYS: Final = "REPLACE_ALWAYS"

FIXED_IP: Final[dict[str, Prop]] = {
    "subnet": Str(
        "Subnet that the address is of, by name or id.",
        constraint="neutron.subnet",
        lookup=Lookup("network", "subnet"),
        support=Support(version="2014.2"),
    ),
    "subnet_id": Str(
        "Subnet that the address is of; subnet took over.",
        constraint="neutron.subnet",
        hidden=True,
        moved_to="subnet",
        # The blank is in what Heat answers.
        support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2 ")),
    ),
    "ip_address": Str("The address; any free one when not given.", constraint="ip_addr"),
}
ADDRESS_PAIR: Final[dict[str, Prop]] = {
    "mac_address": Str("MAC address; the port's own when not given.", constraint="mac_addr"),
    "ip_address": Str("Address or CIDR.", required=True, constraint="ip_or_cidr"),
}


class Port(NeutronObject, type="OS::Neutron::Port"):
    kind = "port"
    keys: ClassVar[Mapping[str, str]] = {"network": "network_id", "qos_policy": "qos_policy_id"}
    apart: ClassVar[frozenset[str]] = frozenset(
        {"fixed_ips", "no_fixed_ips", "security_groups", "allowed_address_pairs", "device_id", "device_owner"}
    )
    unset: ClassVar[Mapping[str, Any]] = {"qos_policy": None, "dns_name": "", "port_security_enabled": True}

    class Properties(Schema):
        network = Str(
            "Network that it is on, by name or id.",
            required=True,
            constraint="neutron.network",
            lookup=Lookup("network", "network"),
            support=Support(version="2014.2"),
        )
        network_id = Str(
            "Network that it is on; network took over.",
            constraint="neutron.network",
            hidden=True,
            moved_to="network",
            support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        device_id = Str("Id of what uses it, a server for example.", default="", update=IN_PLACE)
        device_owner = Str("Kind of what uses it.", default="", update=IN_PLACE)
        fixed_ips = List(
            "Its addresses; one of each kind that the network has when not given.",
            update=IN_PLACE,
            of=Map("An address.", schema=FIXED_IP),
        )
        mac_address = Str("Its MAC address.", constraint="mac_addr")
        security_groups = List(
            "Security groups, by name or id. The project's default group when not given, none when empty.",
            update=IN_PLACE,
            lookup=Lookup("network", "security_group"),
        )
        allowed_address_pairs = List(
            "Further addresses that may be used on it.",
            update=IN_PLACE,
            of=Map("An address with its MAC address.", schema=ADDRESS_PAIR),
            extension="allowed-address-pairs",
        )
        vnic_type = Str(
            "Kind of virtual network card.",
            name="binding:vnic_type",
            default="normal",
            update=IN_PLACE,
            allowed=VNIC_TYPES,
            support=Support(version="2015.1"),
            extension="binding",
        )
        name = properties.name("port")
        value_specs = properties.value_specs()
        admin_state_up = properties.admin_state_up("port")
        replacement_policy = Str(
            "Whether each update of the stack makes a new port.",
            default="AUTO",
            update=IN_PLACE,
            allowed=(ALWAYS, "AUTO"),
            hidden=True,
            support=Support(
                "HIDDEN",
                "9.0.0",
                previous=Support("DEPRECATED", "6.0.0", previous=Support(version="2014.2")),
            ),
        )
        port_security_enabled = Bool(
            "Whether it filters traffic; as the network says when not given.",
            update=IN_PLACE,
            support=Support(version="5.0.0"),
            extension="port-security",
        )
        qos_policy = Str(
            "QoS policy, by name or id.",
            update=IN_PLACE,
            constraint="neutron.qos_policy",
            lookup=Lookup("network", "qos_policy"),
            support=Support(version="6.0.0"),
            extension="qos",
        )
        dns_name = Str(
            "Its name in DNS.",
            update=IN_PLACE,
            constraint="dns_name",
            support=Support(version="7.0.0"),
            extension="dns-integration",
        )
        tags = properties.tags("port")
        propagate_uplink_status = Bool(
            "Whether a virtual function's link state is that of its physical card.",
            update=IN_PLACE,
            support=Support(version="15.0.0"),
            extension="uplink-status-propagation",
        )
        no_fixed_ips = Bool(
            "Whether it has no address at all.", default=False, update=IN_PLACE, support=Support(version="16.0.0")
        )

    class Attributes(Schema):
        admin_state_up = Str("Whether it carries traffic.")
        device_id = Str("Id of what uses it.")
        device_owner = Str("Kind of what uses it.")
        fixed_ips = List("Its addresses.")
        mac_address = Str("Its MAC address.")
        name = Str("Its name.")
        network_id = Str("Id of its network.")
        security_groups = List("Ids of its security groups.")
        status = Str("Its status.")
        tenant_id = Str("Id of the project that owns it.")
        allowed_address_pairs = List("Further addresses that may be used on it.")
        subnets = List("The subnets of its addresses, whole.")
        port_security_enabled = Bool("Whether it filters traffic.", support=Support(version="5.0.0"))
        qos_policy_id = Str("Id of its QoS policy.", support=Support(version="6.0.0"))
        dns_assignment = Map("Its names in DNS and their addresses.", support=Support(version="7.0.0"))
        network = Map("Its network, whole.", support=Support(version="11.0.0"))
        propagate_uplink_status = Bool("Whether the link state is passed on.", support=Support(version="15.0.0"))

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """The subnets of its network: without them it would get no address."""
        return neighbours.subnets_of(neighbours.network_of(me), others)

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        body = super().body(call, props)
        if "binding" not in call.api.extensions():
            body.pop("binding:vnic_type", None)  # the default of a property that the cloud does not know
        return body | self._apart(call, props, lambda name: bool(props[name]) or name == "security_groups")

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        body = super().changes(call, props, changed) | self._apart(call, props, lambda name: name in changed)
        if "security_groups" in changed and props.security_groups is None:
            # Nothing said means the default group, as when the port is created.
            body["security_groups"] = [call.api.find("security_group", "default")]
        if "allowed_address_pairs" in changed and props.allowed_address_pairs is None:
            body["allowed_address_pairs"] = []
        return body

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        return bool(props.replacement_policy == ALWAYS)

    def prepare_replace(self, call: Call) -> Outcome:
        """Give up its addresses: its successor may be asked to have the same."""
        if is_unfinished(self.record):
            return super().prepare_replace(call)
        return self._give_up(call, {"fixed_ips": []})

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        same = ("device_id", "device_owner", "security_groups", "allowed_address_pairs")
        seen = {name: live[name] for name in same if name in live}
        addresses = [as_property(each) for each in live.get("fixed_ips") or ()]
        return super().live_properties(call, live) | seen | {"fixed_ips": addresses, "no_fixed_ips": not addresses}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        match name:
            case "subnets":
                return [call.api.show("subnet", each["subnet_id"]) for each in live.get("fixed_ips") or ()]
            case "network":
                return call.api.show("network", live["network_id"])
        return live.get(name)

    def _apart(self, call: Call, props: Props, wanted: Any) -> dict[str, Any]:
        body: dict[str, Any] = {name: props[name] for name in ("device_id", "device_owner") if wanted(name)}
        if wanted("fixed_ips") and props.fixed_ips is not None:
            body["fixed_ips"] = [fixed_ip(each) for each in props.fixed_ips]
        if props.no_fixed_ips and (wanted("no_fixed_ips") or wanted("fixed_ips")):
            body["fixed_ips"] = []
        if wanted("security_groups") and props.security_groups is not None:
            body["security_groups"] = list(dict.fromkeys(props.security_groups))
        if wanted("allowed_address_pairs") and props.allowed_address_pairs is not None:
            body["allowed_address_pairs"] = [
                {key: value for key, value in pair.items() if value is not None} for pair in props.allowed_address_pairs
            ]
        return body


def fixed_ip(given: Mapping[str, Any]) -> dict[str, Any]:
    """``{subnet, ip_address}`` of a template as Neutron takes it."""
    found = {"subnet_id": given.get("subnet"), "ip_address": given.get("ip_address")}
    return {key: value for key, value in found.items() if value}


def as_property(live: Mapping[str, Any]) -> dict[str, Any]:
    """An address of Neutron as it stands in a template."""
    return {"subnet": live.get("subnet_id"), "ip_address": live.get("ip_address")}
