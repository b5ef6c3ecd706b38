"""The plan that leads from one list of networks to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.clock import FakeClock
from heat_mq.resources.kit import Call
from heat_mq.resources.types.nova.server import interfaces

NETS = [{"network": "a"}, {"network": "b"}, {"port": "p"}, {"subnet": "s", "fixed_ip": "10.0.0.5"}]
ENTRIES = st.lists(st.sampled_from(NETS), max_size=5)


def plan(old, new, data=None, attached=None):
    call = Call(cloud=None, clock=FakeClock(), data=data if data is not None else {})
    return interfaces.plan(call, old, new, [], attached)


def joined(found):
    return [(item["slot"], item["entry"]) for item in found["join"]]


def test_an_entry_that_stays_keeps_its_slot_wherever_it_stands():
    found = plan([NETS[0], NETS[1]], [NETS[1], NETS[0]])
    assert found["slots"] == [1, 0]
    assert found["join"] == found["leave"] == found["drop"] == []


def test_what_went_is_detached_and_only_ports_of_the_server_are_deleted():
    found = plan([NETS[0], NETS[2]], [NETS[1]], {"ports": {"0": "own-0"}})
    assert found["leave"] == ["own-0", "p"]
    assert found["drop"] == ["own-0"]
    assert joined(found) == [(2, NETS[1])]


def test_a_slot_is_never_given_twice():
    data = {}
    assert joined(plan([NETS[0]], [NETS[1]], data)) == [(1, NETS[1])]
    # the change failed half-way: the old entries are still those of the record
    assert joined(plan([NETS[0]], [NETS[3]], data)) == [(2, NETS[3])]


def test_what_a_failed_change_has_attached_leaves_with_the_next_one():
    data = {"ports": {"0": "own-0"}}
    plan([NETS[0]], [NETS[1], NETS[2]], data)
    data["ports"]["1"] = "own-1"
    found = plan([NETS[0]], [NETS[0]], data)
    assert found["leave"] == ["own-1", "p"]
    assert found["drop"] == ["own-1"]


def test_a_changed_property_of_a_port_is_altered_in_place():
    old = {"network": "a", "port_extra_properties": {"admin_state_up": True}}
    new = {"network": "a", "port_extra_properties": {"admin_state_up": False}}
    found = plan([old], [new])
    assert found["alter"] == [{"slot": 0, "old": old, "new": new}]
    assert found["join"] == []


def test_interfaces_that_the_cloud_chose_leave_when_the_template_names_some():
    assert plan(None, [NETS[0]])["others"] is True
    assert plan([{"allocate_network": "auto"}], [NETS[0]])["others"] is True
    assert plan([NETS[0]], [{"allocate_network": "none"}])["others"] is True
    assert plan([NETS[0]], [NETS[1]])["others"] is False
    assert plan([NETS[0]], None)["others"] is False


def test_the_cloud_chooses_when_the_template_names_none():
    assert plan([NETS[0]], None)["choose"] == "any"
    assert plan([NETS[0]], [{"allocate_network": "auto"}])["choose"] == "auto"
    assert plan([NETS[0]], [NETS[1]])["choose"] == ""


@given(ENTRIES, ENTRIES)
def test_a_plan_leads_to_exactly_the_new_entries(old, new):
    found = plan(old, new)
    assert len(found["slots"]) == len(set(found["slots"])) == len(new)
    stay = [slot for slot in found["slots"] if slot < len(old)]
    assert len(stay) + len(found["join"]) == len(new)
    for slot, entry in zip(found["slots"], new, strict=True):
        if slot < len(old):
            assert old[slot] == entry
        else:
            assert (slot, entry) in joined(found)


@given(ENTRIES)
def test_the_same_entries_need_nothing(entries):
    found = plan(entries, entries)
    assert found["join"] == found["leave"] == found["alter"] == []


OWN = {"id": "own-0", "network_id": "a", "fixed_ips": [{"subnet_id": "s", "ip_address": "10.0.0.5"}]}


@pytest.mark.parametrize(
    "entry",
    [
        {"subnet": "s"},
        {"network": "a", "subnet": "s"},
        {"network": "a", "fixed_ip": "10.0.0.5"},
        {"port": "own-0"},
    ],
)
def test_an_entry_that_asks_in_other_words_for_what_the_own_port_has_keeps_it(entry):
    found = plan([NETS[0]], [entry], {"ports": {"0": "own-0"}}, {"own-0": OWN})
    assert found["slots"] == [0]
    assert found["join"] == found["leave"] == found["drop"] == []


@pytest.mark.parametrize(
    "entry",
    [
        {"network": "b"},
        {"subnet": "t"},
        {"network": "a", "fixed_ip": "10.0.0.6"},
        {"port": "p"},
        {"network": "a", "tag": "nic"},
        {"network": "a", "port_extra_properties": {"mac_address": "fa:16:3e:00:00:01"}},
    ],
)
def test_an_entry_that_asks_for_something_else_gets_another_port(entry):
    found = plan([NETS[0]], [entry], {"ports": {"0": "own-0"}}, {"own-0": OWN})
    assert joined(found) == [(1, entry)]
    assert found["drop"] == ["own-0"]


def test_a_given_port_is_not_kept_for_an_entry_that_no_longer_names_it():
    found = plan([{"port": "own-0"}], [{"network": "a"}], {}, {"own-0": OWN})
    assert joined(found) == [(1, {"network": "a"})]
    assert found["leave"] == ["own-0"]
    assert found["drop"] == []


def test_entries_that_say_the_same_as_before_choose_first():
    other = {"id": "own-1", "network_id": "a", "fixed_ips": [{"subnet_id": "s", "ip_address": "10.0.0.7"}]}
    data = {"ports": {"0": "own-0", "1": "own-1"}}
    old, new = [{"network": "a"}, {"subnet": "s"}], [{"network": "a", "subnet": "s"}, {"network": "a"}]
    assert plan(old, new, data, {"own-0": OWN, "own-1": other})["slots"] == [1, 0]


def test_an_own_port_that_is_named_is_lent_and_not_deleted_whatever_else_the_entry_says():
    data = {"ports": {"0": "own-0", "1": "own-1"}}
    attached = {"own-0": OWN, "own-1": {**OWN, "id": "own-1"}}
    found = plan([NETS[0], NETS[1]], [{"port": "own-0"}, {"port": "own-1", "tag": "nic"}], data, attached)
    assert found["lend"] == ["own-0", "own-1"]
    assert found["drop"] == found["leave"] == []


def test_a_lent_port_is_the_servers_own_again_when_the_entry_says_what_it_said_before():
    data = {"lent_ports": {"0": "own-0"}}
    found = plan([{"port": "own-0"}], [NETS[0]], data, {"own-0": OWN})
    assert (found["slots"], found["take_back"]) == ([0], [0])
    assert found["join"] == found["leave"] == found["drop"] == []


def test_a_lent_port_that_is_dropped_is_detached_alone():
    found = plan([{"port": "own-0"}], [NETS[1]], {"lent_ports": {"0": "own-0"}}, {"own-0": OWN})
    assert found["leave"] == ["own-0"]
    assert found["drop"] == found["take_back"] == []


def test_what_an_update_that_failed_has_lent_is_taken_back():
    found = plan([NETS[0]], [NETS[0]], {"lent_ports": {"0": "own-0"}}, {"own-0": OWN})
    assert (found["slots"], found["take_back"], found["join"]) == ([0], [0], [])
