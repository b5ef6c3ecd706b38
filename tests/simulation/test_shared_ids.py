"""Objects whose id is made of their properties: what is made anew has the id of what it stands for."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.stock_client import Rest
from tests.simulation.whole import WholeWorld

NAME = "ways"
TEMPLATE = """
heat_template_version: 2021-04-16
resources:
  net: {type: OS::Neutron::Net}
  subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 10.20.0.0/24}}
  router: {type: OS::Neutron::Router}
  gateway: {type: OS::Neutron::RouterGateway, properties: {router_id: {get_resource: router}, network: public}}
  interface:
    type: OS::Neutron::RouterInterface
    properties: {router: {get_resource: router}, subnet: {get_resource: subnet}}
"""
#: While there is one an interface cannot go.
ROUTE = """
  route:
    type: OS::Neutron::ExtraRoute
    properties: {router_id: {get_resource: router}, destination: 10.30.0.0/24, nexthop: 10.20.0.9}
"""
#: A router without it.
GONE: dict[str, dict[str, Any]] = {"gateway": {"external_gateway_info": {}}, "route": {"routes": []}}


@pytest.fixture
def whole(tmp_path: pathlib.Path) -> Iterator[WholeWorld]:
    world = WholeWorld(tmp_path)
    yield world
    world.close()


def made(world: WholeWorld, rest: Rest, template: str) -> str:
    """The stack's path."""
    assert rest.create(NAME, template).status_code == 201
    world.run()
    stack = rest.get(f"/stacks/{NAME}")["stack"]
    assert stack["stack_status"] == "CREATE_COMPLETE", stack["stack_status_reason"]
    return f"/stacks/{NAME}/{stack['id']}"


def after(world: WholeWorld, rest: Rest, method: str, path: str, **body: Any) -> str:
    """What is told of the stack when the request's work is done."""
    answer = rest.request(method, path, **body)
    assert answer.status_code < 300, answer.text
    world.run()
    stack = rest.get(f"/stacks/{NAME}")["stack"]
    return f"{stack['stack_status']}: {stack['stack_status_reason']}"


def ways(world: WholeWorld) -> list[str]:
    """What routers' ports are for, and where routers' own routes lead."""
    held = world.holds()
    ports = [each["device_owner"] for key, each in held.items() if key[:2] == ("network", "ports")]
    routers = [each for key, each in held.items() if key[:2] == ("network", "routers")]
    routes = [route["destination"] for each in routers for route in each["routes"]]
    return sorted([*(each for each in ports if each.startswith("network:router")), *routes])


def take_away(world: WholeWorld, rest: Rest, path: str, resource: str) -> None:
    """Somebody else removes the router's gateway, interface or route."""
    interface = rest.get(f"{path}/resources/interface")["resource"]["physical_resource_id"]
    router, _, subnet = interface.partition(":subnet_id=")
    at = f"{world.served.url}/network/v2.0/routers/{router}"
    if resource in GONE:
        answer = rest.session.put(at, json={"router": GONE[resource]}, timeout=60)
    else:
        answer = rest.session.put(f"{at}/remove_router_interface", json={"subnet_id": subnet}, timeout=60)
    answer.raise_for_status()


@pytest.mark.parametrize("lost", ["lost", "marked"])
@pytest.mark.parametrize("resource", ["interface", "gateway", "route"])
def test_what_is_made_anew_is_not_taken_for_what_it_stands_for(whole: WholeWorld, lost: str, resource: str) -> None:
    rest = whole.log_in("demo")
    before = whole.holds()
    path = made(whole, rest, TEMPLATE + (ROUTE if resource == "route" else ""))
    all_ways = ways(whole)
    if lost == "lost":
        take_away(whole, rest, path, resource)
        assert ways(whole) != all_ways
        told = after(whole, rest, "POST", f"{path}/actions", json={"check": None})
        assert told.startswith(f"CHECK_FAILED: Resource CHECK failed: CloudGone: resources.{resource}:")
    else:
        mark = {"mark_unhealthy": True, "resource_status_reason": "it smells"}
        after(whole, rest, "PATCH", f"{path}/resources/{resource}", json=mark)
    told = after(whole, rest, "PATCH", path, json={})
    assert told == "UPDATE_COMPLETE: Stack UPDATE completed successfully"
    assert ways(whole) == all_ways
    told = after(whole, rest, "POST", f"{path}/actions", json={"check": None})
    assert told.startswith("CHECK_COMPLETE")
    assert rest.request("DELETE", path).status_code == 204
    whole.run()
    assert sorted(whole.holds().keys() ^ before.keys()) == []


KEYS = """
heat_template_version: 2021-04-16
resources:
  key: {type: OS::Nova::KeyPair, properties: {name: key, save_private_key: SAVED}}
"""
LATE = """
  late: {type: OS::Heat::TestResource, depends_on: key, properties: {fail: true}}
"""


def test_a_rollback_brings_back_the_pair_of_which_somebody_has_the_private_key(whole: WholeWorld) -> None:
    rest = whole.log_in("demo")
    path = made(whole, rest, KEYS.replace("SAVED", "true"))

    def public_key() -> list[str]:
        pairs = [each for key, each in whole.holds().items() if key[:2] == ("compute", "keypairs")]
        return [each["public_key"] for each in pairs if each["name"] == "key"]

    before = public_key()
    body = {"template": KEYS.replace("SAVED", "false") + LATE, "disable_rollback": False}
    assert after(whole, rest, "PUT", path, json=body).startswith("ROLLBACK_COMPLETE")
    assert public_key() == before
    assert after(whole, rest, "PUT", path, json={"template": KEYS.replace("SAVED", "false")}).startswith(
        "UPDATE_COMPLETE"
    )
    (renewed,) = public_key()
    assert renewed not in before
    assert rest.request("DELETE", path).status_code == 204
    whole.run()
    assert public_key() == []


def test_a_key_of_a_user_that_is_not_there_is_refused_and_can_be_deleted(whole: WholeWorld) -> None:
    rest = whole.log_in("demo")
    wrong = {"type": "AWS::IAM::AccessKey", "properties": {"UserName": "nobody"}}
    template = {"heat_template_version": "2021-04-16", "resources": {"key": wrong}}
    assert rest.create(NAME, template).status_code == 201
    whole.run()
    stack = rest.get(f"/stacks/{NAME}")["stack"]
    assert stack["stack_status"] == "CREATE_FAILED"
    assert "nobody is no handle of this stack" in stack["stack_status_reason"]
    assert rest.request("DELETE", f"/stacks/{NAME}/{stack['id']}").status_code == 204
    whole.run()
    assert rest.stack_names() == []
