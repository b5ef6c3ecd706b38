from __future__ import annotations

import time

from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit import Sibling, Siblings
from heat_mq.template import UNKNOWN, Environment, parse
from heat_mq.template.tree import ResourceReference
from heat_mq.template.values import PseudoParameters


def network(sibling):
    return sibling.properties.get("network")


SUBNETS = [
    Sibling("a", "Subnet", {"network": ResourceReference("net")}),
    Sibling("b", "Subnet", {"network": "net"}),
    Sibling("c", "Subnet", {"network": UNKNOWN}),
    Sibling("d", "Port", {"network": "net"}),
    Sibling("e", "Subnet", {"network": ResourceReference("net")}),
]


def test_resources_are_found_by_type_and_by_what_they_share():
    siblings = Siblings(SUBNETS)
    assert [item.name for item in siblings.of_type("Subnet")] == ["a", "b", "c", "e"]
    assert [item.name for item in siblings.sharing("Subnet", network, ResourceReference("net"))] == ["a", "e"]
    assert [item.name for item in siblings.sharing("Subnet", network, "net")] == ["b"]
    assert [item.name for item in siblings.grouped("Subnet", network)[None]] == ["c"]
    assert not siblings.sharing("Subnet", network, UNKNOWN)
    assert not siblings.of_type("Router")


def test_they_are_the_sequence_that_they_were_made_of():
    siblings = Siblings(SUBNETS)
    assert Siblings.of(siblings) is siblings
    assert (list(siblings), len(siblings), siblings[1], siblings[3:]) == (SUBNETS, 5, SUBNETS[1], tuple(SUBNETS[3:]))


def seconds(count):
    resources = {f"net{n}": {"type": "OS::Neutron::Net"} for n in range(count)}
    for n in range(count):
        ref = {"get_resource": f"net{n}"}
        resources[f"subnet{n}"] = {"type": "OS::Neutron::Subnet", "properties": {"network": ref, "cidr": "10.0.0.0/8"}}
        resources[f"port{n}"] = {"type": "OS::Neutron::Port", "properties": {"network": ref}}
        resources[f"ip{n}"] = {
            "type": "OS::Neutron::FloatingIP",
            "properties": {"floating_network": "public", "port_id": {"get_resource": f"port{n}"}},
        }
    template = parse({"heat_template_version": "2018-08-31", "resources": resources})
    wanted = StackDefinition(template, Environment(), {}, PseudoParameters(stack_name="stack"))
    start = time.perf_counter()
    needs = wanted.dependencies
    assert needs[f"port{count - 1}"] == {f"net{count - 1}", f"subnet{count - 1}"}
    return time.perf_counter() - start


def test_hidden_dependencies_of_a_large_template_cost_no_more_for_each_resource():
    few, many = (min(seconds(count) for _ in range(2)) / count for count in (100, 1000))
    assert many < few * 4
