from __future__ import annotations

from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit import Sibling, Siblings
from heat_mq.template import UNKNOWN, Environment, parse
from heat_mq.template.tree import ResourceReference
from heat_mq.template.values import PseudoParameters
from tests.counting import lines


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


def large(count):
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
    return StackDefinition(template, Environment(), {}, PseudoParameters(stack_name="stack"))


def test_hidden_dependencies_of_a_large_template_cost_no_more_for_each_resource():
    # The first use imports the types.
    assert large(2).dependencies["port1"] == {"net1", "subnet1"}
    few, many = large(50), large(400)
    each_of_few = lines(lambda: few.dependencies) / 50
    each_of_many = lines(lambda: many.dependencies) / 400
    assert many.dependencies["port399"] == {"net399", "subnet399"}
    assert each_of_many < each_of_few * 1.1
