"""Octavia as openstacksdk meets it."""

from __future__ import annotations

from typing import Any

import pytest
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock, Served

DONE = 60.0


@pytest.fixture
def subnet(demo: Connection) -> str:
    network = demo.network.create_network(name="front")
    return str(demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.7.0.0/24").id)


@pytest.fixture
def balancer(demo: Connection, clock: Clock, subnet: str) -> Any:
    made = demo.load_balancer.create_load_balancer(name="web", vip_subnet_id=subnet)
    clock.go(DONE)
    return made


def state(demo: Connection, id: str) -> str:
    return str(demo.load_balancer.get_load_balancer(id).provisioning_status)


def listen(demo: Connection, balancer: Any, port: int = 80) -> Any:
    return demo.load_balancer.create_listener(loadbalancer_id=balancer.id, protocol="HTTP", protocol_port=port)


def test_a_load_balancer_is_built_with_an_address_of_its_subnet(demo: Connection, clock: Clock, subnet: str):
    made = demo.load_balancer.create_load_balancer(name="web", vip_subnet_id=subnet)
    assert (made.provisioning_status, made.operating_status) == ("PENDING_CREATE", "OFFLINE")
    port = demo.network.get_port(made.vip_port_id)
    assert (port.device_owner, port.fixed_ips[0]["ip_address"]) == ("Octavia", made.vip_address)
    clock.go(DONE)
    found = demo.load_balancer.find_load_balancer("web")
    assert (found.id, found.provisioning_status, found.operating_status) == (made.id, "ACTIVE", "ONLINE")
    demo.load_balancer.delete_load_balancer(made.id)
    assert state(demo, made.id) == "PENDING_DELETE"
    clock.go(DONE)
    assert list(demo.load_balancer.load_balancers()) == []
    assert demo.network.find_port(made.vip_port_id) is None


def test_nothing_of_a_busy_load_balancer_can_be_changed(demo: Connection, clock: Clock, balancer: Any):
    listener = listen(demo, balancer)
    assert state(demo, balancer.id) == "PENDING_UPDATE"
    for change in (
        lambda: listen(demo, balancer, 81),
        lambda: demo.load_balancer.update_listener(listener.id, name="other"),
        lambda: demo.load_balancer.delete_listener(listener.id),
        lambda: demo.load_balancer.update_load_balancer(balancer.id, name="other"),
    ):
        with pytest.raises(exceptions.ConflictException) as caught:
            change()
        text = caught.value.response.json()["faultstring"]
        assert text == f"Load Balancer {balancer.id} is immutable and cannot be updated."
    clock.go(DONE)
    assert state(demo, balancer.id) == "ACTIVE"
    listen(demo, balancer, 81)


def test_a_busy_load_balancer_cannot_be_deleted(demo: Connection, balancer: Any):
    demo.load_balancer.update_load_balancer(balancer.id, name="other")
    with pytest.raises(exceptions.ConflictException, match="Invalid state PENDING_UPDATE"):
        demo.load_balancer.delete_load_balancer(balancer.id)


def test_what_hangs_below_is_shown_above_and_goes_with_it(demo: Connection, clock: Clock, balancer: Any):
    lb = demo.load_balancer
    listener = listen(demo, balancer)
    clock.go(DONE)
    pool = lb.create_pool(listener_id=listener.id, protocol="HTTP", lb_algorithm="ROUND_ROBIN")
    clock.go(DONE)
    member = lb.create_member(pool.id, address="10.7.0.9", protocol_port=80)
    clock.go(DONE)
    monitor = lb.create_health_monitor(pool_id=pool.id, type="HTTP", delay=5, timeout=4, max_retries=2)
    clock.go(DONE)
    policy = lb.create_l7_policy(listener_id=listener.id, action="REJECT")
    clock.go(DONE)
    rule = lb.create_l7_rule(policy.id, type="PATH", compare_type="STARTS_WITH", value="/admin")
    clock.go(DONE)
    found = lb.get_pool(pool.id)
    assert ([each["id"] for each in found.members], found.health_monitor_id) == ([member.id], monitor.id)
    assert lb.get_listener(listener.id).default_pool_id == pool.id
    assert [each["id"] for each in lb.get_l7_policy(policy.id).rules] == [rule.id]
    assert (monitor.http_method, monitor.url_path, monitor.expected_codes) == ("GET", "/", "200")
    with pytest.raises(exceptions.BadRequestException, match="it has children"):
        lb.delete_load_balancer(balancer.id)
    lb.delete_pool(pool.id)
    clock.go(DONE)
    assert lb.get_listener(listener.id).default_pool_id is None
    assert list(lb.health_monitors()) == []
    lb.delete_load_balancer(balancer.id, cascade=True)
    clock.go(DONE)
    assert [list(each()) for each in (lb.load_balancers, lb.listeners, lb.l7_policies)] == [[], [], []]


def test_policies_of_a_listener_are_numbered_without_gaps(demo: Connection, clock: Clock, balancer: Any):
    listener = listen(demo, balancer)
    for name, position in (("a", None), ("b", None), ("c", 1)):
        clock.go(DONE)
        more = {} if position is None else {"position": position}
        demo.load_balancer.create_l7_policy(listener_id=listener.id, action="REJECT", name=name, **more)
    found = {each.name: each.position for each in demo.load_balancer.l7_policies()}
    assert found == {"c": 1, "a": 2, "b": 3}


@pytest.mark.parametrize(
    ("values", "status", "text"),
    [
        ({"protocol": "HTTP", "protocol_port": 80}, 409, "already using protocol_port 80"),
        ({"protocol": "GOPHER", "protocol_port": 70}, 400, "Value should be one of"),
        ({"protocol": "HTTP", "protocol_port": 0}, 400, "protocol_port"),
        ({"protocol": "HTTP"}, 400, "Mandatory field missing"),
        ({"protocol": "TERMINATED_HTTPS", "protocol_port": 443}, 400, "default_tls_container_ref"),
        ({"protocol": "HTTP", "protocol_port": 81, "colour": "red"}, 400, "Unknown attribute: colour"),
    ],
)
def test_a_listener_that_cannot_be_is_refused(demo, clock, balancer, values, status, text):
    listen(demo, balancer)
    clock.go(DONE)
    body = {"listener": {"loadbalancer_id": balancer.id, **values}}
    answer = demo.load_balancer.post("/lbaas/listeners", json=body)
    assert answer.status_code == status
    assert text in answer.json()["faultstring"]


def test_a_project_has_no_more_than_its_quota(served: Served, demo: Connection, admin: Connection, subnet: str):
    project = demo.current_project_id
    admin.load_balancer.put(f"/lbaas/quotas/{project}", json={"quota": {"loadbalancer": 0}})
    assert demo.load_balancer.get(f"/lbaas/quotas/{project}").json()["quota"]["load_balancer"] == 0
    with pytest.raises(exceptions.ForbiddenException, match="Quota has been met"):
        demo.load_balancer.create_load_balancer(vip_subnet_id=subnet)
    admin.load_balancer.delete(f"/lbaas/quotas/{project}")
    demo.load_balancer.create_load_balancer(vip_subnet_id=subnet)


def test_another_projects_load_balancer_is_not_there(alt_demo: Connection, balancer: Any):
    assert list(alt_demo.load_balancer.load_balancers()) == []
    assert alt_demo.load_balancer.get(f"/lbaas/loadbalancers/{balancer.id}").status_code == 404


def test_a_build_that_fails_ends_in_error_and_can_only_be_deleted(served, demo, clock, subnet):
    served.cloud.faults.add({"kind": "object_error", "service": "load-balancer", "name": "web"})
    made = demo.load_balancer.create_load_balancer(name="web", vip_subnet_id=subnet)
    clock.go(DONE)
    assert state(demo, made.id) == "ERROR"
    with pytest.raises(exceptions.ConflictException):
        listen(demo, made)
    demo.load_balancer.delete_load_balancer(made.id)
    clock.go(DONE)
    assert list(demo.load_balancer.load_balancers()) == []


def test_flavors_are_made_by_administrators_and_chosen_by_others(admin, demo, clock, subnet):
    profile = admin.load_balancer.create_flavor_profile(
        name="single", provider_name="amphora", flavor_data='{"loadbalancer_topology": "SINGLE"}'
    )
    flavor = admin.load_balancer.create_flavor(name="small", flavor_profile_id=profile.id)
    with pytest.raises(exceptions.ConflictException):
        admin.load_balancer.delete_flavor_profile(profile.id)
    with pytest.raises(exceptions.ForbiddenException):
        demo.load_balancer.create_flavor(name="mine", flavor_profile_id=profile.id)
    made = demo.load_balancer.create_load_balancer(vip_subnet_id=subnet, flavor_id=flavor.id)
    assert made.flavor_id == flavor.id
    with pytest.raises(exceptions.ConflictException, match="in use"):
        admin.load_balancer.delete_flavor(flavor.id)


def test_lists_come_in_pages(demo: Connection, clock: Clock, subnet: str):
    for number in range(5):
        demo.load_balancer.create_load_balancer(name=f"lb{number}", vip_subnet_id=subnet)
    found = demo.load_balancer.load_balancers(limit=2, sort="created_at:desc")
    assert len({each.id for each in found}) == 5
