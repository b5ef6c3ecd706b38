"""The ports of routers on tenants' subnets, and routes one by one."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.attributes import not_permitted
from heat_mq.simcloud.neutron.checks import Invalid
from heat_mq.simcloud.neutron.routers import HOST, INTERFACE
from heat_mq.simcloud.neutron.subnets import ROUTE
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

routes = Routes("/v2.0/routers/{id}")


@routes.put("/add_router_interface")
def add_interface(service: Network, call: Call, id: str) -> Document:
    router = service.routers.modifiable(call.caller, id, "add_router_interface")
    body = call.json()
    if ("subnet_id" in body) == ("port_id" in body):
        problem = "Either subnet_id or port_id must be specified"
        raise refusals.bad("router", "Cannot specify both subnet-id and port-id" if "port_id" in body else problem)
    if "port_id" in body:
        port = _given_port(service, call.caller, router, body["port_id"])
        service.ports.bind(port, device_id=router["id"], device_owner=INTERFACE, host=HOST)
    else:
        port = own_port(service, call.caller, router, body["subnet_id"])
    service.routers.touch(router)
    return _described(router, port, port["fixed_ips"][0]["subnet_id"])


@routes.put("/remove_router_interface")
def remove_interface(service: Network, call: Call, id: str) -> Document:
    router = service.routers.modifiable(call.caller, id, "remove_router_interface")
    body = call.json()
    port_id, subnet_id = body.get("port_id"), body.get("subnet_id")
    if not port_id and not subnet_id:
        raise refusals.bad("router", "Either subnet_id or port_id must be specified")
    port = _attached(service, router, port_id, subnet_id)
    for fixed in port["fixed_ips"]:
        _refuse_if_needed(service, router, fixed["subnet_id"])
    service.ports.drop(port)
    service.routers.touch(router)
    return _described(router, port, subnet_id or port["fixed_ips"][0]["subnet_id"])


@routes.put("/add_extraroutes")
def add_routes(service: Network, call: Call, id: str) -> Document:
    router = service.routers.modifiable(call.caller, id, "add_extraroutes")
    wanted = _routes_of(call.body("router"))
    service.routers.check_routes(router, wanted)
    router["routes"] = router["routes"] + [each for each in wanted if each not in router["routes"]]
    service.routers.touch(router)
    return {"router": service.routers.view(call.caller, router)}


@routes.put("/remove_extraroutes")
def remove_routes(service: Network, call: Call, id: str) -> Document:
    router = service.routers.modifiable(call.caller, id, "remove_extraroutes")
    unwanted = _routes_of(call.body("router"))
    router["routes"] = [each for each in router["routes"] if each not in unwanted]
    service.routers.touch(router)
    return {"router": service.routers.view(call.caller, router)}


def _given_port(service: Network, caller: Caller, router: Document, port_id: str) -> Document:
    port = service.ports.find(caller, port_id)
    if port["device_id"]:
        raise refusals.port_in_use(port["id"], port["network_id"], port["device_id"])
    if not port["fixed_ips"]:
        raise refusals.bad("router", "Router port must have at least one fixed IP")
    for fixed in port["fixed_ips"]:
        _check_subnet(service, router, service.subnets.documents.get(fixed["subnet_id"]) or {})
    return port


def own_port(service: Network, caller: Caller, router: Document, subnet_id: str) -> Document:
    """A new port of the router on a subnet, with its gateway's address; Refusal as Neutron has it."""
    subnet = service.subnets.find(caller, subnet_id)
    if not subnet["gateway_ip"]:
        raise refusals.bad("router", "Subnet for router interface must have a gateway IP")
    if subnet["router:external"] and not caller.sees(subnet["project_id"]):
        raise not_permitted("add_router_interface")
    _check_subnet(service, router, subnet)
    if service.addresses.holder(subnet["id"], subnet["gateway_ip"]):
        raise refusals.address_in_use(subnet["network_id"], subnet["gateway_ip"])
    network = service.networks.documents.get(subnet["network_id"]) or {}
    fixed = [{"subnet_id": subnet["id"], "ip_address": subnet["gateway_ip"]}]
    return service.ports.plug_internal(
        network, router["id"], INTERFACE, project_id=router["project_id"], fixed_ips=fixed, host=HOST
    )


def _check_subnet(service: Network, router: Document, subnet: Document) -> None:
    """Refuse a subnet that the router is on already, or that overlaps with one of those."""
    cidr = ipaddress.ip_network(subnet["cidr"])
    for port in service.ports.documents.where(device_id=router["id"]):
        for fixed in port["fixed_ips"]:
            other = service.subnets.documents.get(fixed["subnet_id"]) or {}
            if other["id"] == subnet["id"]:
                raise refusals.bad("router", f"Router already has a port on subnet {subnet['id']}")
            if ipaddress.ip_network(other["cidr"]).overlaps(cidr):
                raise refusals.bad(
                    "router",
                    f"Cidr {cidr} of subnet {subnet['id']} overlaps with cidr {other['cidr']} of subnet {other['id']}",
                )


def _attached(service: Network, router: Document, port_id: str | None, subnet_id: str | None) -> Document:
    for port in service.routers.interfaces(router["id"]):
        on_subnet = any(fixed["subnet_id"] == subnet_id for fixed in port["fixed_ips"])
        if port_id == port["id"]:
            if subnet_id and not on_subnet:
                message = f"Subnet on port {port_id} does not match the requested subnet {subnet_id}."
                raise bad_request(message, "SubnetMismatchForPort")
            return port
        if not port_id and on_subnet:
            return port
    if port_id:
        message = f"Router {router['id']} does not have an interface with id {port_id}"
        raise not_found(message, "RouterInterfaceNotFound")
    if service.subnets.documents.get(subnet_id) is None:
        raise service.subnets.unknown(str(subnet_id))
    raise not_found(f"Router {router['id']} has no interface on subnet {subnet_id}", "RouterInterfaceNotFoundForSubnet")


def _refuse_if_needed(service: Network, router: Document, subnet_id: str) -> None:
    start = f"Router interface for subnet {subnet_id} on router {router['id']} cannot be deleted, as it is required by"
    for floating_ip in service.floating_ips.documents.where(router_id=router["id"]):
        port = service.ports.documents.get(floating_ip["port_id"])
        address = floating_ip["fixed_ip_address"]
        if port and {"subnet_id": subnet_id, "ip_address": address} in port["fixed_ips"]:
            raise conflict(f"{start} one or more floating IPs.", "RouterInterfaceInUseByFloatingIP")
    subnet = service.subnets.documents.get(subnet_id)
    cidr = ipaddress.ip_network(subnet["cidr"]) if subnet else None
    if cidr and any(ipaddress.ip_address(route["nexthop"]) in cidr for route in router["routes"]):
        raise conflict(f"{start} one or more routes.", "RouterInterfaceInUseByRoute")


def _described(router: Document, port: Document, subnet_id: str) -> Document:
    return {
        "id": router["id"],
        "project_id": router["project_id"],
        "port_id": port["id"],
        "network_id": port["network_id"],
        "subnet_id": subnet_id,
        "subnet_ids": [each["subnet_id"] for each in port["fixed_ips"]] or [subnet_id],
    }


def _routes_of(body: dict[str, Any]) -> list[dict[str, str]]:
    try:
        return [ROUTE(each) for each in body.get("routes", [])]
    except Invalid as problem:
        raise _invalid_routes(problem) from problem


def _invalid_routes(problem: Invalid) -> Refusal:
    return bad_request(f"Invalid input for routes. Reason: {problem}.")
