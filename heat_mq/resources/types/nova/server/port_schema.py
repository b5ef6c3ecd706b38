"""Properties of the ports that a server makes for itself."""

from __future__ import annotations

from typing import Final

from heat_mq.resources.kit import IN_PLACE, Bool, List, Map, Prop, Str, Support

VNIC_TYPES: Final = ["normal", "direct", "macvtap", "direct-physical", "baremetal", "virtio-forwarder", "smart-nic"]

PORT_EXTRA: Final[dict[str, Prop]] = {
    "value_specs": Map("More attributes of the port, sent as they are.", default={}, update=IN_PLACE),
    "admin_state_up": Bool("Whether the port passes traffic.", default=True, update=IN_PLACE),
    "mac_address": Str("MAC address of the port.", constraint="mac_addr"),
    "allowed_address_pairs": List(
        "More addresses that may send through the port.",
        of=Map(
            "A pair.",
            schema={
                "mac_address": Str("MAC address; the port's own when not given.", constraint="mac_addr"),
                "ip_address": Str("Address or CIDR.", required=True, constraint="ip_or_cidr"),
            },
        ),
        update=IN_PLACE,
    ),
    "binding:vnic_type": Str(
        "Kind of virtual interface.",
        default="normal",
        allowed=VNIC_TYPES,
        update=IN_PLACE,
        support=Support(version="2015.1"),
    ),
    "port_security_enabled": Bool(
        "Whether the port filters traffic.",
        update=IN_PLACE,
        support=Support(version="5.0.0"),
    ),
    "qos_policy": Str(
        "Name or id of the QoS policy of the port.",
        constraint="neutron.qos_policy",
        update=IN_PLACE,
        support=Support(version="6.0.0"),
    ),
    "propagate_uplink_status": Bool(
        "Whether the guest sees the state of the physical link.",
        update=IN_PLACE,
        support=Support(version="15.0.0"),
    ),
    "no_fixed_ips": Bool(
        "Whether the port is made without any address.",
        default=False,
        update=IN_PLACE,
        support=Support(version="16.0.0"),
    ),
}
