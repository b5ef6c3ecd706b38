"""OS::Neutron::IPsecPolicy: how packets travel through a virtual private network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import REPLACE, Schema, Str
from heat_mq.resources.types.neutron import properties, vpn_policy


class IPsecPolicy(vpn_policy.VpnPolicy, type="OS::Neutron::IPsecPolicy"):
    kind = "ipsecpolicy"
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("policy")
        description = properties.description("policy")
        transform_protocol = Str(
            "Protocol that transforms the packets.", default="esp", allowed=("esp", "ah", "ah-esp")
        )
        encapsulation_mode = Str("How packets are wrapped.", default="tunnel", allowed=("tunnel", "transport"))
        auth_algorithm = vpn_policy.auth(REPLACE)
        encryption_algorithm = vpn_policy.encryption(REPLACE)
        lifetime = vpn_policy.lifetime(REPLACE)
        pfs = vpn_policy.pfs(REPLACE)

    class Attributes(vpn_policy.Shown):
        encapsulation_mode = Str("How packets are wrapped.")
        transform_protocol = Str("Protocol that transforms the packets.")
