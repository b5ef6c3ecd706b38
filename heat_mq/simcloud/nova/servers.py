"""``/servers``: create, list, show, update, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.nova import deletion, server_creation, server_views
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.schemas import SERVER_UPDATE, as_boolean, checked
from heat_mq.simcloud.nova.server_queries import selected
from heat_mq.simcloud.nova.urls import links_of, next_link
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

routes = Routes("/v2.1/servers")


@routes.get("")
def list_servers(service: Compute, call: Call) -> Document:
    page = selected(service, call)
    return {
        "servers": [server_views.brief(service, each) for each in page],
        **next_link(service, call, "servers", page),
    }


@routes.get("/detail")
def list_servers_in_detail(service: Compute, call: Call) -> Document:
    page = selected(service, call)
    shown = [server_views.full(service, call, each, listed=True) for each in page]
    return {"servers": shown, **next_link(service, call, "servers", page)}


@routes.post("", status=202)
def create_servers(service: Compute, call: Call) -> Reply:
    body = call.json()
    first = server_creation.create(service, call, body)[0]
    wanted = body["server"]
    if as_boolean(wanted.get("return_reservation_id", False)):
        return Reply({"reservation_id": first["reservation_id"]}, 202)
    links = links_of(service, "servers", first["id"])
    shown = {
        "id": first["id"],
        "links": links,
        "OS-DCF:diskConfig": first["disk_config"],
        "security_groups": _names(wanted),
        "adminPass": wanted.get("adminPass") or server_creation.new_password(),
    }
    return Reply({"server": shown}, 202, {"Location": links[0]["href"]})


@routes.get("/{id}")
def show_server(service: Compute, call: Call, id: str) -> Document:
    return {"server": server_views.full(service, call, service.server(call.caller, id))}


@routes.put("/{id}")
def update_server(service: Compute, call: Call, id: str) -> Document:
    server = service.server(call.caller, id)
    wanted = checked(SERVER_UPDATE, call.json())["server"]
    for key in ("name", "accessIPv4", "accessIPv6"):
        if key in wanted:
            server[key] = wanted[key]
    if "OS-DCF:diskConfig" in wanted:
        server["disk_config"] = wanted["OS-DCF:diskConfig"]
    if since(call, 19) and "description" in wanted:
        server["description"] = wanted["description"]
    if since(call, 90) and "hostname" in wanted:
        server["hostname"] = wanted["hostname"]
    server["updated"] = times.seconds(service.now())
    service.servers.save(server)
    return {"server": server_views.changed(service, call, server)}


@routes.delete("/{id}")
def delete_server(service: Compute, call: Call, id: str) -> None:
    deletion.begin(service, service.changeable(call.caller, id))


@routes.get("/{id}/ips")
def list_addresses(service: Compute, call: Call, id: str) -> Document:
    return {"addresses": server_views.plain(server_views.addresses(service, service.server(call.caller, id)))}


@routes.get("/{id}/os-security-groups")
def list_security_groups(service: Compute, call: Call, id: str) -> Document:
    server = service.server(call.caller, id)
    groups = service.network.security_groups.documents
    found = [groups.get(each) for port in server_views.ports(service, server) for each in port["security_groups"]]
    return {"security_groups": [_group(service, each) for each in found if each is not None]}


def _group(service: Compute, group: Document) -> Document:
    """A security group in the form that Nova had for its own; rules for egress were unknown then."""
    groups = service.network.security_groups.documents
    rules = service.network.security_group_rules.documents.where(security_group_id=group["id"], direction="ingress")
    shown = []
    for rule in rules:
        remote = groups.get(rule["remote_group_id"])
        shown.append(
            {
                "id": rule["id"],
                "parent_group_id": group["id"],
                "ip_protocol": rule["protocol"],
                "from_port": rule["port_range_min"],
                "to_port": rule["port_range_max"],
                "group": {"name": remote["name"], "tenant_id": remote["project_id"]} if remote else {},
                "ip_range": {"cidr": rule["remote_ip_prefix"]} if rule["remote_ip_prefix"] else {},
            }
        )
    return {**{key: group[key] for key in ("id", "name", "description", "tenant_id")}, "rules": shown}


def _names(wanted: Document) -> list[Document]:
    return [{"name": each["name"]} for each in wanted.get("security_groups") or [{"name": "default"}]]
