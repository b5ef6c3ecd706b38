"""OS::Neutron::TaaS::TapFlow: the traffic of a port, copied to a tap service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.resources.kit import Lookup, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.resources.types.neutron.tap_service import Named, port_of


class TapFlow(NeutronObject, type="OS::Neutron::TaaS::TapFlow"):
    """The traffic of a port, copied to a tap service."""

    kind = "tap_flow"
    lingers = True
    needs_extension = "taas"
    support = Support(version="12.0.0")
    keys: ClassVar[Mapping[str, str]] = {"port": "source_port", "tap_service": "tap_service_id"}

    class Properties(Named):
        port = port_of("Port whose traffic is copied, by name or id.")
        tap_service = Str(
            "Tap service that gets the copies, by name or id.",
            required=True,
            constraint="neutron.taas.tap_service",
            lookup=Lookup("network", "tap_service"),
        )
        direction = Str("Which traffic is copied, as the port sees it.", default="BOTH", allowed=("IN", "OUT", "BOTH"))
        vlan_filter = Str(
            "VLANs whose traffic is copied: numbers and ranges with commas between.",
            pattern="^([0-9]+(-[0-9]+)?)(,([0-9]+(-[0-9]+)?))*$",
        )
