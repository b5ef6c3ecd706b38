"""A server's interfaces: what its creator wants, checked, and made into ports of Neutron."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import auto_allocation
from heat_mq.simcloud.neutron.ports import WIRE_SECONDS
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, forbidden
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

Wish = Document
OWNER = "compute:nova"


def wishes(service: Compute, call: Call, networks: Any) -> list[Wish]:
    """The interfaces that a request wants, each with ``network_id`` or ``port_id``; Refusal as Nova has it.

    ``networks`` is a list, "auto", "none", or None when the request says nothing.
    """
    if networks == "none":
        return []
    if networks in (None, "auto", []):
        return _automatic(service, call, networks)
    return [_checked(service, call.caller, each) for each in networks]


def plug(
    service: Compute, server: Document, wish: Wish, groups: list[str] | None, *, seconds: float = WIRE_SECONDS
) -> Document:
    """Give a server one interface: the port wished for, or a new one; Refusal as Neutron has it.

    ``groups`` are the ids of the security groups of new ports; None leaves it to Neutron.
    """
    ports = service.network.ports
    port = ports.documents.get(wish.get("port_id"))
    named = False
    if port is None:
        _refuse_external(service, server, wish["network_id"])
        body: Document = {"network_id": wish["network_id"], "dns_name": server["hostname"]}
        if wish.get("fixed_ip"):
            body["fixed_ips"] = [{"ip_address": wish["fixed_ip"]}]
        if groups is not None:
            body["security_groups"] = groups
        owner = Caller(project_id=server["project_id"], user_id=server["user_id"], roles=frozenset({"admin"}))
        port = ports.create(owner, body)
    elif not port["dns_name"]:
        port["dns_name"] = server["hostname"]
        named = True
    ports.bind(port, device_id=server["id"], device_owner=OWNER, host=server["_host"], seconds=seconds)
    nic = {"port_id": port["id"], "own": not wish.get("port_id"), "named": named, "tag": wish.get("tag")}
    server["_nics"].append(nic)
    return nic


def unplug(service: Compute, server: Document, nic: Document, at: float) -> None:
    """Take an interface from its server at a time: ports made for it go, others stay unbound."""
    ports = service.network.ports
    port = ports.documents.get(nic["port_id"])
    if port is None or port["device_id"] != server["id"]:
        return
    if nic["own"]:
        ports.drop_later(port, at)
    else:
        ports.unbind_later(port, at, **({"dns_name": ""} if nic["named"] else {}))


def _automatic(service: Compute, call: Call, networks: Any) -> list[Wish]:
    """The one network that the project can use; none at all is allowed to older versions."""
    available = _available(service, call.caller)
    if not available:
        return [_allocated(service, call.caller)] if networks == "auto" and since(call, 37) else []
    if len(available) > 1:
        raise conflict("Multiple possible networks found, use a Network ID to be more specific.")
    return [_on(service, call.caller, available[0], {})]


def _allocated(service: Compute, caller: Caller) -> Wish:
    """The network that Neutron makes for a project that has none."""
    try:
        network = auto_allocation.allocated(service.network, caller.project_id)
    except Refusal as refusal:
        message = f"Unable to automatically allocate a network for project {caller.project_id}"
        raise bad_request(message) from refusal
    return _on(service, caller, network, {})


def _available(service: Compute, caller: Caller) -> list[Document]:
    networks = service.network.networks.documents
    own = networks.where(project_id=caller.project_id)
    shared = [each for each in networks if each["shared"] and each["project_id"] != caller.project_id]
    return [each for each in [*own, *shared] if each["subnets"] and not each["router:external"]]


def _checked(service: Compute, caller: Caller, wanted: Document) -> Wish:
    if port_id := wanted.get("port"):
        return _on_port(service, caller, port_id, wanted)
    if not (network_id := wanted.get("uuid")):
        raise bad_request("Bad network format: missing 'uuid'")
    if not _is_uuid(network_id):
        raise bad_request(f"Bad networks format: network uuid is not in proper format ({network_id})")
    networks = service.network.networks
    network = networks.documents.get(network_id)
    if network is None or not networks.sees(caller, network):
        raise bad_request(f"Network {network_id} could not be found.")
    return _on(service, caller, network, wanted)


def _on(service: Compute, caller: Caller, network: Document, wanted: Document) -> Wish:
    if not network["subnets"]:
        raise bad_request(f"Network {network['id']} requires a subnet in order to boot instances on.")
    if address := wanted.get("fixed_ip"):
        addresses = service.network.addresses
        holders = [service.network.ports.documents.get(addresses.holder(each, address)) for each in network["subnets"]]
        for port in holders:
            if port is not None and port["device_owner"].startswith("compute:"):
                raise bad_request(f"Fixed IP address {address} is already in use on instance {port['device_id']}.")
    return {"network_id": network["id"], "fixed_ip": wanted.get("fixed_ip"), "tag": wanted.get("tag")}


def _refuse_external(service: Compute, server: Document, network_id: str) -> None:
    """A member's server gets no new port on an external network that is not shared."""
    network = service.network.networks.documents.get(network_id) or {}
    foreign = network.get("project_id") != server["project_id"]
    if network.get("router:external") and not network["shared"] and foreign:
        message = f"It is not allowed to create an interface on external network {network_id}"
        raise forbidden(message, "ExternalNetworkAttachForbidden")


def _on_port(service: Compute, caller: Caller, port_id: str, wanted: Document) -> Wish:
    if wanted.get("fixed_ip"):
        raise bad_request(
            f"Specified Fixed IP '{wanted['fixed_ip']}' cannot be used with port '{port_id}': the two cannot be "
            "specified together."
        )
    ports = service.network.ports
    port = ports.documents.get(port_id)
    if port is None or not ports.sees(caller, port):
        raise bad_request(f"Port id {port_id} could not be found.")
    if port["device_id"]:
        raise conflict(f"Port {port_id} is still in use.")
    if not port["fixed_ips"] and port["ip_allocation"] != "none":
        raise bad_request(f"Port {port_id} requires a FixedIP in order to be used.")
    return {"network_id": port["network_id"], "port_id": port_id, "tag": wanted.get("tag")}


def group_ids(service: Compute, project_id: str, wanted: list[Document]) -> list[str]:
    """The ids of security groups that a request names; Refusal 400 or 409 for unknown and ambiguous ones."""
    return [service.network.security_groups.named(project_id, each["name"])["id"] for each in wanted]


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
