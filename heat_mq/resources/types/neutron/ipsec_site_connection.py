"""OS::Neutron::IPsecSiteConnection: a virtual private network between a VPN service and one peer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import Call, Int, List, Map, Props, Schema, Str
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.pending_object import PendingObject


class IPsecSiteConnection(PendingObject, type="OS::Neutron::IPsecSiteConnection"):
    """DOWN counts as there: the peer may begin later."""

    kind = "ipsec_site_connection"
    needs_extension = "vpnaas"
    apart: ClassVar[frozenset[str]] = frozenset({"dpd"})
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("connection")
        description = properties.description("connection")
        peer_address = Str("Address or name of the peer.", required=True)
        peer_id = Str("By what the peer is known: an address, a name or a mail address.", required=True)
        peer_cidrs = List(
            "Networks behind the peer.", required=True, of=Str("A network, as a CIDR.", constraint="net_cidr")
        )
        mtu = Int("Largest packet in bytes.", default=1500)
        dpd = Map(
            "What is done about a dead peer.",
            schema={
                "actions": Str(
                    "What is done.",
                    default="hold",
                    allowed=("clear", "disabled", "hold", "restart", "restart-by-peer"),
                ),
                "interval": Int("Seconds between two looks.", default=30),
                "timeout": Int("Seconds of silence after which it counts as dead.", default=120),
            },
        )
        psk = Str("The key that both ends share.", required=True, secret=True)
        initiator = Str(
            "Whether this end may begin, too.", default="bi-directional", allowed=("bi-directional", "response-only")
        )
        admin_state_up = properties.admin_state_up("connection")
        ikepolicy_id = Str("Id of the IKE policy.", required=True)
        ipsecpolicy_id = Str("Id of the IPsec policy.", required=True)
        vpnservice_id = Str("Id of the VPN service.", required=True)

    class Attributes(Schema):
        admin_state_up = Str("Whether it carries traffic.")
        auth_mode = Str("How the ends authenticate.")
        description = Str("Its description.")
        dpd = Map("What is done about a dead peer.")
        ikepolicy_id = Str("Id of the IKE policy.")
        initiator = Str("Whether this end may begin, too.")
        ipsecpolicy_id = Str("Id of the IPsec policy.")
        mtu = Str("Largest packet in bytes.")
        name = Str("Name of the connection.")
        peer_address = Str("Address or name of the peer.")
        peer_cidrs = List("Networks behind the peer.")
        peer_id = Str("By what the peer is known.")
        psk = Str("The key that both ends share.", secret=True)
        route_mode = Str("How the routes are made.")
        status = Str("Its status.")
        tenant_id = Str("Id of the project that owns it.")
        vpnservice_id = Str("Id of the VPN service.")

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        body = super().body(call, props)
        if props.dpd:
            body["dpd"] = {"action" if key == "actions" else key: value for key, value in props.dpd.items()}
        return body
