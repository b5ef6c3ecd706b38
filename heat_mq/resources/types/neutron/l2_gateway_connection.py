"""OS::Neutron::L2GatewayConnection: a network bridged to the interfaces of a layer-2 gateway."""

from __future__ import annotations

from heat_mq.resources.kit import Lookup, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class L2GatewayConnection(NeutronObject, type="OS::Neutron::L2GatewayConnection"):
    """The service refuses a second connection of a gateway with a network: by these an interrupted create is found."""

    kind = "l2_gateway_connection"
    has_name = False
    changeable = False
    unique = ("l2_gateway_id", "network_id")
    needs_extension = "l2-gateway-connection"
    support = Support(version="12.0.0")

    class Properties(Schema):
        network_id = Str(
            "The network, by name or id.",
            required=True,
            constraint="neutron.network",
            lookup=Lookup("network", "network"),
        )
        l2_gateway_id = Str("Id of the gateway.", required=True)
        segmentation_id = Str("VLAN outside; needed where the gateway's interfaces say none.")
