"""What lists, events, previews and partial updates show and keep, as clients ask for them."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import pytest

from heat_mq.engine.commands.create import create_stack
from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.containers import MOST_BYTES, MOST_FILES, files_in_container
from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.events import list_events
from heat_mq.engine.queries.outputs import stack_outputs
from heat_mq.engine.queries.preview import preview_stack
from heat_mq.engine.queries.preview_update import preview_update_stack
from heat_mq.engine.queries.stacks import list_stacks, query_of
from heat_mq.engine.queries.validate import validate_template
from heat_mq.errors import CloudGone, InvalidTemplate, LimitExceeded, NotFound
from tests.simulation.acts import create
from tests.simulation.world import World

INNER = """
heat_template_version: 2018-08-31
parameters:
  value: {type: string, default: own}
resources:
  thing: {type: Sim::Thing, properties: {value: {get_param: value}}}
  other: {type: Sim::Thing, properties: {value: {get_param: "OS::stack_name"}}}
"""
FILES = {"inner.yaml": INNER}


def hot(**resources: Any) -> dict[str, Any]:
    return {"heat_template_version": "2018-08-31", "resources": resources}


def inner(value: Any) -> dict[str, Any]:
    return {"type": "inner.yaml", "properties": {"value": value}}


def made(world: World, wanted: dict[str, Any]) -> str:
    identity = create_stack(world.service, world.context, "stack", wanted, None, FILES, {})
    world.run()
    return identity["stack_id"]


def foretold(world: World, stack: str, wanted: dict[str, Any], **args: Any) -> dict[str, list[str]]:
    """Names by what would happen to them."""
    identity = identity_of(world.stack(stack))
    answer = preview_update_stack(world.service, world.context, identity, wanted, None, FILES, args)
    return {change: sorted(item["resource_name"] for item in items) for change, items in answer.items() if items}


THING = {"type": "Sim::Thing", "properties": {"value": "1"}}


def test_a_preview_walks_the_nested_stacks_when_it_is_asked_to(world: World) -> None:
    stack = made(world, hot(a=THING, kept=inner("1"), old=inner("1")))
    wanted = hot(a=THING, kept=inner("2"), new=inner("1"))
    top = {"unchanged": ["a"], "updated": ["kept"], "added": ["new"], "deleted": ["old"]}
    assert foretold(world, stack, wanted) == top
    assert foretold(world, stack, wanted, show_nested=True) == {
        "unchanged": ["a", "other"],
        "updated": ["kept", "thing"],
        "added": ["new", "other", "thing"],
        "deleted": ["old", "other", "thing"],
    }


def previewed(world: World, wanted: dict[str, Any]) -> list[Any]:
    answer = preview_stack(world.service, world.context, "stack", wanted, None, FILES, {})
    assert (answer["stack_identity"]["stack_id"], answer["parameters"]["OS::stack_id"]) == ("None", "None")
    return cast(list[Any], answer["resources"])


def test_the_preview_of_a_create_shows_defaults_and_names_what_is_nested_by_its_own_stack(world: World) -> None:
    random, (thing, other) = previewed(world, hot(one={"type": "OS::Heat::RandomString"}, two=inner("x")))
    assert (random["properties"]["length"], random["attributes"]) == (32, {"value": None})
    assert (random["stack_name"], random["physical_resource_id"], random["creation_time"]) == ("stack", "", None)
    assert (thing["stack_name"], thing["parent_resource"]) == ("stack-two", "two")
    assert (thing["resource_name"], thing["properties"]["value"]) == ("thing", "x")
    assert other["properties"]["value"] == "nested-two"


def test_the_preview_of_a_group_goes_into_members_that_use_what_does_not_exist_yet(world: World) -> None:
    member = {"type": "inner.yaml", "properties": {"value": {"get_resource": "one"}}}
    group = {"type": "OS::Heat::ResourceGroup", "properties": {"count": 2, "resource_def": member}}
    members = next(shown for shown in previewed(world, hot(one=THING, group=group)) if isinstance(shown, list))
    assert [[each["resource_name"] for each in inside] for inside in members] == [["thing", "other"]] * 2
    assert members[0][0]["properties"]["value"] == "known after apply"


def test_members_that_use_what_does_not_exist_yet_are_checked_as_far_as_they_are_known(world: World) -> None:
    member = {"type": "OS::Heat::RandomString", "properties": {"salt": {"get_resource": "one"}, "length": "many"}}
    group = {"type": "OS::Heat::ResourceGroup", "properties": {"count": 0, "resource_def": member}}
    with pytest.raises(InvalidTemplate, match="length"):
        create_stack(world.service, world.context, "stack", hot(one=THING, group=group), None, None, {})


def test_a_validation_names_templates_that_are_types_and_looks_no_deeper_than_their_language(world: World) -> None:
    wrong_property = INNER.replace("value: {get_param: value}", "valve: {get_param: value}")
    wrong_parameter = INNER.replace("get_param: value", "get_param: valve")
    wanted = hot(two={"type": "inner.yaml"})
    for text in (INNER, wrong_property):
        answer = validate_template(world.service, world.context, wanted, None, {"inner.yaml": text})
        assert answer["Environment"] == {
            "parameters": {},
            "parameter_defaults": {},
            "resource_registry": {"inner.yaml": "inner.yaml", "resources": {}},
            "event_sinks": [],
        }
    with pytest.raises(InvalidTemplate, match="valve"):
        validate_template(world.service, world.context, wanted, None, {"inner.yaml": wrong_parameter})
    with pytest.raises(InvalidTemplate, match="valve"):
        create_stack(world.service, world.context, "stack", wanted, None, {"inner.yaml": wrong_property}, {})


def test_an_output_of_a_nested_stack_that_cannot_be_had_keeps_no_other_one_back(world: World) -> None:
    outputs = """
outputs:
  good: {value: {get_attr: [thing, value]}}
  bad: {value: {get_param: lost}}
"""
    wanted = hot(two=inner("x"))
    wanted["outputs"] = {name: {"value": {"get_attr": ["two", name]}} for name in ("good", "bad")}
    identity = create_stack(world.service, world.context, "stack", wanted, None, {"inner.yaml": INNER + outputs}, {})
    world.run()
    shown = {each["output_key"]: each for each in stack_outputs(world.service, world.stack(identity["stack_id"]))}
    assert (shown["good"]["output_value"], "output_error" in shown["good"]) == ("x", False)
    assert shown["bad"]["output_error"] == "Error in two output bad: The Parameter (lost) was not provided."


def test_the_preview_of_a_group_beyond_all_limits_does_not_write_out_its_members(world: World) -> None:
    many = {"type": "OS::Heat::Value", "properties": {"value": 10**9}}

    def group(count: Any) -> dict[str, Any]:
        return {"type": "OS::Heat::ResourceGroup", "properties": {"count": count, "resource_def": THING}}

    stack = made(world, hot(many=many, group=group(1)))
    wanted = hot(many=many, group=group({"get_attr": ["many", "value"]}))
    assert foretold(world, stack, wanted, show_nested=True) == {"unchanged": ["many"], "updated": ["group"]}


def test_a_value_that_a_sibling_keeps_changes_nothing_below(world: World) -> None:
    wanted = hot(a=THING, kept=inner({"get_attr": ["a", "value"]}))
    stack = made(world, wanted)
    assert foretold(world, stack, wanted, show_nested=True)["unchanged"] == ["a", "other", "thing"]


def test_an_event_looked_at_alone_shows_the_properties_of_its_resource(world: World) -> None:
    stack = create(world, {"a": {"value": "1"}})
    world.run()
    identity = identity_of(world.stack(stack))
    last = list_events(world.service, world.context, identity, filters={"resource_name": ["a"]})[0]
    assert last["resource_status"] == "COMPLETE"
    id = last["event_identity"]["path"].rpartition("/")[2]
    (alone,) = list_events(world.service, world.context, identity, filters={"uuid": [id], "resource_name": ["a"]})
    assert alone["resource_properties"]["value"] == "1"


def test_a_secret_property_is_in_no_event_though_its_value_stands_in_the_template(world: World) -> None:
    stack = create(world, {"a": {"value": "1", "hush": "first whisper"}})
    world.run()
    world.update(stack, {"a": {"value": "1", "hush": "second whisper"}})
    world.run()
    identity = identity_of(world.stack(stack))
    told = list_events(world.service, world.context, identity, filters={"resource_name": ["a"]})
    shown = []
    for event in told:
        id = event["event_identity"]["path"].rpartition("/")[2]
        (alone,) = list_events(world.service, world.context, identity, filters={"uuid": [id]})
        shown.append(alone["resource_properties"])
    assert [each["hush"] for each in shown] == ["******"] * 4
    assert "whisper" not in repr((told, shown))


def test_a_cleared_parameter_has_the_default_of_the_environment_again(world: World) -> None:
    wanted = {
        "heat_template_version": "2018-08-31",
        "parameters": {"word": {"type": "string", "default": "of the template"}},
        "resources": {"a": {"type": "Sim::Thing", "properties": {"value": {"get_param": "word"}}}},
    }
    environment = {"parameters": {"word": "given"}, "parameter_defaults": {"word": "of the environment"}}
    identity = create_stack(world.service, world.context, "stack", wanted, environment, None, {})
    world.run()
    update_stack(
        world.service, world.context, identity, None, None, None, {"existing": True, "clear_parameters": ["word"]}
    )
    world.run()
    assert world.service.definitions.stored(world.stack(identity["stack_id"])).bound.parameters["word"] == (
        "of the environment"
    )


def test_stacks_with_a_hidden_tag_are_listed_when_they_are_asked_for(world: World) -> None:
    create(world, {"a": {"value": "1"}}, name="plain", tags=["red"])
    create(world, {"a": {"value": "1"}}, name="hidden", tags=["red", "internal"])
    world.run()
    service = dataclasses.replace(world.service, hidden_tags=("internal",))
    shown = {
        flag: sorted(
            stack["stack_name"] for stack in list_stacks(service, query_of(service, world.context, show_hidden=flag))
        )
        for flag in (False, True)
    }
    assert shown == {False: ["plain"], True: ["hidden", "plain"]}


class Store:
    """An object store with one container."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = objects
        self.read: list[str] = []

    def list_objects(self, container: str) -> list[tuple[str, int]]:
        if container != "box":
            raise CloudGone("there is no such container")
        return [(name, len(content)) for name, content in self.objects.items()]

    def get_object(self, container: str, name: str) -> bytes:
        self.read.append(name)
        return self.objects[name]


class StoreCloud:
    """A cloud of every caller, with an object store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def cloud(self, *who: Any) -> StoreCloud:
        return self

    def service(self, service_type: str) -> Store:
        assert service_type == "object-store"
        return self.store


def files(world: World, store: Store, container: str = "box", sent: tuple[str, ...] = ()) -> dict[str, str]:
    service = dataclasses.replace(world.service, clouds=cast(Any, StoreCloud(store)))
    return files_in_container(service, world.context, container, sent)


def test_files_that_were_not_sent_are_read_from_the_container(world: World) -> None:
    store = Store(**{"a.yaml": b"text", "sent.yaml": b"old", "dir/": b"", "picture": b"\xff\xfe"})
    assert files(world, store, sent=("sent.yaml",)) == {"a.yaml": "text", "picture": "//4="}
    assert store.read == ["a.yaml", "picture"]


def test_a_container_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(NotFound, match="container nowhere"):
        files(world, Store(), container="nowhere")


@pytest.mark.parametrize("name", [".", "..", "box/a.yaml"])
def test_a_path_is_no_container(world: World, name: str) -> None:
    with pytest.raises(NotFound, match="no name of a container"):
        files(world, Store(), container=name)


@pytest.mark.parametrize(
    "objects",
    [{"big": bytes(MOST_BYTES + 1)}, {f"file {number}": b"" for number in range(MOST_FILES + 1)}],
    ids=["bytes", "files"],
)
def test_of_a_container_that_holds_too_much_nothing_is_read(world: World, objects: dict[str, bytes]) -> None:
    store = Store(**objects)
    with pytest.raises(LimitExceeded, match="container box holds too much"):
        files(world, store)
    assert store.read == []
