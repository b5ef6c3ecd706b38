"""Routers and their gateways."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.attributes import POLICY, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import (
    boolean,
    list_of,
    mapping,
    no_policy,
    optional,
    text,
    unique,
    uuid_text,
)
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.neutron.port_attributes import fixed_ip
from heat_mq.simcloud.neutron.ports import SYSTEM
from heat_mq.simcloud.neutron.subnets import ROUTE
from heat_mq.simcloud.refusal import conflict, forbidden
from heat_mq.simcloud.store import Document

GATEWAY = "network:router_gateway"
INTERFACE = "network:router_interface"
HOST = "simulated-network-node"

GATEWAY_INFO = mapping(
    ("network_id",),
    network_id=uuid_text,
    enable_snat=boolean,
    external_fixed_ips=list_of(fixed_ip),
    qos_policy_id=no_policy,
)


def gateway_info(value: Any) -> Any:
    """Null and the empty object mean no gateway."""
    return GATEWAY_INFO(value) if value else None


class Routers(Kind):
    """``/v2.0/routers``."""

    singular = "router"
    plural = "routers"
    missing = ("RouterNotFound", "Router {} could not be found")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("admin_state_up", boolean, True),
            Attribute("external_gateway_info", gateway_info, None),
            Attribute("distributed", optional(boolean), None, admin=True, hidden=True),
            Attribute("ha", optional(boolean), None, admin=True, hidden=True),
            Attribute("routes", unique(list_of(ROUTE)), [], post=False),
            Attribute("availability_zone_hints", list_of(text()), [], put=False),
            Attribute("flavor_id", optional(uuid_text), None, put=False),
            Attribute("availability_zones", post=False, put=False),
            Attribute("status", post=False, put=False),
        ),
    )

    def view(self, caller: Caller, document: Document) -> Document:
        """Routes are shown in the order of the database's key."""
        shown = super().view(caller, document)
        shown["availability_zones"] = self.network.agents.zones(document["id"])
        shown["routes"] = sorted(shown["routes"], key=lambda route: (route["destination"], route["nexthop"]))
        return shown

    def make(self, caller: Caller, document: Document) -> Document:
        info = document["external_gateway_info"]
        document.update(
            status="ACTIVE",
            external_gateway_info=None,
            distributed=bool(document["distributed"]),
            ha=bool(document["ha"]),
        )
        if info:
            self._set_gateway(caller, document, info, "create")
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if "external_gateway_info" in values:
            info = values.pop("external_gateway_info")
            if info:
                self._set_gateway(caller, document, info, "update")
            else:
                self._clear_gateway(document)
        if "routes" in values:
            self.check_routes(document, values["routes"])
        for key in ("distributed", "ha"):
            if values.get(key) is None:
                values.pop(key, None)
        document.update(values)

    def unmake(self, document: Document) -> None:
        if interfaces := self.interfaces(document["id"]):
            attached = ",".join(each["id"] for each in interfaces)
            raise conflict(f"Router {document['id']} has ports still attached: {attached}", "RouterInUse")
        self._clear_gateway(document)
        self.network.agents.forget(document["id"])
        self.documents.remove(document["id"])

    def interfaces(self, router_id: str) -> list[Document]:
        """The ports by which a router is on tenants' subnets."""
        return self.network.ports.documents.where(device_id=router_id, device_owner=INTERFACE)

    def gateway_port(self, router_id: str) -> Document | None:
        return self.network.ports.documents.first(device_id=router_id, device_owner=GATEWAY)

    def leading(self, subnet_id: str, external_network_id: str) -> str | None:
        """The router by which a subnet reaches an external network, None when there is none."""
        ports = self.network.ports.documents
        holders = {ports.get(each)["device_id"]: None for each in self._interface_ports(subnet_id)}  # type: ignore[index]
        for router_id in holders:
            router = self.documents.get(router_id)
            info = router and router["external_gateway_info"]
            if info and info["network_id"] == external_network_id:
                return router_id
        return None

    def check_routes(self, document: Document, routes: list[dict[str, str]]) -> None:
        """Every next hop must be on a subnet of the router and not the router itself."""
        own = [fixed for port in self._ports(document["id"]) for fixed in port["fixed_ips"]]
        subnets = {each["subnet_id"] for each in own}
        cidrs = [
            ipaddress.ip_network(found["cidr"])
            for each in subnets
            if (found := self.network.subnets.documents.get(each))
        ]
        for route in routes:
            hop = ipaddress.ip_address(route["nexthop"])
            reason = ""
            if not any(hop in cidr for cidr in cidrs):
                reason = "the nexthop is not connected with router"
            elif any(each["ip_address"] == str(hop) for each in own):
                reason = "the nexthop is used by router"
            if reason:
                raise refusals.invalid_routes([route], reason)

    def _interface_ports(self, subnet_id: str) -> list[str]:
        ports = self.network.ports.documents
        return [
            port_id
            for port_id in self.network.addresses.in_use(subnet_id).values()
            if (port := ports.get(port_id)) and port["device_owner"] == INTERFACE
        ]

    def _ports(self, router_id: str) -> list[Document]:
        return self.network.ports.documents.where(device_id=router_id)

    def _set_gateway(self, caller: Caller, document: Document, info: dict[str, Any], verb: str) -> None:
        network = self.network.networks.find(caller, info["network_id"])
        if not network["router:external"]:
            raise refusals.bad("router", f"Network {network['id']} is not an external network")
        if not caller.is_admin:
            _refuse_details(info, verb)
        port = self.gateway_port(document["id"])
        if port is not None and port["network_id"] != network["id"]:
            self._clear_gateway(document)
            port = None
        wanted = info.get("external_fixed_ips")
        ports = self.network.ports
        if port is None:
            port = ports.plug_internal(network, document["id"], GATEWAY, project_id="", fixed_ips=wanted, host=HOST)
        elif wanted:
            ports.change(SYSTEM, port, {"fixed_ips": wanted})
            ports.touch(port)
        before = document["external_gateway_info"] or {}
        document["external_gateway_info"] = {
            "network_id": network["id"],
            "external_fixed_ips": port["fixed_ips"],
            "enable_snat": info.get("enable_snat", before.get("enable_snat", True)),
        }

    def _clear_gateway(self, document: Document) -> None:
        info = document["external_gateway_info"]
        if info is None:
            return
        if self.network.floating_ips.documents.where(router_id=document["id"]):
            raise refusals.gateway_in_use_by_floating_ip(document["id"], info["network_id"])
        port = self.gateway_port(document["id"])
        if port is not None:
            self.network.ports.drop(port)
        document["external_gateway_info"] = None


def _refuse_details(info: dict[str, Any], verb: str) -> None:
    """Only an administrator says how a gateway translates and which addresses it has."""
    whole = f"rule:{verb}_router:external_gateway_info"
    if given := [f"{whole}:{key}" for key in ("enable_snat", "external_fixed_ips") if key in info]:
        parts = " and ".join([f"{whole}:network_id", *given])
        raise forbidden(f"(rule:{verb}_router and ({whole} and ({parts}))) is disallowed by policy", POLICY)
