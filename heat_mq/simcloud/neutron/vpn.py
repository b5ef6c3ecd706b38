"""Virtual private networks over IPsec."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, cidr, integer, list_of, mapping, one_of, text, uuid_text
from heat_mq.simcloud.neutron.plain import DESCRIBED, PENDING_SECONDS, STATUS, Plain
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document, later

AUTH = ("sha1", "sha256", "sha384", "sha512", "aes-xcbc", "aes-cmac")
SIZES = ("128", "192", "256")
ENCRYPTION = (
    "3des",
    *(f"aes-{size}" for size in SIZES),
    *(f"aes-{size}-{mode}-{tag}" for mode in ("ccm", "gcm") for tag in (8, 12, 16) for size in SIZES),
    *(f"aes-{size}-ctr" for size in SIZES),
)
GROUPS = ("group2", "group5", *(f"group{number}" for number in range(14, 32)))
LIFETIME = mapping((), units=one_of("seconds", "kilobytes"), value=integer(60))
DPD = mapping(
    (),
    action=one_of("clear", "disabled", "hold", "restart", "restart-by-peer"),
    interval=integer(1),
    timeout=integer(1),
)
CIPHERS = (
    Attribute("auth_algorithm", one_of(*AUTH), "sha1"),
    Attribute("encryption_algorithm", one_of(*ENCRYPTION), "aes-128"),
    Attribute("pfs", one_of(*GROUPS), "group5"),
    Attribute("lifetime", LIFETIME, {}),
)
IN_USE = "{id} is in use by existing IPsec site connection and can't be updated or deleted"


class _Policy(Plain):
    def make(self, caller: Caller, document: Document) -> Document:
        document["lifetime"] = {"units": "seconds", "value": 3600, **document["lifetime"]}
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        self.refuse_in_use(document["id"])
        if "lifetime" in values:
            values["lifetime"] = {**document["lifetime"], **values["lifetime"]}
        super().change(caller, document, values)


class IkePolicies(_Policy):
    """``/v2.0/vpn/ikepolicies``."""

    singular = "ikepolicy"
    plural = "ikepolicies"
    path = "/vpn/ikepolicies"
    missing = ("IKEPolicyNotFound", "IKEPolicy {} could not be found")
    in_use = ("IKEPolicyInUse", f"IKEPolicy {IN_USE}")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            *CIPHERS,
            Attribute("ike_version", one_of("v1", "v2"), "v1"),
            Attribute("phase1_negotiation_mode", one_of("main", "aggressive"), "main"),
        ),
    )


class IpsecPolicies(_Policy):
    """``/v2.0/vpn/ipsecpolicies``."""

    singular = "ipsecpolicy"
    plural = "ipsecpolicies"
    path = "/vpn/ipsecpolicies"
    missing = ("IPsecPolicyNotFound", "IPsecPolicy {} could not be found")
    in_use = ("IPsecPolicyInUse", f"IPsecPolicy {IN_USE}")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            *CIPHERS,
            Attribute("encapsulation_mode", one_of("tunnel", "transport"), "tunnel"),
            Attribute("transform_protocol", one_of("esp", "ah", "ah-esp"), "esp"),
        ),
    )


class VpnServices(Plain):
    """``/v2.0/vpn/vpnservices``. PENDING_CREATE until the first connection, as agents begin with that."""

    singular = "vpnservice"
    plural = "vpnservices"
    path = "/vpn/vpnservices"
    references: ClassVar = {"router_id": "routers", "subnet_id": "subnets"}
    missing = ("VPNServiceNotFound", "VPNService {} could not be found")
    in_use = ("VPNServiceInUse", "VPNService {id} is still in use")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            STATUS,
            Attribute("router_id", uuid_text, REQUIRED, put=False),
            Attribute("subnet_id", uuid_text, REQUIRED, put=False),
            Attribute("admin_state_up", boolean, True),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        router = self.network.routers.find(caller, document["router_id"])
        subnet_id = document["subnet_id"]
        interfaces = self.network.routers.interfaces(router["id"])
        if not any(fixed["subnet_id"] == subnet_id for port in interfaces for fixed in port["fixed_ips"]):
            message = f"Subnet {subnet_id} is not connected to Router {router['id']}"
            raise bad_request(message, "SubnetIsNotConnectedToRouter")
        if not router["external_gateway_info"]:
            raise bad_request(f"Router {router['id']} has no external network gateway set", "RouterIsNotExternal")
        document["status"] = "PENDING_CREATE"
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if document["status"].startswith("PENDING_"):
            message = f"Invalid state PENDING_CREATE of vpnservice {document['id']} for updating"
            raise bad_request(message, "VPNStateInvalidToUpdate")
        super().change(caller, document, values)

    def begin(self, id: str) -> None:
        """There is a connection: the agents begin."""
        document = self.documents.get(id)
        if document is not None and document["status"] == "PENDING_CREATE":
            later(document, self.network.now() + PENDING_SECONDS, status="ACTIVE")
            self.documents.save(document)


class IpsecSiteConnections(Plain):
    """``/v2.0/vpn/ipsec-site-connections``. DOWN soon: there is nobody at the other end."""

    singular = "ipsec_site_connection"
    plural = "ipsec_site_connections"
    path = "/vpn/ipsec-site-connections"
    settles = "DOWN"
    busy = (400, "VPNStateInvalidToUpdate", "Invalid state PENDING of ipsec_site_connection {} for updating")
    references: ClassVar = {
        "vpnservice_id": "vpnservices",
        "ikepolicy_id": "ikepolicies",
        "ipsecpolicy_id": "ipsecpolicies",
    }
    missing = ("IPsecSiteConnectionNotFound", "ipsec_site_connection {} not found")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            STATUS,
            Attribute("vpnservice_id", uuid_text, REQUIRED, put=False),
            Attribute("ikepolicy_id", uuid_text, REQUIRED, put=False),
            Attribute("ipsecpolicy_id", uuid_text, REQUIRED, put=False),
            Attribute("peer_address", text(), REQUIRED),
            Attribute("peer_id", text(), REQUIRED),
            Attribute("peer_cidrs", list_of(cidr), []),
            Attribute("psk", text(), REQUIRED),
            Attribute("initiator", one_of("bi-directional", "response-only"), "bi-directional"),
            Attribute("mtu", integer(68), 1500),
            Attribute("dpd", DPD, {}),
            Attribute("admin_state_up", boolean, True),
            Attribute("auth_mode", post=False, put=False),
            Attribute("route_mode", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        dpd = document["dpd"] = {"action": "hold", "interval": 30, "timeout": 120, **document["dpd"]}
        if dpd["timeout"] <= dpd["interval"]:
            message = "IPsec site connection dpd timeout should be greater than dpd interval"
            raise bad_request(message, "IPsecSiteConnectionDpdIntervalValueError")
        document.update(auth_mode="psk", route_mode="static")
        services = self.network.kinds["vpnservices"]
        assert isinstance(services, VpnServices)
        services.begin(document["vpnservice_id"])
        return super().make(caller, document)


VPN_KINDS = (IkePolicies, IpsecPolicies, VpnServices, IpsecSiteConnections)
