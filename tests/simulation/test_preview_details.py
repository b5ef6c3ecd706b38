"""What previews tell of each resource beside its fate: description, metadata and attributes, and at what cost."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.engine.queries.preview import preview_stack
from heat_mq.engine.queries.preview_update import preview_update_stack
from tests.counting import statements
from tests.simulation.acts import create
from tests.simulation.world import World, template

NEW: dict[str, Any] = {"value": None, "state": None}


def thing(description: str, *, metadata: Any = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Sim::Thing",
        "description": description,
        "metadata": metadata or {"of": description},
        "properties": properties,
    }


def previewed(world: World, stack: str, resources: dict[str, Any], **args: Any) -> dict[str, dict[str, Any]]:
    """By fate and name what is told of each resource."""
    found = preview_update_stack(
        world.service, world.context, world.identity(stack), template(resources), None, args.pop("files", None), args
    )
    return {f"{fate} {shown['resource_name']}": shown for fate, items in found.items() for shown in items}


def made(world: World, resources: dict[str, Any], **more: Any) -> str:
    stack = create(world, resources, **more)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    return stack


def test_each_resource_has_description_metadata_and_attributes(world: World) -> None:
    old = {name: thing(f"old {name}", value=name) for name in ("same", "changed", "other", "gone")}
    # What a template asks for is stored, and nothing else is known without a look at the cloud.
    old["asks"] = thing("old asks", value={"get_attr": ["changed", "value"]}, fixed={"get_attr": ["gone", "value"]})
    stack = made(world, old)
    world.cloud.log.clear()
    new = {
        "same": {**old["same"], "description": "new same"},
        "changed": thing("new changed", value="2"),
        "other": thing("new other", fixed="2"),
        "added": thing("new added", metadata={"id": {"get_resource": "same"}, "word": "w"}),
    }
    found = previewed(world, stack, new)
    details = ("description", "metadata", "attributes")
    assert {key: tuple(shown[name] for name in details) for key, shown in found.items()} == {
        "unchanged same": ("new same", {"of": "old same"}, NEW),
        "updated changed": ("old changed", {"of": "old changed"}, {"value": "changed", "state": None}),
        "replaced other": ("new other", {"of": "new other"}, NEW),
        "added added": ("new added", {"id": "known after apply", "word": "w"}, NEW),
        "deleted gone": ("old gone", {"of": "old gone"}, {"value": "gone", "state": None}),
        "deleted asks": ("old asks", {"of": "old asks"}, NEW),
    }
    assert world.cloud.log == []
    fresh = found["added added"]
    assert (fresh["physical_resource_id"], fresh["creation_time"], fresh["updated_time"]) == ("", None, None)
    assert found["replaced other"]["physical_resource_id"] == world.rows(stack)["other"].physical_id


INNER = """
heat_template_version: 2021-04-16
parameters:
  value: {type: string}
resources:
  thing:
    type: Sim::Thing
    description: of the nest
    metadata: {word: {get_param: value}}
    properties: {value: {get_param: value}}
outputs:
  out: {value: {get_attr: [thing, value]}}
"""
FILES = {"inner.yaml": INNER}


def inner(value: str) -> dict[str, Any]:
    return {"type": "inner.yaml", "properties": {"value": value}}


def test_resources_of_nested_stacks_have_them_too(world: World) -> None:
    uses = thing("uses", value={"get_attr": ["kept", "out"]})
    stack = made(world, {"kept": inner("1"), "uses": uses, "old": inner("1")}, files=FILES)
    found = previewed(
        world, stack, {"kept": inner("2"), "uses": uses, "new": inner("3")}, files=FILES, show_nested=True
    )
    assert found["updated kept"]["attributes"] == {"out": "1"}
    assert found["deleted old"]["attributes"] == {"out": None}
    assert found["added new"]["attributes"] == {"out": None}
    words = {fate: found[f"{fate} thing"]["metadata"] for fate in ("updated", "deleted", "added")}
    assert words == {"updated": {"word": "1"}, "deleted": {"word": "1"}, "added": {"word": "3"}}
    assert {found[f"{fate} thing"]["description"] for fate in words} == {"of the nest"}


@pytest.mark.parametrize("metadata", [{"p": {"get_param": "p"}}, {"whole": {"get_attr": ["b", "show"]}}], ids=str)
def test_the_preview_of_a_create_shows_metadata_as_far_as_it_is_known(world: World, metadata: dict[str, Any]) -> None:
    wanted = {
        **template({"a": thing("first", metadata=metadata), "b": thing("second")}),
        "parameters": {"p": {"type": "string", "hidden": True}},
    }
    shown = preview_stack(world.service, world.context, "stack", wanted, {"parameters": {"p": "secret"}}, None, {})
    first, second = shown["resources"]
    known = {"p": "******"} if "p" in metadata else {"whole": "known after apply"}
    assert (first["description"], first["metadata"], first["attributes"]) == ("first", known, NEW)
    assert second["metadata"] == {"of": "second"}


def test_a_preview_costs_the_same_statements_however_many_resources_there_are(world: World) -> None:
    def cost(count: int) -> int:
        resources = {f"r{number}": thing("r", value="1") for number in range(count)}
        stack = made(world, resources, name=f"s{count}")
        changed = {name: thing("r", value="2") for name in resources} | {"new": thing("new")}
        world.service.definitions._known.clear()
        with statements(world.database.engine) as seen:
            found = previewed(world, stack, changed)
        assert len(found) == count + 1
        return len(seen)

    assert cost(2) == cost(20)
