"""Port forwardings: single ports of a floating IP that lead to ports inside."""

from __future__ import annotations

from typing import ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import integer, ip_address, one_of, text, uuid_text
from heat_mq.simcloud.neutron.parts import Part
from heat_mq.simcloud.refusal import conflict
from heat_mq.simcloud.store import Document

MOST = 65535
PROTOCOLS = ("tcp", "udp", "icmp", "icmp6", "sctp", "dccp")
SHOWN = ("protocol", "internal_ip_address", "internal_port", "internal_port_id", "external_port", "id")


class PortForwardings(Part):
    """``/v2.0/floatingips/{id}/port_forwardings``."""

    singular = "port_forwarding"
    plural = "port_forwardings"
    owned_by = "floatingips"
    references: ClassVar = {"internal_port_id": "ports"}
    once = ("protocol", "external_port")
    index = ("_owner_id", "internal_port_id")
    missing = ("PortForwardingNotFound", "Port Forwarding {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            Attribute("id", post=False, put=False),
            Attribute("tenant_id", text(), put=False),
            Attribute("protocol", one_of(*PROTOCOLS), REQUIRED),
            Attribute("external_port", integer(1, MOST), REQUIRED),
            Attribute("internal_port", integer(1, MOST), None),
            Attribute("internal_port_id", uuid_text, REQUIRED),
            Attribute("internal_ip_address", ip_address, REQUIRED),
            Attribute("description", text(), ""),
        ),
    )

    def settle(self, caller: Caller, owner: Document, document: Document) -> None:
        """The port has the address, and the floating IP leads there by a router and nowhere else."""
        if owner["port_id"]:
            message = f"Floating IP {owner['id']} has been associated with a fixed port {owner['port_id']}"
            raise conflict(f"{message} and cannot have port forwardings.", "FipInUseByOtherPort")
        port = self.network.ports.find(caller, document["internal_port_id"])
        address = document["internal_ip_address"]
        fixed = next((each for each in port["fixed_ips"] if each["ip_address"] == address), None)
        if fixed is None:
            message = (
                f"Requested internal IP address {address} does not correspond to an IP address of port {port['id']}"
            )
            raise refusals.bad("port_forwarding", message)
        external = owner["floating_network_id"]
        router_id = self.network.routers.leading(fixed["subnet_id"], external)
        if router_id is None:
            raise refusals.gateway_required(fixed["subnet_id"], external, port["id"])
        for other in self.documents.where(internal_port_id=port["id"]):
            inside = ("internal_ip_address", "internal_port", "protocol")
            if other["id"] != document["id"] and all(other[name] == document[name] for name in inside):
                number = f"{document['internal_port']}:{document['internal_port']}"
                message = "There is a port collision with the internal_port_range. The following ranges collide:"
                raise refusals.bad("port_forwarding", f"{message} {number} and {number}")
        owner["router_id"] = router_id
        self.network.floating_ips.documents.save(owner)

    def refuse_double(self, document: Document, other: Document) -> None:
        values = {key: document[key] for key in self.once}
        message = "A duplicate port forwarding entry with same attributes already exists, conflicting values are"
        raise refusals.bad("port_forwarding", f"{message} {values}")

    def shown(self, floating_ip_id: str) -> list[Document]:
        """What a floating IP shows of them."""
        return [{key: each[key] for key in SHOWN} for each in self.all_of(floating_ip_id)]

    def remove_under(self, caller: Caller, owner_id: str, id: str) -> None:
        super().remove_under(caller, owner_id, id)
        self._free(owner_id)

    def forget_port(self, port_id: str, address: str | None = None) -> None:
        """A port (or one address of it) is gone: nothing is forwarded to it."""
        for each in self.documents.where(internal_port_id=port_id):
            if address in (None, each["internal_ip_address"]):
                self.documents.remove(each["id"])
                self._free(each["_owner_id"])

    def _free(self, floating_ip_id: str) -> None:
        """A floating IP without forwardings needs no router."""
        floating_ip = self.network.floating_ips.documents.get(floating_ip_id)
        if floating_ip is not None and not floating_ip["port_id"] and not self.all_of(floating_ip_id):
            floating_ip["router_id"] = None
            self.network.floating_ips.documents.save(floating_ip)
