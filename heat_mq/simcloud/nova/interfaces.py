"""``/servers/{id}/os-interface``: attach and detach interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.nova import nics
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.schemas import INTERFACE, checked
from heat_mq.simcloud.refusal import Refusal, bad_request, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

DETACH_SHARE = 0.1

routes = Routes("/v2.1/servers/{id}/os-interface")


@routes.get("")
def list_interfaces(service: Compute, call: Call, id: str) -> Document:
    server = service.server(call.caller, id)
    ports = service.network.ports.documents.where(device_id=id)
    shown = [_view(call, server, each) for each in ports]
    return {"interfaceAttachments": shown}


@routes.post("")
def attach(service: Compute, call: Call, id: str) -> Document:
    wanted = checked(INTERFACE, call.json() or {"interfaceAttachment": {}})["interfaceAttachment"]
    server = service.server_in(call.caller, id, "attach_interface", "active", "paused", "stopped")
    if wanted.get("net_id") and wanted.get("port_id"):
        raise bad_request("Must not input both network_id and port_id")
    if wanted.get("fixed_ips") and not wanted.get("net_id"):
        raise bad_request("Must input network_id when request IP address")
    address = wanted["fixed_ips"][0]["ip_address"] if wanted.get("fixed_ips") else None
    if wanted.get("net_id") or wanted.get("port_id"):
        request = {"uuid": wanted.get("net_id"), "port": wanted.get("port_id"), "tag": wanted.get("tag")}
        request.update({"fixed_ip": address} if address else {})
        wishes = _found(service, call, request)
    else:
        wishes = _automatic(service, call)
    if not wishes:
        raise bad_request("No networks defined.")
    try:
        nic = nics.plug(service, server, wishes[0], None, seconds=0)
    except Refusal as refusal:
        raise bad_request(refusal.message) from refusal
    service.servers.save(server)
    port = service.network.ports.documents.get(nic["port_id"]) or {}
    return {"interfaceAttachment": _view(call, server, port)}


@routes.get("/{port_id}")
def show_interface(service: Compute, call: Call, id: str, port_id: str) -> Document:
    server = service.server(call.caller, id)
    return {"interfaceAttachment": _view(call, server, _port(service, server, port_id))}


@routes.delete("/{port_id}", status=202)
def detach(service: Compute, call: Call, id: str, port_id: str) -> Reply:
    """Accepted also for a port that the server has not: the compute finds nothing to do."""
    server = service.server_in(call.caller, id, "detach_interface", "active", "paused", "stopped")
    for nic in [each for each in server["_nics"] if each["port_id"] == port_id]:
        server["_nics"].remove(nic)
        nics.unplug(service, server, nic, service.soon(DETACH_SHARE))
    service.servers.save(server)
    return Reply(status=202)


def _automatic(service: Compute, call: Call) -> list[Document]:
    """The one network that the project can use; here it is a 400 when there are more."""
    try:
        return nics.wishes(service, call, None)
    except Refusal as refusal:
        raise bad_request(refusal.message) from refusal


def _found(service: Compute, call: Call, request: Document) -> list[Document]:
    """The wish; here what does not exist is a 404."""
    network_id, port_id = request["uuid"], request["port"]
    documents = service.network
    if port_id and documents.ports.documents.get(port_id) is None:
        raise not_found(f"Port id {port_id} could not be found.")
    if network_id and not port_id and documents.networks.documents.get(network_id) is None:
        raise not_found(f"Network {network_id} could not be found.")
    return nics.wishes(service, call, [request])


def _port(service: Compute, server: Document, port_id: str) -> Document:
    port = service.network.ports.documents.get(port_id)
    if port is None or port["device_id"] != server["id"]:
        raise not_found(f"Port id {port_id} could not be found.")
    return port


def _view(call: Call, server: Document, port: Document) -> Document:
    shown = {
        "net_id": port["network_id"],
        "port_id": port["id"],
        "mac_addr": port["mac_address"],
        "port_state": port["status"],
        "fixed_ips": port["fixed_ips"],
    }
    if since(call, 70):
        nic: Document = next((each for each in server["_nics"] if each["port_id"] == port["id"]), {})
        shown["tag"] = nic.get("tag")
    return shown
