"""Server groups and flavors, against the simulated Nova."""

import dataclasses

import pytest

from heat_mq.errors import CloudGone
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.nova.flavor import Flavor
from heat_mq.resources.types.nova.server_group import ServerGroup


def groups(cloud):
    return list(cloud.compute.each("/os-server-groups", "server_groups"))


@pytest.mark.parametrize("lose", [[], ["create"]])
def test_a_server_group_is_made_and_deleted(driver, cloud, lose):
    record = driver.create(ServerGroup, "group", {"policies": ["soft-affinity"]}, lose=lose)
    (found,) = groups(cloud)
    assert (found["id"], found["name"]) == (driver.reference(record), record.physical_name)
    assert driver.read(record)["policies"] == ["soft-affinity"]
    assert not driver.needs_replace_failed(record)
    driver.delete(record)
    assert groups(cloud) == []
    driver.delete(record)
    assert driver.needs_replace_failed(record)


def test_a_server_group_whose_create_failed_is_made_anew(driver, cloud):
    failed = dataclasses.replace(driver.create(ServerGroup, "group"), status="FAILED")
    assert driver.needs_replace_failed(failed)
    driver.finish(failed, "prepare_replace")
    assert groups(cloud) == []


def test_a_server_group_has_rules(driver, cloud):
    record = driver.create(ServerGroup, "group", {"name": "apart", "rules": {"max_server_per_host": 2}})
    shown = cloud.compute.get(f"/os-server-groups/{record.physical_id}", version="2.64")["server_group"]
    assert (shown["name"], shown["policy"], shown["rules"]) == ("apart", "anti-affinity", {"max_server_per_host": 2})


@pytest.fixture
def admin(cloud_of, cloud_clock):
    return Driver(cloud_of("admin"), cloud_clock)


@pytest.mark.parametrize("lose", [[], ["create"], ["check_create"]])
def test_a_flavor_is_made_changed_and_deleted(admin, lose):
    raw = {"ram": 64, "vcpus": 1, "is_public": False, "tenants": ["demo"], "extra_specs": {"hw:a": "1", "hw:b": True}}
    record = admin.create(Flavor, "size", raw, lose=lose)
    compute = admin.cloud.compute
    assert admin.read(record)["name"] == record.physical_name
    assert admin.attribute(record, "is_public") is False
    assert admin.attribute(record, "extra_specs") == {"hw:a": "1", "hw:b": "true"}
    access = compute.get(f"/flavors/{record.physical_id}/os-flavor-access")["flavor_access"]
    assert len(access) == 1
    record = admin.update(record, {**raw, "extra_specs": {"hw:c": "2"}, "tenants": ["admin"]}, lose=["update"])
    assert admin.attribute(record, "extra_specs") == {"hw:c": "2"}
    after = compute.get(f"/flavors/{record.physical_id}/os-flavor-access")["flavor_access"]
    assert [item["tenant_id"] for item in after] != [item["tenant_id"] for item in access]
    admin.delete(record)
    with pytest.raises(CloudGone):
        admin.read(record)
    admin.delete(record)


def test_a_flavor_whose_create_failed_half_way_gives_name_and_id_to_its_successor(admin):
    raw = {"name": "small", "flavorid": "one", "ram": 64, "vcpus": 1, "extra_specs": {"hw:a": "1"}}
    made = admin.create(Flavor, "size", raw)
    assert not admin.needs_replace_failed(dataclasses.replace(made, action="UPDATE", status="FAILED"))
    failed = dataclasses.replace(made, status="FAILED")
    assert admin.needs_replace_failed(failed)
    admin.finish(failed, "prepare_replace")
    successor = admin.create(Flavor, "size", raw)
    admin.delete(failed)
    assert admin.read(successor)["id"] == "one"
    admin.delete(successor)
