"""The networks that a new simulated cloud has.

An external network ``public`` (172.24.4.0/22) of the administrator, and ``private-net``
(10.0.0.0/20) of project demo, shared with all, behind ``router1`` with a gateway on ``public``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.identity.service import Identity
from heat_mq.simcloud.neutron.routers import HOST, INTERFACE

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network


def seed(service: Network) -> None:
    """Fill an empty Neutron."""
    projects = service.cloud.of(Identity).projects
    owners = {each["name"]: each["id"] for each in projects}
    admin = Caller(project_id=owners["admin"], roles=frozenset({"admin"}))
    demo = Caller(project_id=owners["demo"], roles=frozenset({"admin"}))
    public = service.networks.create(
        admin,
        {
            "name": "public",
            "router:external": True,
            "provider:network_type": "flat",
            "provider:physical_network": "public",
        },
    )
    service.subnets.create(
        admin,
        {
            "name": "public-subnet",
            "network_id": public["id"],
            "ip_version": 4,
            "cidr": "172.24.4.0/22",
            "gateway_ip": "172.24.4.1",
            "enable_dhcp": False,
        },
    )
    private = service.networks.create(demo, {"name": "private-net", "shared": True})
    subnet = service.subnets.create(
        demo,
        {
            "name": "private-subnet",
            "network_id": private["id"],
            "ip_version": 4,
            "cidr": "10.0.0.0/20",
            "dns_nameservers": ["8.8.8.8"],
        },
    )
    router = service.routers.create(demo, {"name": "router1", "external_gateway_info": {"network_id": public["id"]}})
    fixed = [{"subnet_id": subnet["id"], "ip_address": subnet["gateway_ip"]}]
    service.ports.plug_internal(
        private, router["id"], INTERFACE, project_id=router["project_id"], fixed_ips=fixed, host=HOST
    )
