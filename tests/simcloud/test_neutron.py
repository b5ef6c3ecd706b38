"""Networks, subnets, ports and security groups of the simulated Neutron, through the SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openstack.connection import Connection
from openstack.exceptions import ConflictException, ForbiddenException, HttpException, NotFoundException

from tests.simcloud.serving import Clock, Served


def neutron_error(call: Callable[[], Any]) -> tuple[int, str, str]:
    """Status, type and message of a refusal."""
    with pytest.raises(HttpException) as caught:
        call()
    error = caught.value.response.json()["NeutronError"]
    return caught.value.status_code, error["type"], error["message"]


def test_a_new_cloud_has_a_public_and_a_shared_network_behind_a_router(demo: Connection, alt_demo: Connection):
    assert [each.name for each in alt_demo.network.networks()] == ["public", "private-net"]
    public = alt_demo.network.find_network("public")
    assert (public.is_router_external, public.is_shared) == (True, False)
    assert alt_demo.network.find_network("private-net").is_shared
    router = demo.network.find_router("router1")
    assert router.external_gateway_info["network_id"] == public.id
    assert list(alt_demo.network.routers()) == []


def test_a_member_makes_no_port_on_the_external_network(demo: Connection):
    public = demo.network.find_network("public")
    with pytest.raises(ForbiddenException, match="rule:create_port is disallowed by policy"):
        demo.network.create_port(network_id=public.id)


def test_a_network_of_another_project_is_not_there(demo: Connection, alt_demo: Connection):
    own = demo.network.create_network(name="own")
    assert neutron_error(lambda: alt_demo.network.get_network(own.id))[:2] == (404, "NetworkNotFound")
    assert neutron_error(lambda: alt_demo.network.update_network(own.id, name="x"))[:2] == (404, "NetworkNotFound")


def test_a_network_is_shared_with_one_project_by_a_policy(demo: Connection, alt_demo: Connection):
    own = demo.network.create_network(name="own")
    policy = demo.network.create_rbac_policy(
        object_type="network",
        object_id=own.id,
        action="access_as_shared",
        target_tenant=alt_demo.current_project_id,
    )
    assert alt_demo.network.get_network(own.id).is_shared
    demo.network.delete_rbac_policy(policy)
    with pytest.raises(NotFoundException):
        alt_demo.network.get_network(own.id)


def test_what_is_for_administrators_is_refused_and_hidden(demo: Connection, admin: Connection):
    status, kind, message = neutron_error(lambda: demo.network.create_network(name="x", shared=True))
    assert (status, kind) == (403, "PolicyNotAuthorized")
    assert message == "(rule:create_network and rule:create_network:shared) is disallowed by policy"
    own = demo.network.create_network(name="own", shared=False)
    assert own.provider_network_type is None
    assert admin.network.get_network(own.id).provider_network_type == "vxlan"


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ({"cidr": "x"}, "InvalidInput", "x is not in a CIDR format"),
        ({"cidr": "192.168.1.0/25"}, "InvalidInput", "overlaps with another subnet"),
        ({"cidr": "fd00::/64"}, "InvalidInput", "does not match the ip_version '4'"),
        ({"cidr": "192.168.2.0/24", "dns_nameservers": ["x"]}, "HTTPBadRequest", "'x' is not a valid nameserver"),
        ({"cidr": "192.168.2.0/24", "foo": "x"}, "HTTPBadRequest", "Unrecognized attribute(s) 'foo'"),
    ],
)
def test_a_subnet_that_makes_no_sense_is_refused(demo: Connection, values: dict[str, Any], kind: str, message: str):
    network = demo.network.create_network(name="n")
    demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    body = {"subnet": {"network_id": network.id, "ip_version": 4, **values}}
    answer = demo.network.post("/subnets", json=body)
    assert answer.status_code == 400
    assert answer.json()["NeutronError"]["type"] == kind
    assert message in answer.json()["NeutronError"]["message"]


def test_what_is_in_use_is_not_deleted(demo: Connection):
    network = demo.network.create_network(name="n")
    subnet = demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    port = demo.network.create_port(network_id=network.id)
    assert neutron_error(lambda: demo.network.delete_network(network.id))[:2] == (409, "NetworkInUse")
    assert neutron_error(lambda: demo.network.delete_subnet(subnet.id))[:2] == (409, "SubnetInUse")
    demo.network.delete_port(port)
    demo.network.delete_network(network)
    with pytest.raises(NotFoundException):
        demo.network.get_subnet(subnet.id)


def test_a_port_has_the_default_group_of_its_project_unless_told_otherwise(demo: Connection):
    network = demo.network.create_network(name="n")
    default = demo.network.find_security_group("default")
    assert demo.network.create_port(network_id=network.id).security_group_ids == [default.id]
    assert demo.network.create_port(network_id=network.id, security_groups=[]).security_group_ids == []
    bare = demo.network.create_port(network_id=network.id, port_security_enabled=False)
    assert bare.security_group_ids == []


def test_a_port_gets_an_address_on_the_subnet_that_it_names(demo: Connection):
    network = demo.network.create_network(name="n")
    subnets = [
        demo.network.create_subnet(network_id=network.id, ip_version=4, cidr=f"192.168.{number}.0/24")
        for number in (1, 2)
    ]
    port = demo.network.create_port(network_id=network.id, fixed_ips=[{"subnet_id": subnets[1].id}])
    assert [each["subnet_id"] for each in port.fixed_ips] == [subnets[1].id]


def test_a_port_is_active_soon_after_it_is_bound(demo: Connection, admin: Connection, clock: Clock):
    network = demo.network.create_network(name="n")
    port = demo.network.create_port(network_id=network.id)
    admin.network.update_port(port.id, binding_host_id="host")
    assert demo.network.get_port(port.id).status == "DOWN"
    clock.go(1)
    assert demo.network.get_port(port.id).status == "ACTIVE"


def test_a_group_begins_with_egress_and_refuses_the_same_rule_twice(demo: Connection):
    group = demo.network.create_security_group(name="web")
    assert [each["direction"] for each in group.security_group_rules] == ["egress", "egress"]
    rule = {"security_group_id": group.id, "direction": "ingress", "protocol": "tcp"}
    rule |= {"port_range_min": 80, "port_range_max": 80}
    first = demo.network.create_security_group_rule(**rule)
    with pytest.raises(ConflictException, match=f"Rule id is {first.id}"):
        demo.network.create_security_group_rule(**rule)
    with pytest.raises(HttpException, match="protocol foo not supported"):
        demo.network.create_security_group_rule(security_group_id=group.id, direction="ingress", protocol="foo")


def test_a_group_on_a_port_and_the_default_group_stay(demo: Connection):
    group = demo.network.create_security_group(name="web")
    network = demo.network.create_network(name="n")
    port = demo.network.create_port(network_id=network.id, security_groups=[group.id])
    assert neutron_error(lambda: demo.network.delete_security_group(group.id))[:2] == (409, "SecurityGroupInUse")
    demo.network.delete_port(port)
    demo.network.delete_security_group(group.id, ignore_missing=False)
    default = demo.network.find_security_group("default")
    kind = neutron_error(lambda: demo.network.delete_security_group(default.id))[1]
    assert kind == "SecurityGroupCannotRemoveDefault"


def test_lists_filter_by_attributes_tags_and_addresses(demo: Connection):
    network = demo.network.create_network(name="n")
    demo.network.set_tags(network, ["a", "b"])
    demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    port = demo.network.create_port(network_id=network.id, fixed_ips=[{"ip_address": "192.168.1.9"}])
    demo.network.create_port(network_id=network.id)
    assert [each.id for each in demo.network.networks(tags="a,b")] == [network.id]
    assert [each.id for each in demo.network.networks(tags="a,c")] == []
    assert [each.id for each in demo.network.ports(fixed_ips="ip_address=192.168.1.9")] == [port.id]
    assert len(list(demo.network.ports(network_id=network.id, limit=1))) == 2
    answer = demo.network.get(f"/ports?network_id={network.id}&fields=id&limit=1").json()
    assert list(answer["ports"][0]) == ["id"]
    assert answer["ports_links"][0]["rel"] == "next"


def test_a_quota_is_refused_in_neutrons_words(demo: Connection, admin: Connection):
    admin.network.update_quota(demo.current_project_id, networks=2)
    demo.network.create_network(name="second")
    assert neutron_error(lambda: demo.network.create_network(name="third")) == (
        409,
        "OverQuota",
        "Quota exceeded for resources: ['network'].",
    )
    admin.network.delete_quota(demo.current_project_id)
    demo.network.create_network(name="third")


def test_a_subnet_is_cut_out_of_a_pool(demo: Connection):
    pool = demo.network.create_subnet_pool(name="pool", prefixes=["10.20.0.0/22"], default_prefix_length=24)
    cidrs = []
    for _ in range(4):
        network = demo.network.create_network(name="n")
        cidrs.append(demo.network.create_subnet(network_id=network.id, ip_version=4, subnetpool_id=pool.id).cidr)
    assert sorted(cidrs) == [f"10.20.{number}.0/24" for number in range(4)]
    network = demo.network.create_network(name="n")
    with pytest.raises(HttpException, match="Insufficient prefix space"):
        demo.network.create_subnet(network_id=network.id, ip_version=4, subnetpool_id=pool.id)


def test_a_cloud_started_again_knows_which_addresses_are_taken(tmp_path: Any, clock: Clock):
    first = Served(state_dir=tmp_path, clock=clock)
    with first.connect() as connection:
        network = connection.network.find_network("private-net")
        taken = connection.network.create_port(network_id=network.id).fixed_ips
    first.close()
    second = Served(state_dir=tmp_path, clock=clock)
    with second.connect() as connection, pytest.raises(ConflictException):
        connection.network.create_port(network_id=network.id, fixed_ips=taken)
    second.close()


def test_whether_a_port_passes_its_link_state_on_is_said_when_it_is_made(demo: Connection):
    port = demo.network.create_port(network_id=demo.network.create_network(name="n").id, propagate_uplink_status=False)
    assert port.propagate_uplink_status is False
    with pytest.raises(HttpException, match="Cannot update read-only attribute propagate_uplink_status"):
        demo.network.update_port(port, propagate_uplink_status=True)
