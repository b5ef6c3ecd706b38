"""What holds for every type that is an object of Neutron."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from heat_mq.errors import CloudGone
from heat_mq.resources.kit import registry
from heat_mq.resources.types.neutron.neutron_object import marker

NAMED = ["Net", "Subnet", "Port", "Router", "SecurityGroup"]


@pytest.fixture
def needs(stack) -> Any:
    """Properties that a type cannot do without."""

    def of(type_name: str) -> dict[str, Any]:
        match type_name:
            case "Subnet":
                return {"network": stack.create("Net", "its_net").physical_id, "cidr": "10.99.0.0/24"}
            case "Port":
                return {"network": stack.create("Net", "its_net").physical_id}
            case "FloatingIP":
                return {"floating_network": "public"}
            case "SecurityGroupRule":
                return {"security_group": stack.create("SecurityGroup", "its_group").physical_id, "protocol": "udp"}
        return {}

    return of


ALL = [*NAMED, "FloatingIP", "SecurityGroupRule"]


@pytest.mark.parametrize("kind", ALL)
def test_it_is_created_checked_and_deleted(stack, needs, kind):
    record = stack.create(kind, "thing", **needs(kind))
    assert stack.driver.reference(record) == record.physical_id
    assert stack.driver.read(record)["id"] == record.physical_id
    stack.driver.check(record)
    assert not stack.driver.needs_replace_failed(record)
    stack.delete(record)
    assert not stack.exists(record)
    assert stack.driver.needs_replace_failed(record)
    with pytest.raises(CloudGone):
        stack.driver.check(record)


@pytest.mark.parametrize("kind", ALL)
def test_one_whose_create_failed_half_way_is_gone_before_its_successor_is_made(stack, needs, kind):
    properties = needs(kind)
    failed = dataclasses.replace(stack.create(kind, "thing", **properties), status="FAILED")
    assert stack.driver.needs_replace_failed(failed)
    stack.driver.finish(failed, "prepare_replace")
    assert not stack.exists(failed)
    successor = stack.create(kind, "thing", **properties)
    stack.driver.finish(failed, "restore_replaced")
    stack.driver.delete(failed)
    assert stack.exists(successor)


@pytest.mark.parametrize("kind", ALL)
def test_a_second_delete_is_quiet(stack, needs, kind):
    record = stack.create(kind, "thing", **needs(kind))
    stack.delete(record, lose=("delete", "check_delete"))
    stack.driver.delete(record)


@pytest.mark.parametrize("kind", NAMED)
def test_without_a_name_it_has_the_physical_name_and_no_description(stack, needs, kind):
    record = stack.create(kind, "thing", **needs(kind))
    live = stack.driver.read(record)
    assert (live["name"], live["description"]) == (record.physical_name, "")


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("naming", [{}, {"name": "shared name"}])
def test_a_create_whose_answer_was_lost_is_not_done_twice(stack, needs, kind, naming):
    other = stack.create(kind, "other", **{"name": "shared name", **needs(kind)})
    record = stack.create(kind, "thing", lose=("create", "check_create"), **needs(kind), **naming)
    assert made_for(stack, kind, record) == {record.physical_id}
    assert record.physical_id != other.physical_id


def test_a_floating_ip_whose_answer_was_lost_is_not_taken_twice(stack):
    record = stack.create("FloatingIP", "ip", lose=("create",), floating_network="public")
    assert made_for(stack, "FloatingIP", record) == {record.physical_id}


def made_for(stack, kind, record):
    """Ids of all objects that were made for a resource."""
    objects = stack.network.all(registry.get(f"OS::Neutron::{kind}").kind)
    return {
        each["id"]
        for each in objects
        if each.get("name") == record.physical_name or each["description"] == marker(record)
    }


def test_a_description_asked_for_replaces_the_marker(stack):
    record = stack.create("SecurityGroup", "group", lose=("create",), name="web", description="Lets in the web")
    assert stack.driver.read(record)["description"] == "Lets in the web"
    named = stack.create("Net", "named", name="mine", value_specs={"description": "Mine"}, lose=("create",))
    assert stack.driver.read(named)["description"] == "Mine"
    unsaid = stack.create("Net", "unsaid", name="mine too")
    assert stack.driver.read(unsaid)["description"] == marker(unsaid)


@pytest.mark.parametrize("kind", ["Net", "Subnet", "Port", "Router"])
def test_tags_are_set_after_the_create_and_replaced_by_an_update(stack, needs, kind):
    properties = needs(kind)
    record = stack.create(kind, "thing", tags=["a", "b"], lose=("create", "check_create"), **properties)
    assert sorted(stack.driver.read(record)["tags"]) == ["a", "b"]
    record = stack.update(record, tags=["c"], lose=("update",), **properties)
    assert stack.driver.read(record)["tags"] == ["c"]
    record = stack.update(record, **properties)
    assert stack.driver.read(record)["tags"] == []


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_is_changed_in_place_and_taken_away_again(stack, needs, kind):
    properties = needs(kind)
    record = stack.create(kind, "thing", **properties)
    renamed = stack.update(record, name="new name", **properties)
    assert renamed.physical_id == record.physical_id
    assert stack.driver.read(renamed)["name"] == "new name"
    assert stack.driver.read(stack.update(renamed, **properties))["name"] == record.physical_name
