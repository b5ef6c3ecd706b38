"""Servers as bodies show them, for each microversion."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.urls import bookmark, links_of
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

ADDED = ("OS-", "os-", "config_drive", "key_name", "security_groups", "server_groups", "host_status")
ALWAYS = ("OS-DCF:diskConfig",)
EMBEDDED_FLAVOR = ("vcpus", "ram", "disk", "ephemeral", "swap", "extra_specs")


def brief(service: Compute, server: Document) -> Document:
    return {"id": server["id"], "name": server["name"], "links": links_of(service, "servers", server["id"])}


def full(service: Compute, call: Call, server: Document, *, listed: bool = False) -> Document:
    """All that a caller may know; ``listed`` leaves out what only a single server shows."""
    shown = {
        **brief(service, server),
        "status": server["status"],
        "tenant_id": server["project_id"],
        "user_id": server["user_id"],
        "metadata": server["metadata"],
        "hostId": _host_id(server),
        "image": _image(service, server),
        "flavor": _flavor(service, call, server),
        "created": server["created"],
        "updated": server["updated"],
        "addresses": addresses(service, server),
        "accessIPv4": server["accessIPv4"],
        "accessIPv6": server["accessIPv6"],
        "OS-DCF:diskConfig": server["disk_config"],
        "OS-EXT-AZ:availability_zone": server["zone"] if server["host"] else "",
        "config_drive": "True" if server["config_drive"] else "",
        "key_name": server["key_name"],
        "OS-SRV-USG:launched_at": server["launched_at"],
        "OS-SRV-USG:terminated_at": None,
        "OS-EXT-STS:task_state": server["task_state"],
        "OS-EXT-STS:vm_state": server["vm_state"],
        "OS-EXT-STS:power_state": server["power_state"],
        "os-extended-volumes:volumes_attached": [
            {"id": each["volume_id"], **({"delete_on_termination": each["own"]} if since(call, 3) else {})}
            for each in server["_volumes"]
            if service.volume.attachments.get(each["attachment_id"]) is not None
        ],
    }
    if server["status"] in ("ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"):
        shown["progress"] = 0
    if server["status"] == "ERROR" and server["fault"]:
        shown["fault"] = {**server["fault"], **({"details": ""} if call.caller.is_admin else {})}
    if groups := security_groups(service, server):
        shown["security_groups"] = groups
    _add_administrators(call, server, shown)
    _add_later_keys(service, call, server, shown, listed=listed)
    return shown


def changed(service: Compute, call: Call, server: Document) -> Document:
    """What an update or a rebuild answers: before 2.75 without what extensions added."""
    shown = full(service, call, server)
    if since(call, 75):
        return shown
    shown["addresses"] = plain(shown["addresses"])
    return {key: value for key, value in shown.items() if not key.startswith(ADDED) or key in ALWAYS}


def plain(found: Document) -> Document:
    """Addresses without what extensions added."""
    return {
        label: [{key: each[key] for key in ("version", "addr")} for each in entries] for label, entries in found.items()
    }


def addresses(service: Compute, server: Document) -> Document:
    """Addresses by network's name, each fixed one followed by its floating ones."""
    found: dict[str, list[Document]] = {}
    if service.now() < server["_plugged_at"]:
        return found
    network = service.network
    for port in ports(service, server):
        label = (network.networks.documents.get(port["network_id"]) or {}).get("name", "")
        floating = network.floating_ips.documents.where(port_id=port["id"])
        for fixed in port["fixed_ips"]:
            entries = [(fixed["ip_address"], "fixed")]
            entries += [
                (each["floating_ip_address"], "floating")
                for each in floating
                if each["fixed_ip_address"] == fixed["ip_address"]
            ]
            for address, kind in entries:
                found.setdefault(label, []).append(
                    {
                        "version": 6 if ":" in address else 4,
                        "addr": address,
                        "OS-EXT-IPS:type": kind,
                        "OS-EXT-IPS-MAC:mac_addr": port["mac_address"],
                    }
                )
    return found


def ports(service: Compute, server: Document) -> list[Document]:
    """The server's ports, in the order of its interfaces."""
    documents = service.network.ports.documents
    return [port for nic in server["_nics"] if (port := documents.get(nic["port_id"])) is not None]


def security_groups(service: Compute, server: Document) -> list[Document]:
    """The groups of the server's ports, by name."""
    if service.now() < server["_plugged_at"]:
        return []
    groups = service.network.security_groups.documents
    found = [groups.get(id) for port in ports(service, server) for id in port["security_groups"]]
    return [{"name": each["name"]} for each in found if each is not None]


def _image(service: Compute, server: Document) -> Document | str:
    if not server["image_id"]:
        return ""
    return {"id": server["image_id"], "links": bookmark(service, "images", server["image_id"])}


def _flavor(service: Compute, call: Call, server: Document) -> Document:
    flavor = server["flavor"]
    if not since(call, 47):
        return {"id": flavor["id"], "links": bookmark(service, "flavors", flavor["id"])}
    return {"original_name": flavor["name"], **{key: flavor[key] for key in EMBEDDED_FLAVOR}}


def _host_id(server: Document) -> str:
    """What names the host without telling it; "" before the server has one."""
    if not server["host"]:
        return ""
    return hashlib.sha224(f"{server['project_id']}{server['host']}".encode()).hexdigest()


def _add_administrators(call: Call, server: Document, shown: Document) -> None:
    if since(call, 90):
        shown["OS-EXT-SRV-ATTR:hostname"] = server["hostname"]
    if not call.caller.is_admin:
        return
    extra = {
        "host": server["host"],
        "instance_name": f"instance-{server['_born']:08x}",
        "hypervisor_hostname": server["host"],
    }
    if since(call, 3):
        extra.update(
            reservation_id=server["reservation_id"],
            launch_index=server["launch_index"],
            hostname=server["hostname"],
            kernel_id="",
            ramdisk_id="",
            root_device_name="/dev/vda",
            user_data=server["_user_data"],
        )
    shown.update({f"OS-EXT-SRV-ATTR:{key}": value for key, value in extra.items()})
    if since(call, 16):
        shown["host_status"] = "UP" if server["host"] else ""


def _add_later_keys(service: Compute, call: Call, server: Document, shown: Document, *, listed: bool) -> None:
    """What microversions added."""
    if since(call, 9):
        shown["locked"] = server["locked"]
    if since(call, 19):
        shown["description"] = server["description"]
    if since(call, 26):
        shown["tags"] = server["tags"]
    if since(call, 63):
        shown["trusted_image_certificates"] = server["certificates"]
    if since(call, 71) and not listed:
        group_id = server["_group_id"]
        shown["server_groups"] = [group_id] if service.server_groups.get(group_id) else []
    if since(call, 73):
        shown["locked_reason"] = server["locked_reason"]
    if since(call, 96):
        shown["pinned_availability_zone"] = server["pinned_zone"]
