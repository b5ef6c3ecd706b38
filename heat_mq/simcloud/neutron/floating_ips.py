"""Floating IPs."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import ip_address, optional, text, uuid_text
from heat_mq.simcloud.neutron.kind import STANDARD, TAGS, Kind
from heat_mq.simcloud.neutron.port_attributes import dns_name
from heat_mq.simcloud.refusal import conflict
from heat_mq.simcloud.store import Document, forget_later, later

OWNER = "network:floatingip"
NOWHERE = {"port_id": None, "fixed_ip_address": None, "router_id": None}
WIRE_SECONDS = 0.3


class FloatingIps(Kind):
    """``/v2.0/floatingips``. Each holds a port of its own on the external network."""

    singular = "floatingip"
    plural = "floatingips"
    index = ("port_id", "router_id", "project_id")
    missing = ("FloatingIPNotFound", "Floating IP {} could not be found")
    references: ClassVar = {"qos_policy_id": "policies"}
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            TAGS,
            Attribute("floating_network_id", uuid_text, REQUIRED, put=False),
            Attribute("floating_ip_address", optional(ip_address), put=False, admin=True),
            Attribute("subnet_id", optional(uuid_text), put=False),
            Attribute("port_id", optional(uuid_text), None),
            Attribute("fixed_ip_address", optional(ip_address)),
            Attribute("dns_name", dns_name, "", put=False),
            Attribute("dns_domain", text(), "", put=False),
            Attribute("qos_policy_id", optional(uuid_text), None),
            Attribute("router_id", post=False, put=False),
            Attribute("port_details", post=False, put=False),
            Attribute("port_forwardings", post=False, put=False),
            Attribute("status", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        network = self.network.networks.find(caller, document["floating_network_id"])
        if not network["router:external"]:
            raise refusals.bad("floatingip", f"Network {network['id']} is not a valid external network")
        port_id, fixed_address = document["port_id"], document.get("fixed_ip_address")
        where = self._association(caller, document, port_id, fixed_address) if port_id else NOWHERE
        if fixed_address and not port_id:
            raise refusals.bad("floatingip", "fixed_ip_address cannot be specified without a port_id")
        subnet_id, address = document.pop("subnet_id", None), document.get("floating_ip_address")
        wanted: list[dict[str, str]] | None = None
        if subnet_id or address:
            wanted = [
                {key: value for key, value in (("subnet_id", subnet_id), ("ip_address", address)) if value is not None}
            ]
        port = self.network.ports.plug_internal(network, document["id"], OWNER, project_id="", fixed_ips=wanted)
        document["floating_ip_address"] = self._v4(port)
        document["_port_id"] = port["id"]
        document.update(where, status="DOWN", port_forwardings=[])
        self._rewire(document)
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if "port_id" in values or "fixed_ip_address" in values:
            port_id = values.pop("port_id", document["port_id"] if values.get("fixed_ip_address") else None)
            address = values.pop("fixed_ip_address", None)
            document.update(self._association(caller, document, port_id, address) if port_id else NOWHERE)
            self._rewire(document)
        document.update(values)

    def unmake(self, document: Document) -> None:
        self.network.port_forwardings.forget(document["id"])
        port = self.network.ports.documents.get(document["_port_id"])
        if port is not None:
            self.network.ports.drop(port)
        self.documents.remove(document["id"])

    def forget_port(self, port_id: str, address: str | None = None) -> None:
        """A port (or one address of it) is gone: its floating IPs lead nowhere."""
        self.network.port_forwardings.forget_port(port_id, address)
        for document in self.documents.where(port_id=port_id):
            if address in (None, document["fixed_ip_address"]):
                document.update(NOWHERE)
                self._rewire(document)
                self.touch(document)

    def view(self, caller: Caller, document: Document) -> Document:
        shown = super().view(caller, document)
        shown["port_forwardings"] = self.network.port_forwardings.shown(document["id"])
        port = self.network.ports.documents.get(document["port_id"])
        shown["port_details"] = port and {
            key: port[key]
            for key in ("name", "network_id", "mac_address", "admin_state_up", "status", "device_id", "device_owner")
        }
        return shown

    def _rewire(self, document: Document) -> None:
        """The status follows the association soon after."""
        forget_later(document)
        status = "ACTIVE" if document["router_id"] else "DOWN"
        later(document, self.network.now() + WIRE_SECONDS, status=status)

    def _v4(self, port: Document) -> str:
        for fixed in port["fixed_ips"]:
            if ipaddress.ip_address(fixed["ip_address"]).version == 4:
                return str(fixed["ip_address"])
        self.network.ports.drop(port)
        raise refusals.bad("floatingip", f"Network {port['network_id']} does not contain any IPv4 subnet")

    def _association(self, caller: Caller, document: Document, port_id: str, address: str | None) -> Document:
        """What associating with a port changes; refused where no router leads."""
        port = self.network.ports.find(caller, port_id)
        fixed = self._fixed_of(port, address)
        external = document["floating_network_id"]
        for other in self.documents.where(port_id=port["id"], fixed_ip_address=fixed["ip_address"]):
            if other["id"] != document["id"] and other["floating_network_id"] == external:
                raise conflict(
                    f"Cannot associate floating IP {document.get('floating_ip_address')} ({document['id']}) with port "
                    f"{port['id']} using fixed IP {fixed['ip_address']}, as that fixed IP already has a floating IP on "
                    f"external network {external}.",
                    "FloatingIPPortAlreadyAssociated",
                )
        router_id = self.network.routers.leading(fixed["subnet_id"], external)
        if router_id is None:
            raise refusals.gateway_required(fixed["subnet_id"], external, port["id"])
        return {
            "port_id": port["id"],
            "fixed_ip_address": fixed["ip_address"],
            "router_id": router_id,
        }

    def _fixed_of(self, port: Document, address: str | None) -> dict[str, str]:
        subnets = self.network.subnets.documents
        v4 = [each for each in port["fixed_ips"] if (subnets.get(each["subnet_id"]) or {})["ip_version"] == 4]
        if address:
            for fixed in v4:
                if fixed["ip_address"] == address:
                    return dict(fixed)
            raise refusals.bad("floatingip", f"Port {port['id']} does not have fixed ip {address}")
        if not v4:
            raise refusals.bad(
                "floatingip", f"Cannot add floating IP to port {port['id']} that has no fixed IPv4 addresses"
            )
        if len(v4) > 1:
            raise refusals.bad(
                "floatingip",
                f"Port {port['id']} has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when "
                "assigning a floating IP",
            )
        return dict(v4[0])
