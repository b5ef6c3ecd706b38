"""OS::Neutron::IKEPolicy: how the ends of a virtual private network agree on keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Schema, Str
from heat_mq.resources.types.neutron import properties, vpn_policy


class IKEPolicy(vpn_policy.VpnPolicy, type="OS::Neutron::IKEPolicy"):
    kind = "ikepolicy"
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "lifetime": vpn_policy.LIFETIME}

    class Properties(Schema):
        name = properties.name("policy")
        description = properties.description("policy")
        auth_algorithm = vpn_policy.auth(IN_PLACE)
        encryption_algorithm = vpn_policy.encryption(IN_PLACE)
        phase1_negotiation_mode = Str("How the first phase is negotiated.", default="main", allowed=("main",))
        lifetime = vpn_policy.lifetime(IN_PLACE)
        pfs = vpn_policy.pfs(IN_PLACE)
        ike_version = Str("Version of the protocol.", default="v1", update=IN_PLACE, allowed=("v1", "v2"))

    class Attributes(vpn_policy.Shown):
        ike_version = Str("Version of the protocol.")
        phase1_negotiation_mode = Str("How the first phase is negotiated.")
