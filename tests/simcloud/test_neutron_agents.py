"""Agents of the simulated Neutron, and what they serve; openstacksdk does not look at what it is answered here."""

from __future__ import annotations

from typing import Any

import pytest
from openstack import exceptions
from openstack.connection import Connection


def agents(connection: Connection, binary: str) -> list[str]:
    return [each.id for each in connection.network.agents(binary=binary)]


def asked(connection: Connection, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status, and the type of a refusal or what was answered."""
    answer = connection.network.request(path, method, json=body, raise_exc=False)
    content = answer.json() if answer.content else None
    return answer.status_code, content["NeutronError"]["type"] if answer.status_code >= 400 else content


def ids(connection: Connection, path: str, key: str) -> set[str]:
    return {each["id"] for each in asked(connection, "GET", path)[1][key]}


def test_only_administrators_see_agents(demo: Connection, admin: Connection) -> None:
    (first, _) = admin.network.agents(binary="neutron-dhcp-agent")
    assert (first.agent_type, first.is_alive, first.is_admin_state_up) == ("DHCP agent", True, False)
    assert admin.network.get_agent(first.id).host == first.host
    assert list(demo.network.agents()) == []
    with pytest.raises(exceptions.NotFoundException):
        demo.network.get_agent(first.id)
    network = demo.network.create_network(name="n")
    forbidden = (403, "PolicyNotAuthorized")
    served = f"/agents/{first.id}/dhcp-networks"
    assert asked(demo, "POST", served, {"network_id": network.id}) == forbidden
    assert asked(demo, "GET", served) == forbidden
    assert asked(demo, "DELETE", f"{served}/{network.id}") == forbidden
    assert asked(demo, "GET", f"/networks/{network.id}/dhcp-agents") == forbidden


def test_a_network_may_be_served_by_several_agents_until_it_is_gone(admin: Connection) -> None:
    one, other = agents(admin, "neutron-dhcp-agent")
    network = admin.network.create_network(name="n")
    body = {"network_id": network.id}
    assert network.availability_zones == []
    for each in (one, other):
        assert asked(admin, "POST", f"/agents/{each}/dhcp-networks", body) == (201, None)
    assert admin.network.get_network(network.id).availability_zones == ["nova"]
    assert ids(admin, f"/networks/{network.id}/dhcp-agents", "agents") == {one, other}
    assert asked(admin, "POST", f"/agents/{one}/dhcp-networks", body) == (409, "NetworkHostedByDHCPAgent")
    assert asked(admin, "DELETE", f"/agents/{one}/dhcp-networks/{network.id}") == (204, None)
    assert asked(admin, "DELETE", f"/agents/{one}/dhcp-networks/{network.id}") == (409, "NetworkNotHostedByDhcpAgent")
    assert ids(admin, f"/agents/{other}/dhcp-networks", "networks") == {network.id}
    admin.network.delete_network(network.id)
    assert ids(admin, f"/agents/{other}/dhcp-networks", "networks") == set()


def test_a_router_has_one_agent_unless_another_is_to_take_over(admin: Connection) -> None:
    one, other = agents(admin, "neutron-l3-agent")
    router, safe = admin.network.create_router(name="r"), admin.network.create_router(name="safe", is_ha=True)
    for _ in range(2):
        assert asked(admin, "POST", f"/agents/{one}/l3-routers", {"router_id": router.id}) == (201, None)
    refused = asked(admin, "POST", f"/agents/{other}/l3-routers", {"router_id": router.id})
    assert refused == (409, "RouterHostedByL3Agent")
    for _ in range(2):
        assert asked(admin, "DELETE", f"/agents/{one}/l3-routers/{router.id}") == (204, None)
    assert asked(admin, "POST", f"/agents/{other}/l3-routers", {"router_id": router.id}) == (201, None)
    assert admin.network.get_router(router.id).availability_zones == ["nova"]
    for each in (one, other):
        assert asked(admin, "POST", f"/agents/{each}/l3-routers", {"router_id": safe.id}) == (201, None)
    assert ids(admin, f"/routers/{safe.id}/l3-agents", "agents") == {one, other}
    assert ids(admin, f"/agents/{one}/l3-routers", "routers") == {safe.id}
    admin.network.delete_router(safe.id)
    assert ids(admin, f"/agents/{one}/l3-routers", "routers") == set()
    spread = admin.network.create_router(name="d", is_distributed=True)
    assert asked(admin, "POST", f"/agents/{one}/l3-routers", {"router_id": spread.id}) == (409, "RouterL3AgentMismatch")


def test_an_agent_serves_its_own_kind_alone(admin: Connection) -> None:
    dhcp, l3 = agents(admin, "neutron-dhcp-agent")[0], agents(admin, "neutron-l3-agent")[0]
    network, router = admin.network.create_network(name="n"), admin.network.create_router(name="r")
    assert asked(admin, "POST", f"/agents/{l3}/dhcp-networks", {"network_id": network.id}) == (404, "InvalidDHCPAgent")
    assert asked(admin, "POST", f"/agents/{dhcp}/l3-routers", {"router_id": router.id}) == (404, "InvalidL3Agent")
    assert asked(admin, "POST", "/agents/none/l3-routers", {"router_id": router.id}) == (404, "AgentNotFound")
