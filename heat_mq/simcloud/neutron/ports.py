"""Ports."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import port_addresses, refusals
from heat_mq.simcloud.neutron.attributes import Attributes, not_permitted
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.neutron.port_attributes import ATTRIBUTES, extra_options, settle_pairs, settle_security
from heat_mq.simcloud.neutron.subnets import is_automatic
from heat_mq.simcloud.store import GONE, Document, forget_later, later

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

ROUTER_OWNERS = ("network:router_interface", "network:router_gateway", "network:floatingip")
SYSTEM = Caller(roles=frozenset({"admin"}))
WIRE_SECONDS = 0.3
UNBOUND: Document = {
    "device_id": "",
    "device_owner": "",
    "status": "DOWN",
    "binding:host_id": "",
    "binding:vif_type": "unbound",
    "binding:vif_details": {},
}
DNS_DOMAIN = "openstacklocal."


class Ports(Kind):
    """``/v2.0/ports``."""

    singular = "port"
    plural = "ports"
    index = ("mac_address", "device_id", "network_id", "project_id")
    missing = ("PortNotFound", "Port {} could not be found.")
    references: ClassVar = {"qos_policy_id": "policies"}
    attributes: ClassVar = Attributes(singular, ATTRIBUTES)

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.addresses = network.addresses
        self.documents.on_gone = self._forget

    def make(self, caller: Caller, document: Document) -> Document:
        network = self.network.networks.find(caller, document["network_id"])
        self._permit(caller, network, document, "create")
        document["mac_address"] = self._mac(network["id"], document.get("mac_address"))
        if document["port_security_enabled"] is None:
            trusted = document["device_owner"].startswith("network:")
            document["port_security_enabled"] = network["port_security_enabled"] and not trusted
        allocation = "none" if document.get("fixed_ips") == [] else "immediate"
        document.update(ip_allocation=allocation, qos_network_policy_id=None, resource_request=None)
        document["status"] = "DOWN"
        document["fixed_ips"] = port_addresses.choose(self.network, document, document.get("fixed_ips"))
        document["extra_dhcp_opts"] = extra_options([], document["extra_dhcp_opts"])
        settle_security(self.network, document, document.get("security_groups"), asked=True)
        settle_pairs(document)
        for fixed in document["fixed_ips"]:
            self.addresses.take(fixed["subnet_id"], fixed["ip_address"], document["id"])
        self._rewire(document)
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        network = self.network.networks.documents.get(document["network_id"]) or {}
        self._permit(caller, network, values, "update")
        changed = {**document, **values}
        if "mac_address" in values and values["mac_address"] != document["mac_address"]:
            changed["mac_address"] = self._mac(document["network_id"], values["mac_address"])
        if "extra_dhcp_opts" in values:
            changed["extra_dhcp_opts"] = extra_options(document["extra_dhcp_opts"], values["extra_dhcp_opts"])
        if "fixed_ips" in values:
            changed["fixed_ips"] = port_addresses.choose(self.network, document, values["fixed_ips"] or [])
        settle_security(self.network, changed, changed["security_groups"], asked="security_groups" in values)
        settle_pairs(changed)
        if "fixed_ips" in values:
            self._move(document, changed["fixed_ips"])
        rewire = any(
            values.get(key, document.get(key)) != document.get(key) for key in ("binding:host_id", "device_id")
        )
        document.update(changed)
        if rewire:
            self._rewire(document)

    def unmake(self, document: Document) -> None:
        if document["device_owner"] in ROUTER_OWNERS:
            raise refusals.service_port_in_use(document["id"], document["device_owner"])
        self.network.trunks.refuse_part(document)
        self.drop(document)

    def drop(self, document: Document) -> None:
        """Remove a port whoever uses it; its floating IPs stay, without a port."""
        self.documents.remove(document["id"])
        self._forget(document)

    def drop_later(self, document: Document, at: float) -> None:
        """Remove a port at a time, as when its server goes."""
        forget_later(document)
        later(document, at, **{GONE: True})
        self.documents.save(document)

    def sees(self, caller: Caller, document: Document) -> bool:
        if caller.sees(document["project_id"]):
            return True
        network = self.network.networks.documents.get(document["network_id"])
        return network is not None and caller.sees(network["project_id"])

    def visible(self, caller: Caller) -> Iterable[Document]:
        """Own ports, and those that others have on own networks."""
        if caller.is_admin:
            return self.documents.all()
        found = {each["id"]: each for each in self.documents.where(project_id=caller.project_id)}
        for network in self.network.networks.documents.where(project_id=caller.project_id):
            found.update({each["id"]: each for each in self.documents.where(network_id=network["id"])})
        return list(found.values())

    def modifiable(self, caller: Caller, id: str, verb: str) -> Document:
        return self.find(caller, id)

    def view(self, caller: Caller, document: Document) -> Document:
        shown = super().view(caller, document)
        network = self.network.networks.documents.get(document["network_id"]) or {}
        shown["qos_network_policy_id"] = network.get("qos_policy_id")
        name = document["dns_name"]
        shown["dns_assignment"] = [
            {
                "ip_address": fixed["ip_address"],
                "hostname": (host := name or f"host-{fixed['ip_address'].replace('.', '-').replace(':', '-')}"),
                "fqdn": f"{host}.{DNS_DOMAIN}",
            }
            for fixed in document["fixed_ips"]
        ]
        return shown

    def plug_internal(
        self,
        network: Document,
        device_id: str,
        device_owner: str,
        *,
        project_id: str,
        fixed_ips: list[dict[str, str]] | None = None,
        host: str = "",
    ) -> Document:
        """A new port that Neutron itself needs: of a router, of a floating IP."""
        body: dict[str, Any] = {"network_id": network["id"], "device_id": device_id, "device_owner": device_owner}
        if fixed_ips:
            body["fixed_ips"] = fixed_ips
        if host:
            body["binding:host_id"] = host
        document = self.standard(project_id, self.attributes.created(body, SYSTEM))
        return self.make(SYSTEM, document)

    def bind(
        self, port: Document, *, device_id: str, device_owner: str, host: str, seconds: float = WIRE_SECONDS
    ) -> None:
        """Plug a port into a device on a host; it becomes ACTIVE in so many seconds."""
        port.update({"device_id": device_id, "device_owner": device_owner, "binding:host_id": host})
        self._rewire(port, seconds)
        self.touch(port)

    def unbind_later(self, port: Document, at: float, **more: Any) -> None:
        """Unplug a port at a time and keep it; ``more`` becomes true with that."""
        forget_later(port)
        later(port, at, **UNBOUND, **more, revision_number=port["revision_number"] + 1)
        self.documents.save(port)

    def join_automatic_subnet(self, subnet: Document) -> None:
        """Give every port of the network its address of a new subnet that hands them out by MAC."""
        if not is_automatic(subnet):
            return
        for port in self.documents.where(network_id=subnet["network_id"]):
            if not port["device_owner"].startswith("network:router"):
                fixed = port_addresses.automatic(subnet, port["mac_address"])
                self.addresses.take(subnet["id"], fixed["ip_address"], port["id"])
                port["fixed_ips"].append(fixed)
                self.touch(port)

    def leave_subnet(self, port: Document, subnet_id: str) -> None:
        """Take the addresses of a subnet from a port."""
        self._move(port, [each for each in port["fixed_ips"] if each["subnet_id"] != subnet_id])
        self.touch(port)

    def _forget(self, document: Document) -> None:
        """A port is gone: so are its addresses, and floating IPs no longer lead to it."""
        self.network.floating_ips.forget_port(document["id"])
        for fixed in document["fixed_ips"]:
            self.addresses.release(fixed["subnet_id"], fixed["ip_address"])

    def _move(self, document: Document, fixed_ips: list[dict[str, str]]) -> None:
        kept = {each["ip_address"] for each in fixed_ips}
        for fixed in document["fixed_ips"]:
            self.addresses.release(fixed["subnet_id"], fixed["ip_address"])
            if fixed["ip_address"] not in kept:
                self.network.floating_ips.forget_port(document["id"], fixed["ip_address"])
        for fixed in fixed_ips:
            self.addresses.take(fixed["subnet_id"], fixed["ip_address"], document["id"])
        document["fixed_ips"] = fixed_ips

    def _rewire(self, document: Document, seconds: float = WIRE_SECONDS) -> None:
        forget_later(document)
        bound = bool(document["binding:host_id"])
        document["binding:vif_type"] = "ovs" if bound else "unbound"
        document["binding:vif_details"] = {"port_filter": True} if bound else {}
        document["status"] = "DOWN"
        if bound and document["admin_state_up"]:
            later(document, self.network.now() + seconds, status="ACTIVE")

    def _mac(self, network_id: str, wanted: str | None) -> str:
        if wanted is None:
            while True:
                tail = secrets.token_bytes(3)
                wanted = f"fa:16:3e:{tail[0]:02x}:{tail[1]:02x}:{tail[2]:02x}"
                if not self.documents.where(mac_address=wanted):
                    return wanted
        if self.documents.where(mac_address=wanted, network_id=network_id):
            raise refusals.mac_in_use(network_id, wanted)
        return wanted

    def _permit(self, caller: Caller, network: Document, values: dict[str, Any], verb: str) -> None:
        """What only the owner of the network (or an administrator) may say about a port on it."""
        if caller.sees(network.get("project_id")):
            return
        lets = self.network.rbac_policies.lets(caller, "network", network.get("id", ""), "access_as_shared")
        if verb == "create" and not (network["shared"] or lets):
            raise not_permitted("create_port")
        refused = [name for name in ("mac_address", "allowed_address_pairs") if values.get(name)]
        if values.get("port_security_enabled") is False:
            refused.append("port_security_enabled")
        if any("ip_address" in fixed for fixed in values.get("fixed_ips") or []):
            refused += ["fixed_ips", "fixed_ips:ip_address"]
        if refused:
            raise not_permitted(f"{verb}_port", *refused)
