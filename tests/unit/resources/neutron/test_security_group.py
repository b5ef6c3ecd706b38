"""OS::Neutron::SecurityGroup and OS::Neutron::SecurityGroupRule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.errors import InvalidTemplate
from heat_mq.resources.types.neutron.rules import PROTOCOLS, difference, key

SSH = {"protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "10.0.0.0/8"}
PING = {"protocol": "icmp"}


def rules(stack, group, direction):
    live = stack.driver.read(group)["security_group_rules"]
    return sorted((key(rule)[1:5] for rule in live if rule["direction"] == direction), key=str)


EVERYTHING = [("IPv4", None, None, None), ("IPv6", None, None, None)]


@pytest.mark.parametrize("lose", [(), ("create",), ("check_create",), ("create", "check_create")])
def test_rules_for_what_comes_in_leave_the_default_ones_for_what_goes_out(stack, lose):
    group = stack.create("SecurityGroup", "g", rules=[SSH, PING], lose=lose)
    assert rules(stack, group, "ingress") == [("IPv4", "1", None, None), ("IPv4", "6", 22, 22)]
    assert rules(stack, group, "egress") == EVERYTHING


def test_the_first_rule_for_what_goes_out_takes_the_default_ones_away(stack):
    group = stack.create("SecurityGroup", "g", rules=[{"direction": "egress", "protocol": "udp"}])
    assert rules(stack, group, "egress") == [("IPv4", "17", None, None)]
    group = stack.update(group, rules=[])
    assert rules(stack, group, "egress") == EVERYTHING


def test_an_update_touches_only_the_rules_that_changed(stack):
    group = stack.create("SecurityGroup", "g", rules=[SSH, PING])
    before = {rule["id"] for rule in stack.driver.read(group)["security_group_rules"]}
    group = stack.update(group, rules=[PING, {**SSH, "port_range_max": 23}], lose=("update",))
    after = {rule["id"] for rule in stack.driver.read(group)["security_group_rules"]}
    assert len(before & after) == 3
    assert rules(stack, group, "ingress") == [("IPv4", "1", None, None), ("IPv4", "6", 22, 23)]


def test_a_rule_may_let_in_members_of_a_group_by_name_or_of_its_own(stack):
    other = stack.create("SecurityGroup", "other", name="the others")
    by_name = {"remote_mode": "remote_group_id", "remote_group_id": "the others", "remote_ip_prefix": "10.0.0.0/8"}
    group = stack.create("SecurityGroup", "g", rules=[by_name, {"remote_mode": "remote_group_id"}])
    live = stack.driver.read(group)["security_group_rules"]
    assert {rule["remote_group_id"] for rule in live if rule["direction"] == "ingress"} == {
        other.physical_id,
        group.physical_id,
    }
    assert [rule["remote_ip_prefix"] for rule in live] == [None] * 4


def test_the_description_is_changed_in_place(stack):
    group = stack.create("SecurityGroup", "g", description="one")
    group = stack.update(group, description="two")
    assert stack.driver.read(group)["description"] == "two"
    assert stack.driver.read(stack.update(group))["description"] == ""


def test_the_name_default_is_taken(stack):
    with pytest.raises(InvalidTemplate, match="default"):
        stack.create("SecurityGroup", "g", name="default")


@pytest.mark.parametrize("protocol", ["udp", 17, "icmp", "vrrp", 112])
def test_every_protocol_is_seen_again_in_what_neutron_answers(stack, protocol):
    group = stack.create("SecurityGroup", "g", rules=[{"protocol": protocol}])
    before = {rule["id"] for rule in stack.driver.read(group)["security_group_rules"]}
    group = stack.update(group, rules=[{"protocol": protocol}, SSH])
    assert before < {rule["id"] for rule in stack.driver.read(group)["security_group_rules"]}


def test_a_rule_of_its_own_is_found_again_after_a_lost_answer(stack):
    group = stack.create("SecurityGroup", "g")
    given = {**SSH, "security_group": group.physical_id, "remote_ip_prefix": "10.0.0.7/8"}
    rule = stack.create("SecurityGroupRule", "r", lose=("create",), **given)
    assert rules(stack, group, "ingress") == [("IPv4", "6", 22, 22)]
    assert stack.driver.reference(rule) == rule.physical_id


@pytest.mark.parametrize(
    "given",
    [
        {"remote_group": "a", "remote_ip_prefix": "10.0.0.0/8"},
        {"port_range_min": 5, "port_range_max": 4},
        {"protocol": "tpc"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(stack, given):
    with pytest.raises(InvalidTemplate):
        stack.create("SecurityGroupRule", "r", security_group="g", **given)


A_RULE = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["ingress", "egress"]),
        "ethertype": st.just("IPv4"),
        "protocol": st.sampled_from([None, "tcp", "6", "udp", *map(str, PROTOCOLS[:3])]),
        "remote_ip_prefix": st.sampled_from([None, "0.0.0.0/0", "10.0.0.0/8", "10.0.0.1/8"]),
    }
)


@given(st.lists(A_RULE, max_size=6), st.lists(A_RULE, max_size=6))
def test_the_difference_leads_from_the_live_rules_to_the_wanted_ones(wanted, live):
    live = [{**rule, "id": str(number)} for number, rule in enumerate(live)]
    missing, extra = difference(wanted, live)
    after = [rule for rule in live if rule["id"] not in extra] + missing
    assert {key(rule) for rule in after} == {key(rule) for rule in wanted}
    assert len({key(rule) for rule in after}) == len(after)
    assert difference(wanted, [{"id": "x", **rule} for rule in after]) == ([], [])
