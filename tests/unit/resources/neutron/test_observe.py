"""What types see of a live object, and how an update brings it back."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import CloudGone
from heat_mq.resources.kit import registry


@pytest.fixture
def net(stack: Any) -> str:
    network = str(stack.create("Net", "net").physical_id)
    stack.create("Subnet", "sub", network=network, cidr="10.77.0.0/24")
    return network


def raw_of(kind: str, net: str) -> dict[str, Any]:
    match kind:
        case "Net":
            return {"name": "n", "admin_state_up": True, "tags": ["b", "a"], "value_specs": {"mtu": 1400}}
        case "Subnet":
            routes = [{"destination": "10.9.0.0/24", "nexthop": "10.78.0.9"}]
            servers = ["8.8.8.8", "1.1.1.1"]
            pools = [{"start": "10.78.0.10", "end": "10.78.0.20"}]
            return {
                "network": net,
                "cidr": "10.78.0.0/24",
                "dns_nameservers": servers,
                "host_routes": routes,
                "gateway_ip": "",
                "allocation_pools": pools,
            }
        case "Port":
            pairs = [{"ip_address": "10.77.0.200"}]
            return {"network": net, "fixed_ips": [{"ip_address": "10.77.0.55"}], "allowed_address_pairs": pairs}
        case "Router":
            return {"external_gateway_info": {"network": "public"}}
        case "SecurityGroup":
            rules = [{"protocol": "icmp", "remote_ip_prefix": "0.0.0.0/0"}, {"remote_mode": "remote_group_id"}]
            return {"description": "d", "rules": rules}
        case "FloatingIP":
            return {"floating_network": "public"}
    raise AssertionError(kind)


KINDS = ["Net", "Subnet", "Port", "Router", "SecurityGroup", "FloatingIP"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_as_made_has_not_drifted(stack: Any, net: str, kind: str) -> None:
    raw = raw_of(kind, net)
    record = stack.create(kind, "thing", **raw)
    assert stack.driver.drift(record, raw) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_what_says_nothing_has_not_drifted(stack: Any, net: str, kind: str) -> None:
    raw = {key: value for key, value in raw_of(kind, net).items() if key in ("network", "cidr", "floating_network")}
    record = stack.create(kind, "thing", **raw)
    assert stack.driver.drift(record, raw) == set()


@pytest.mark.parametrize(
    ("kind", "body", "drift"),
    [
        ("Net", {"name": "theirs", "admin_state_up": False}, {"name", "admin_state_up"}),
        ("Subnet", {"dns_nameservers": ["9.9.9.9"], "host_routes": []}, {"dns_nameservers", "host_routes"}),
        ("Subnet", {"gateway_ip": "10.78.0.1"}, {"gateway_ip"}),
        ("Port", {"fixed_ips": [{"ip_address": "10.77.0.99"}]}, {"fixed_ips"}),
        ("Port", {"allowed_address_pairs": []}, {"allowed_address_pairs"}),
        ("Router", {"external_gateway_info": {}}, {"external_gateway_info"}),
        ("SecurityGroup", {"description": "theirs"}, {"description"}),
    ],
)
def test_what_others_changed_is_seen_and_brought_back(
    stack: Any, net: str, kind: str, body: dict[str, Any], drift: set[str]
) -> None:
    raw = raw_of(kind, net)
    record = stack.create(kind, "thing", **raw)
    cls = registry.get(f"OS::Neutron::{kind}")
    stack.driver.cloud.network.change(cls.kind, record.physical_id, body)
    assert stack.driver.drift(record, raw) == drift
    updated = stack.driver.update(record, raw, observe=True)
    assert stack.driver.drift(updated, raw) == set()


def test_a_rule_that_was_added_or_taken_away_is_a_drift(stack: Any) -> None:
    raw = raw_of("SecurityGroup", "")
    record = stack.create("SecurityGroup", "group", **raw)
    network = stack.driver.cloud.network
    rule = {"security_group_id": record.physical_id, "direction": "ingress", "protocol": "tcp", "ethertype": "IPv4"}
    network.create("security_group_rule", rule)
    assert stack.driver.drift(record, raw) == {"rules"}
    stack.driver.update(record, raw, observe=True)
    assert stack.driver.drift(record, raw) == set()
    for live in stack.driver.read(record)["security_group_rules"]:
        network.remove("security_group_rule", live["id"])
    assert stack.driver.drift(record, raw) == {"rules"}


def test_a_group_without_rules_of_its_own_leaves_those_of_others(stack: Any) -> None:
    record = stack.create("SecurityGroup", "group")
    stack.create("SecurityGroupRule", "rule", security_group=record.physical_id, protocol="udp")
    assert stack.driver.drift(record, {}) == set()


@pytest.mark.parametrize("kind", ["Net", "Port", "Router", "SecurityGroup"])
def test_what_is_gone_is_told(stack: Any, net: str, kind: str) -> None:
    raw = raw_of(kind, net)
    record = stack.create(kind, "thing", **raw)
    stack.driver.cloud.network.remove(registry.get(f"OS::Neutron::{kind}").kind, record.physical_id)
    with pytest.raises(CloudGone):
        stack.driver.drift(record, raw)
