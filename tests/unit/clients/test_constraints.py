"""Custom constraints: what each takes and refuses, and what is remembered."""

from __future__ import annotations

import uuid

import pytest

from heat_mq.clients.constraints import Checker
from heat_mq.clients.local_constraints import RULES
from heat_mq.errors import CloudTransient

GOOD = {
    "ip_addr": ["10.0.0.1", "::1", "2001:db8::1"],
    "ip_or_cidr": ["10.0.0.1", "10.0.0.0/8", "2001:db8::/32"],
    "net_cidr": ["10.0.0.0/24", "10.0.0.7/24", "2001:db8::/64", "0.0.0.0/0"],
    "mac_addr": ["fa:16:3e:00:00:01", "FA-16-3E-00-00-01", "fa16.3e00.0001", "fa163e000001"],
    "dns_name": ["", "web", "web.example.com", "web.example.com.", "1.2.3"],
    "rel_dns_name": ["", "web", "web.sub"],
    "dns_domain": ["", "example.com."],
    "cron_expression": ["", "*/5 * * * *", "@daily"],
    "timezone": ["", "UTC", "Europe/Berlin"],
    "iso_8601": ["2024-01-01T00:00:00Z", "2024-01-01", "20240101T101010"],
    "expiration": ["", "2999-01-01T00:00:00Z", "2999-01-01T00:00:00"],
    "json_string": ["", "{}", '{"a": [1]}'],
    "test_constr": ["0", 0],
}
BAD = {
    "ip_addr": ["", "10.0.0.01", "10.0.0", "300.0.0.1", "fe80::1%eth0", 7, None, "10.0.0.0/8"],
    "ip_or_cidr": ["", "10.0.0.0/33", "x/8"],
    "net_cidr": ["", "10.0.0.0", "10.0/16", "10.0.0.0/33", "2001:db8::/129", "10.0.0.0/255.0.0.0", "10.0.0.0/"],
    "mac_addr": ["", "fa:16:3e:00:00", "gg:16:3e:00:00:01", 5],
    "dns_name": ["Web", "-web", "web-", "a..b", "a" * 64, "a_b", "1.2.", ".".join(["a" * 60] * 5)],
    "rel_dns_name": ["web.", "Web", ".".join(["a" * 62] * 4) + "a.b"],
    "dns_domain": ["example.com", "Example.com."],
    "cron_expression": ["* * *", "61 * * * *", "x"],
    "timezone": ["Nowhere/City", "../etc/passwd", "no\x00zone"],
    "iso_8601": ["yesterday", "2024-13-01"],
    "expiration": ["2001-01-01T00:00:00Z", "soon"],
    "json_string": ["{", "a"],
    "test_constr": ["x"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_good_value_passes(name, value):
    assert RULES[name](value) is None


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_answered_with_what_is_wrong(name, value):
    assert RULES[name](value)


def test_every_rule_is_tried():
    assert set(GOOD) == set(BAD) == set(RULES)


def test_what_was_found_is_remembered_for_the_project_and_what_was_not_is_not(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    checker = Checker()
    cloud.network._names.seconds = 0
    problem = checker.check(cloud, "neutron.network", "front")
    assert problem == "Error validating value 'front': The network (front) could not be found."
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": [{"id": str(uuid.uuid4()), "name": "front"}]}))
    before = scripted.count("GET", "/network/v2.0/networks")
    assert [checker.check(cloud, "neutron.network", "front") for _ in range(3)] == [None] * 3
    assert scripted.count("GET", "/network/v2.0/networks") == before + 1


def test_a_service_that_fails_gives_no_verdict(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (500, {}, {"Retry-After": "0"}))
    with pytest.raises(CloudTransient):
        Checker().check(cloud, "neutron.network", "front")


def test_a_service_that_the_cloud_lacks_makes_the_value_wrong(cloud):
    assert "no block-storage service" in (Checker().check(cloud, "cinder.volume", "v") or "")


def test_a_list_is_no_name(cloud):
    assert Checker().check(cloud, "neutron.network", ["a"])


def test_an_unknown_constraint_makes_every_value_wrong_and_names_the_nearest(cloud):
    assert (
        Checker().check(cloud, "nova.flavr", "m1")
        == "the constraint nova.flavr is not known. Did you mean 'nova.flavor'?"
    )


def test_an_empty_key_name_means_no_key(cloud):
    assert Checker().check(cloud, "nova.keypair", "") is None


def test_a_key_pair_is_looked_up_by_its_name(scripted, cloud):
    scripted.on("GET", "/compute/v2.1/os-keypairs/a%20key", (200, {"keypair": {"name": "a key"}}))
    scripted.on("GET", "/compute/v2.1/os-keypairs", (200, {"keypairs": [{"keypair": {"name": "a key"}}]}))
    assert Checker().check(cloud, "nova.keypair", "a key") is None
    assert "Did you mean 'a key'" in (Checker().check(cloud, "nova.keypair", "akey") or "")
