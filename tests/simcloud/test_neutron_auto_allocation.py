"""The network that Neutron makes for a project which has none."""

from __future__ import annotations

from typing import Any

import pytest
from openstack.connection import Connection


def asked(connection: Connection, method: str = "GET", project: str = "None", query: str = "") -> Any:
    path = f"/auto-allocated-topology/{project}{query}"
    return connection.network.request(path, method, raise_exc=False)


@pytest.fixture
def ready(admin: Connection) -> None:
    """The administrator has named an external network and a pool."""
    admin.network.update_network(admin.network.find_network("public"), is_default=True)
    admin.network.create_subnet_pool(name="p", prefixes=["10.90.0.0/16"], default_prefix_length=26, is_default=True)


def test_it_is_made_once_and_leads_outside(ready: None, alt_demo: Connection) -> None:
    id = asked(alt_demo).json()["auto_allocated_topology"]["id"]
    project_id = alt_demo.current_project_id
    again = {"id": id, "project_id": project_id, "tenant_id": project_id}
    assert asked(alt_demo, project=project_id).json() == {"auto_allocated_topology": again}
    [network] = alt_demo.network.networks(project_id=project_id)
    assert (network.id, network.name) == (id, "auto_allocated_network")
    [subnet] = alt_demo.network.subnets(network_id=id)
    assert (subnet.name, subnet.cidr) == ("auto_allocated_subnet_v4", "10.90.0.0/26")
    [router] = alt_demo.network.routers(project_id=project_id)
    assert router.external_gateway_info["network_id"] == alt_demo.network.find_network("public").id
    [port] = alt_demo.network.ports(device_id=router.id)
    assert port.fixed_ips == [{"subnet_id": subnet.id, "ip_address": subnet.gateway_ip}]


def test_it_is_deleted_as_a_whole(ready: None, alt_demo: Connection) -> None:
    asked(alt_demo)
    assert asked(alt_demo, "DELETE").status_code == 204
    project_id = alt_demo.current_project_id
    for listed in (alt_demo.network.networks, alt_demo.network.routers, alt_demo.network.ports):
        assert list(listed(project_id=project_id)) == []
    assert asked(alt_demo, "DELETE").status_code == 204


def test_a_dry_run_makes_nothing(ready: None, alt_demo: Connection) -> None:
    found = asked(alt_demo, query="?fields=dry-run").json()["auto_allocated_topology"]
    assert found["id"] == "dry-run=pass"
    assert list(alt_demo.network.networks(project_id=alt_demo.current_project_id)) == []


def test_what_the_administrator_has_not_named_is_missed(admin: Connection, alt_demo: Connection) -> None:
    def missed(**how: str) -> str:
        answer = asked(alt_demo, **how)
        assert (answer.status_code, answer.json()["NeutronError"]["type"]) == (409, "AutoAllocationFailure")
        return str(answer.json()["NeutronError"]["message"])

    for how in ({}, {"query": "?fields=dry-run"}, {"method": "DELETE"}):
        assert missed(**how) == "Deployment error: No default router:external network."
    admin.network.update_network(admin.network.find_network("public"), is_default=True)
    assert missed() == "Deployment error: Unable to provide project private network."
    assert missed(query="?fields=dry-run") == "Deployment error: No default subnetpools defined."


def test_it_is_the_projects_own(ready: None, demo: Connection, alt_demo: Connection) -> None:
    assert asked(demo, project=alt_demo.current_project_id).status_code == 403
