"""The port of Neutron on which a load balancer has its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.load_balancer.admin import PROVIDERS
from heat_mq.simcloud.neutron.ports import SYSTEM
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.service import LoadBalancing


def give_vip(service: LoadBalancing, caller: Caller, load_balancer: Document) -> None:
    """Find or make the port, and check what else was chosen; Refusal as Octavia or Neutron has it."""
    _check_choices(service, load_balancer)
    network = service.network
    if port_id := load_balancer["vip_port_id"]:
        port = network.ports.documents.get(port_id)
        if port is None or not port["fixed_ips"]:
            raise bad_request(f"Port {port_id} not found.")
        load_balancer["_own_port"] = False
    else:
        subnet = _subnet(service, caller, load_balancer)
        wanted = {"subnet_id": subnet["id"]}
        if load_balancer["vip_address"]:
            wanted["ip_address"] = load_balancer["vip_address"]
        body = {
            "network_id": subnet["network_id"],
            "project_id": load_balancer["project_id"],
            "name": f"octavia-lb-{load_balancer['id']}",
            "device_id": f"lb-{load_balancer['id']}",
            "device_owner": "Octavia",
            "fixed_ips": [wanted],
        }
        port = network.ports.create(SYSTEM, body)
        load_balancer["_own_port"] = True
    fixed = port["fixed_ips"][0]
    load_balancer.update(
        vip_port_id=port["id"],
        vip_address=fixed["ip_address"],
        vip_subnet_id=fixed["subnet_id"],
        vip_network_id=port["network_id"],
        additional_vips=[],
    )


def drop_vip(service: LoadBalancing, load_balancer: Document, at: float) -> None:
    """Let the port go with its load balancer, if it was made for it."""
    ports = service.network.ports
    port = ports.documents.get(load_balancer["vip_port_id"])
    if port is not None and load_balancer["_own_port"]:
        ports.drop_later(port, at)


def _subnet(service: LoadBalancing, caller: Caller, load_balancer: Document) -> Document:
    subnets = service.network.subnets.documents
    if id := load_balancer["vip_subnet_id"]:
        subnet = subnets.get(id)
        if subnet is None or not service.network.subnets.sees(caller, subnet):
            raise bad_request(f"Subnet {id} not found.")
        return subnet
    if id := load_balancer["vip_network_id"]:
        found = subnets.where(network_id=id)
        if not found:
            raise bad_request("Validation failure: Supplied network does not contain a subnet.")
        return found[0]
    raise bad_request("Validation failure: VIP must contain one of: vip_port_id, vip_network_id, vip_subnet_id.")


def _check_choices(service: LoadBalancing, load_balancer: Document) -> None:
    provider = load_balancer["provider"] = load_balancer["provider"] or PROVIDERS[0]
    if provider not in PROVIDERS:
        raise bad_request(f"Provider '{provider}' is not enabled.")
    for key, one in (("flavor_id", "flavor"), ("availability_zone", "availability_zone")):
        if load_balancer[key]:
            found = service.described[one].get(load_balancer[key])
            if found is None or not found["enabled"]:
                raise bad_request(f"Validation failure: Invalid {key}.")
