"""Abandon, export and adopt: objects go from one stack to another and nothing happens to them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq.errors import BadRequest, Conflict, NotFound, NotSupported
from tests.simulation import keepers
from tests.simulation.acts import abandon, adopt, bring_back, create, export, signal, take, told, update
from tests.simulation.keepers import contents, fill, keeper
from tests.simulation.test_deaths import _die
from tests.simulation.users import with_users
from tests.simulation.world import World, states

CHAIN: dict[str, Any] = {"net": {"value": "1"}, "port": {"uses": ["net"]}, "word": {"type": "OS::Heat::RandomString"}}
INNER = {
    "heat_template_version": "2021-04-16",
    "resources": {
        "one": {"type": "Sim::Thing"},
        "two": {"type": "Sim::Thing", "properties": {"uses": [{"get_resource": "one"}]}},
    },
}
TREE: dict[str, Any] = {
    "resources": {
        "provider": {"type": "inner.yaml"},
        "group": {
            "type": "OS::Heat::ResourceGroup",
            "properties": {"count": 2, "resource_def": {"type": "Sim::Thing", "properties": {"value": "%index%"}}},
        },
        "after": {"depends_on": ["provider", "group"], "value": "x"},
    },
    "files": {"inner.yaml": json.dumps(INNER)},
}


@pytest.fixture(autouse=True)
def _keepers() -> Iterator[None]:
    with keepers.registered():
        yield


@pytest.fixture(autouse=True)
def _allowed(world: World) -> None:
    allow(world)


def allow(world: World) -> World:
    world.service.may_adopt = world.service.may_abandon = True
    return world


def created(world: World, resources: dict[str, Any] = CHAIN, **more: Any) -> str:
    stack = create(world, resources, **more)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE", world.story()
    return stack


def abandoned(world: World, resources: dict[str, Any] = CHAIN, **more: Any) -> dict[str, Any]:
    """The dump of a stack; its objects are nobody's until they are adopted."""
    return abandon(world, created(world, resources, **more))


def test_an_abandoned_stack_leaves_its_objects_and_no_record(world: World) -> None:
    stack = created(world)
    objects, log = copy.deepcopy(world.cloud.objects), list(world.cloud.log)
    dump = abandon(world, stack)
    assert (world.cloud.objects, world.cloud.log) == (objects, log)
    assert (world.state(stack), world.stack(stack).is_live) == ("DELETE_COMPLETE", False)
    assert not world.rows(stack)
    assert not world.clouds.trusts
    assert (dump["name"], dump["id"], dump["action"], dump["status"]) == ("stack", stack, "CREATE", "COMPLETE")
    assert dump["resources"]["net"] == {
        "name": "net",
        "resource_id": next(id for id, item in objects.items() if "-net-" in item["name"]),
        "type": "Sim::Thing",
        "action": "CREATE",
        "status": "COMPLETE",
        "metadata": {},
        "resource_data": {},
    }
    assert dump["resources"]["word"]["resource_data"].keys() == {"value"}
    again = adopt(world, dump, name="stack")
    world.run()
    assert world.state(again) == "ADOPT_COMPLETE"


def test_an_export_is_the_dump_of_a_stack_that_stays(world: World) -> None:
    stack = created(world, **TREE)
    dump = export(world, stack)
    assert dump["resources"]["group"]["resources"].keys() == {"0", "1"}
    assert export(world, stack) == dump == abandon(world, stack)
    with pytest.raises(NotFound):
        export(world, stack)
    adopt(world, dump)
    world.run()


def test_an_adoption_tells_what_heats_tells_and_touches_nothing(world: World) -> None:
    dump = abandoned(world)
    log = list(world.cloud.log)
    stack = adopt(world, dump, name="adp")
    world.run()
    assert world.cloud.log == log
    assert world.state(stack) == "ADOPT_COMPLETE"
    lines = told(world, stack)
    assert (lines[0], lines[-1]) == (
        "adp ADOPT_IN_PROGRESS: Stack ADOPT started",
        "adp ADOPT_COMPLETE: Stack ADOPT completed successfully",
    )
    for name in CHAIN:
        mine = [line for line in lines if line.startswith(f"{name} ")]
        assert mine == [f"{name} ADOPT_IN_PROGRESS: state changed", f"{name} ADOPT_COMPLETE: state changed"]
    assert {name: row.physical_id for name, row in world.rows(stack).items()} == {
        name: entry["resource_id"] for name, entry in dump["resources"].items()
    }


def test_a_tree_is_abandoned_adopted_updated_and_deleted_with_nothing_made_anew(world: World) -> None:
    dump = abandoned(world, **TREE)
    objects, log = set(world.cloud.objects), list(world.cloud.log)
    stack = adopt(world, dump)
    world.run()
    assert world.state(stack) == "ADOPT_COMPLETE", world.story()
    assert {world.state(other) for other in world.all_stacks()} == {"ADOPT_COMPLETE", "DELETE_COMPLETE"}
    update(world, stack, **TREE)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert (set(world.cloud.objects), world.cloud.log) == (objects, log)
    changed = copy.deepcopy(TREE)
    changed["resources"]["group"]["properties"]["count"] = 3
    changed["resources"]["after"]["value"] = "y"
    update(world, stack, **changed)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert len(world.cloud.objects) == len(objects) + 1
    assert objects < set(world.cloud.objects)
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert not world.cloud.objects


def test_values_that_a_patch_gave_for_no_parameter_stand_in_no_adoptions_way(world: World) -> None:
    stack = created(world)
    update(world, stack, CHAIN, environment={"parameters": {"typo": "x"}}, existing=True)
    world.run()
    dump = abandon(world, stack)
    assert dump["environment"]["parameters"] == {}
    adopted = adopt(world, dump)
    world.run()
    assert world.state(adopted) == "ADOPT_COMPLETE"


def test_names_that_a_group_does_not_use_again_are_adopted_too(world: World) -> None:
    def group(**more: Any) -> dict[str, Any]:
        return {
            "group": {
                "type": "OS::Heat::ResourceGroup",
                "properties": {"count": 2, "resource_def": {"type": "Sim::Thing"}, **more},
            }
        }

    stack = created(world, group())
    update(world, stack, group(removal_policies=[{"resource_list": ["0"]}]))
    world.run()
    log = list(world.cloud.log)
    again = adopt(world, abandon(world, stack))
    world.run()
    child = world.rows(again)["group"].physical_id or ""
    assert world.rows(child).keys() == {"1", "2"}
    update(world, again, group())
    world.run()
    assert (world.state(again), world.cloud.log) == ("UPDATE_COMPLETE", log)


def test_what_signals_have_said_is_adopted_and_the_way_to_signal_is_made_anew(world: World) -> None:
    users = with_users(world)
    how = {"signal_transport": "CFN_SIGNAL"}
    resources = {"handle": {"type": "OS::Heat::WaitConditionHandle", "properties": how}, "net": {"value": "1"}}
    stack = created(world, resources)
    signal(world, stack, "handle", {"status": "SUCCESS", "id": "one", "data": "here"})
    dump = abandon(world, stack)
    again = adopt(world, dump)
    world.run()
    assert world.state(again) == "ADOPT_COMPLETE", world.story()
    assert world.rows(again)["handle"].metadata["one"]["data"] == "here"
    assert again in json.dumps(export(world, again)["resources"]["handle"]["resource_data"])
    assert len(users.users) == 2
    world.delete(again)
    world.run()
    assert len(users.users) == 1


def test_a_scaling_group_is_adopted_with_its_members_and_its_policy_works(world: World) -> None:
    with_users(world)
    properties = {"min_size": 1, "max_size": 5, "desired_capacity": 2, "resource": {"type": "Sim::Thing"}}
    policy = {
        "auto_scaling_group_id": {"get_resource": "group"},
        "adjustment_type": "change_in_capacity",
        "scaling_adjustment": 1,
    }
    resources = {
        "group": {"type": "OS::Heat::AutoScalingGroup", "properties": properties},
        "grow": {"type": "OS::Heat::ScalingPolicy", "properties": policy},
    }
    dump = abandoned(world, resources)
    log = list(world.cloud.log)
    stack = adopt(world, dump)
    world.run()
    assert (world.state(stack), world.cloud.log) == ("ADOPT_COMPLETE", log), world.story()
    update(world, stack, resources)
    world.run()
    assert world.cloud.log == log
    signal(world, stack, "grow")
    world.run()
    assert len(world.cloud.objects) == 3


def test_users_of_a_dump_are_not_taken_over(world: World) -> None:
    dump = abandoned(world)
    dump["resources"]["net"]["resource_data"] = {"stack_user": {"user_id": "admin", "project_id": "p"}, "mine": "1"}
    dump["stack_user_project_id"] = "somebody else's"
    stack = adopt(world, dump)
    world.run()
    data = export(world, stack)
    assert data["resources"]["net"]["resource_data"] == {"mine": "1"}
    assert world.stack(stack).stack_user_project_id is None
    assert "user_id" not in json.dumps(data)


def test_parameters_of_the_request_win_over_those_of_the_dump(world: World) -> None:
    from heat_mq.engine.commands.create import create_stack

    template = {
        "heat_template_version": "2021-04-16",
        "parameters": {"a": {"type": "string"}, "b": {"type": "string", "hidden": True}},
        "resources": {"net": {"type": "Sim::Thing", "properties": {"value": {"get_param": "a"}}}},
    }
    parameters = {"parameters": {"a": "1", "b": "xyzzy"}}
    made = create_stack(world.service, world.context, "stack", template, parameters, None, {})["stack_id"]
    world.run()
    dump = abandon(world, made)
    assert dump["environment"]["parameters"] == {"a": "1", "b": "xyzzy"}
    args = {"adopt_stack_data": dump}
    again = create_stack(world.service, world.context, "again", {}, {"parameters": {"a": "2"}}, None, args)["stack_id"]
    world.run()
    assert world.state(again) == "ADOPT_COMPLETE"
    assert export(world, again)["environment"]["parameters"] == {"a": "2", "b": "xyzzy"}


@pytest.mark.parametrize("rollback", [False, True])
def test_a_resource_without_an_id_fails_the_adoption_and_keeps_the_objects(world: World, rollback: bool) -> None:
    dump = abandoned(world, **TREE)
    objects, log = copy.deepcopy(world.cloud.objects), list(world.cloud.log)
    broken = copy.deepcopy(dump)
    broken["resources"]["group"]["resources"]["1"]["resource_id"] = None
    stack = adopt(world, broken, disable_rollback=not rollback)
    world.run()
    assert "ADOPT_FAILED" in world.events(stack)
    reason = "Resource ADOPT failed: Error: resources.group.resources.1: Resource ID was not provided."
    assert reason in "\n".join(told(world, stack))
    assert world.state(stack) == ("ROLLBACK_COMPLETE" if rollback else "ADOPT_FAILED"), world.story()
    assert (world.cloud.objects, world.cloud.log) == (objects, log)
    if rollback:
        assert not world.rows(stack)
        world.delete(stack)
        world.run()
        assert (world.cloud.objects, world.cloud.log) == (objects, log)
        stack = adopt(world, dump, name="third")
        world.run()
        assert world.state(stack) == "ADOPT_COMPLETE"
    else:
        update(world, stack, **TREE)
        world.run()
        assert world.state(stack) == "UPDATE_COMPLETE", world.story()
        assert len(world.cloud.objects) == len(objects) + 1
        lost = dump["resources"]["group"]["resources"]["1"]["resource_id"]
        world.cloud.remove(lost)


def test_an_object_that_is_gone_fails_the_adoption_and_the_next_update_makes_it(world: World) -> None:
    dump = abandoned(world, {"net": {"value": "1"}, "port": {"value": "2"}})
    gone = dump["resources"]["net"]["resource_id"]
    del world.cloud.objects[gone]
    stack = adopt(world, dump)
    world.run()
    assert world.state(stack) == "ADOPT_FAILED"
    assert f"CloudGone: resources.net: {gone} does not exist" in world.stack(stack).status_reason
    assert states(world, stack) == ["net ADOPT_FAILED", "port ADOPT_COMPLETE"]
    update(world, stack, {"net": {"value": "1"}, "port": {"value": "2"}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE", world.story()
    assert len(world.cloud.named("net")) == len(world.cloud.named("port")) == 1


def test_what_was_not_adopted_is_left_alone_when_the_stack_is_deleted(world: World) -> None:
    dump = abandoned(world, {"net": {"value": "1"}, "port": {"uses": ["net"]}})
    dump["resources"]["net"]["resource_id"] = "object-99"
    stack = adopt(world, dump)
    world.run()
    assert states(world, stack) == ["net ADOPT_FAILED", "port INIT_COMPLETE"]
    log = list(world.cloud.log)
    world.delete(stack)
    world.run()
    assert (world.state(stack), world.cloud.log) == ("DELETE_COMPLETE", log)
    world.cloud.objects.clear()


def test_what_is_not_allowed_is_refused(world: World) -> None:
    stack = create(world, TREE["resources"], files=TREE["files"])
    for verb in (export, abandon):
        with pytest.raises(Conflict):
            verb(world, stack)
    world.run()
    child = world.rows(stack)["group"].physical_id or ""
    with pytest.raises(NotSupported, match="nested"):
        abandon(world, child)
    dump = export(world, stack)
    world.service.may_adopt = world.service.may_abandon = False
    for verb in (export, abandon):
        with pytest.raises(NotSupported, match="enable_stack_abandon"):
            verb(world, stack)
    with pytest.raises(NotSupported, match="enable_stack_adopt"):
        adopt(world, dump)


@pytest.mark.parametrize(
    "broken",
    [
        {"template": None},
        {"template": []},
        {"environment": []},
        {"files": {"a": 1}},
        {"resources": []},
        {"resources": {"net": "x"}},
        {"resources": {"net": {"resource_id": 1}}},
        {"resources": {"net": {"resource_id": ""}}},
        {"resources": {"net": {"resource_id": "x" * 256}}},
        {"resources": {"net": {"resource_id": "a\0b"}}},
        {"resources": {"net": {"resource_data": []}}},
        {"resources": {"net": {"metadata": "x"}}},
        {"resources": {"net": {"resources": {"a": 1}}}},
    ],
)
def test_a_dump_of_the_wrong_shape_is_refused(world: World, broken: dict[str, Any]) -> None:
    from heat_mq.engine.commands.create import create_stack

    template = {"heat_template_version": "2021-04-16", "resources": {"net": {"type": "Sim::Thing"}}}
    args = {"adopt_stack_data": {"template": template, **broken}}
    with pytest.raises(BadRequest, match="adopt_stack_data"):
        create_stack(world.service, world.context, "stack", template, None, None, args)
    assert not world.all_stacks()


def test_snapshots_of_an_abandoned_stack_are_forgotten_and_their_copies_stay(world: World) -> None:
    stack = created(world, {"disk": keeper()})
    take(world, stack)
    world.run()
    dump = abandon(world, stack)
    assert len(world.cloud.copies) == 1
    again = adopt(world, dump)
    world.run()
    assert world.state(again) == "ADOPT_COMPLETE"


def test_an_adopted_stack_is_saved_and_restored(world: World) -> None:
    stack = adopt(world, abandoned(world, {"disk": keeper()}))
    world.run()
    fill(world, "disk", "first")
    snapshot = take(world, stack)
    world.run()
    fill(world, "disk", "second")
    bring_back(world, stack, snapshot)
    world.run()
    assert (world.state(stack), contents(world, "disk")) == ("RESTORE_COMPLETE", ["first"])


@pytest.mark.parametrize("moment", ["before transaction", "after transaction"])
def test_a_death_anywhere_costs_nothing(make_world: Callable[..., World], moment: str) -> None:
    at = 0
    while True:
        at += 1
        world = allow(make_world(seed=at))
        world.eager = True
        dump = abandoned(world, **TREE)
        log = list(world.cloud.log)
        count = _die(world, moment, at)
        stack = adopt(world, dump)
        world.run()
        assert (world.state(stack), world.cloud.log) == ("ADOPT_COMPLETE", log), f"death {at}: {world.story()}"
        if count() < at:
            break
        world.close()
    assert at > 1
