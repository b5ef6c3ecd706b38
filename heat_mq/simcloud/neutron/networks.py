"""Networks."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.attributes import Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, fqdn, integer, list_of, one_of, optional, text, uuid_text
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.store import Document

OVERLAY_MTU, PLAIN_MTU = 1450, 1500
PLAIN = ("flat", "vlan", "local")
DEPENDENT_OWNERS = ("network:dhcp",)


class Networks(Kind):
    """``/v2.0/networks``."""

    singular = "network"
    plural = "networks"
    missing = ("NetworkNotFound", "Network {} could not be found.")
    references: ClassVar = {"qos_policy_id": "policies"}
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("admin_state_up", boolean, True),
            Attribute("shared", boolean, False, admin=True),
            Attribute("router:external", boolean, False, admin=True),
            Attribute("is_default", boolean, False, admin=True),
            Attribute("mtu", integer(least=0), 0),
            Attribute("port_security_enabled", boolean, True),
            Attribute("dns_domain", fqdn, ""),
            Attribute("vlan_transparent", boolean, False),
            Attribute("qos_policy_id", optional(uuid_text), None),
            Attribute("availability_zone_hints", list_of(text()), [], put=False),
            Attribute("provider:network_type", optional(text()), admin=True, hidden=True),
            Attribute("provider:physical_network", optional(text()), admin=True, hidden=True),
            Attribute("provider:segmentation_id", optional(integer(0)), admin=True, hidden=True),
            Attribute("ipv4_address_scope", post=False, put=False),
            Attribute("ipv6_address_scope", post=False, put=False),
            Attribute("l2_adjacency", post=False, put=False),
            Attribute("availability_zones", post=False, put=False),
            Attribute("status", one_of("ACTIVE"), post=False, put=False),
            Attribute("subnets", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        if not document["router:external"]:
            document.pop("is_default")
        kind = document.setdefault("provider:network_type", "vxlan")
        document["mtu"] = document["mtu"] or (PLAIN_MTU if kind in PLAIN else OVERLAY_MTU)
        document.setdefault("provider:physical_network", None)
        if document.get("provider:segmentation_id") is None:
            document["provider:segmentation_id"] = None if kind in ("flat", "local") else self._next_segment()
        document.update(
            status="ACTIVE",
            subnets=[],
            l2_adjacency=True,
            ipv4_address_scope=None,
            ipv6_address_scope=None,
        )
        self.network.segments.of_new_network(document)
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if values.get("shared") is False and document["shared"]:
            self._refuse_foreign_ports(document)
        self.network.segments.follow(document, values)
        document.update(values)

    def unmake(self, document: Document) -> None:
        ports = self.network.ports.documents.where(network_id=document["id"])
        if holding := [each["id"] for each in ports if each["device_owner"] not in DEPENDENT_OWNERS]:
            raise refusals.network_in_use(document["id"], holding)
        for port in ports:
            self.network.ports.drop(port)
        for subnet_id in list(document["subnets"]):
            self.network.subnets.drop(subnet_id)
        self.network.segments.forget(document["id"])
        self.network.agents.forget(document["id"])
        self.network.rbac_policies.forget("network", document["id"])
        self.documents.remove(document["id"])

    def sees(self, caller: Caller, document: Document) -> bool:
        return document["shared"] or document["router:external"] or super().sees(caller, document)

    def view(self, caller: Caller, document: Document) -> Document:
        shown = super().view(caller, document)
        shown["availability_zones"] = self.network.agents.zones(document["id"])
        if not document["shared"] and document["project_id"] != caller.project_id:
            shown["shared"] = self.network.rbac_policies.lets(caller, "network", document["id"], "access_as_shared")
        return shown

    def _next_segment(self) -> int:
        used = [each["provider:segmentation_id"] or 0 for each in self.documents]
        return max(used, default=0) + 1

    def _refuse_foreign_ports(self, document: Document) -> None:
        for port in self.network.ports.documents.where(network_id=document["id"]):
            if port["project_id"] not in ("", document["project_id"]):
                raise refusals.network_still_shared(document["name"])
