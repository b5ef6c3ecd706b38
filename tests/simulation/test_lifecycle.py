"""One stack and one worker: what each change of a template does to the objects."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.db.repo.resources import set_metadata
from heat_mq.engine.queries.outputs import stack_outputs
from heat_mq.errors import CloudConflict, CloudTransient, ServiceMissing
from heat_mq.resources.kit import Call
from tests.simulation.types import Thing
from tests.simulation.world import World, states

CHAIN: dict[str, Any] = {"net": {"value": "1"}, "port": {"uses": ["net"]}, "server": {"uses": ["port"]}}


def test_a_stack_is_created_in_order_and_deleted_in_reverse(world: World) -> None:
    stack = world.create(CHAIN)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert states(world, stack) == [f"{name} CREATE_COMPLETE" for name in ("net", "port", "server")]
    made = [id for verb, id in world.cloud.log if verb == "make"]
    assert [world.cloud.objects[id]["name"].split("-")[1] for id in made] == ["net", "port", "server"]
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert [id for verb, id in world.cloud.log if verb == "remove"] == made[::-1]
    assert not world.cloud.objects
    assert not world.clouds.trusts


def test_an_unchanged_template_touches_nothing(world: World) -> None:
    stack = world.create(CHAIN)
    world.run()
    log, events = list(world.cloud.log), world.events(stack)
    world.update(stack, CHAIN)
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.cloud.log == log
    assert world.events(stack) == [*events, "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_a_change_in_place_keeps_the_object(world: World) -> None:
    stack = world.create(CHAIN)
    world.run()
    before = world.rows(stack)["net"].physical_id
    world.update(stack, {**CHAIN, "net": {"value": "2"}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.rows(stack)["net"].physical_id == before
    assert world.cloud.named("net")[0]["value"] == "2"
    assert world.events(stack, "net")[-2:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert world.events(stack, "server") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


@pytest.mark.parametrize("how", ["fixed", "late"])
def test_a_replacement_is_made_first_and_users_move_over_before_the_old_goes(world: World, how: str) -> None:
    stack = world.create(CHAIN)
    world.run()
    old = world.rows(stack)["net"].physical_id
    world.cloud.log.clear()
    world.update(stack, {**CHAIN, "net": {"value": "1", how: "new"}})
    world.run()
    new, port = world.rows(stack)["net"].physical_id, world.rows(stack)["port"].physical_id
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert new != old
    assert world.cloud.log == [("make", new), ("change", port), ("remove", old)]
    assert world.cloud.objects[port]["uses"] == [new]


def test_an_immutable_property_is_refused_and_the_object_stays(world: World) -> None:
    stack = world.create({"net": {"sealed": "1"}})
    world.run()
    world.update(stack, {"net": {"sealed": "2"}})
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    assert "sealed" in world.stack(stack).status_reason
    assert len(world.cloud.objects) == 1


def test_what_failed_is_made_anew_by_the_next_update(world: World) -> None:
    stack = world.create({"net": {"fail": True}, "port": {"uses": ["net"]}})
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert world.stack(stack).status_reason.startswith("Resource CREATE failed: ResourceFailure: resources.net: ")
    assert states(world, stack) == ["net CREATE_FAILED"]
    world.update(stack, {"net": {}, "port": {"uses": ["net"]}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert len(world.cloud.objects) == 2


def test_a_failed_delete_can_be_tried_again(world: World) -> None:
    stack = world.create(CHAIN)
    world.run()

    def busy(moment: str, verb: str, name: str) -> None:
        if verb == "remove" and "-port-" in name:
            raise CloudConflict("the port is busy")

    world.cloud.trouble = busy
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_FAILED"
    assert "the port is busy" in world.stack(stack).status_reason
    assert sorted(item["name"].split("-")[1] for item in world.cloud.objects.values()) == ["net", "port"]
    world.cloud.trouble = lambda *_: None
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert not world.cloud.objects


def test_a_conflict_that_passes_is_waited_for(world: World) -> None:
    stack = world.create(CHAIN)
    world.run()
    refusals = iter((1, 2, 3))

    def busy(moment: str, verb: str, name: str) -> None:
        if verb == "remove" and next(refusals, None):
            raise CloudConflict("not yet")

    world.cloud.trouble = busy
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"


def test_a_create_that_has_to_wait_is_asked_again_and_makes_one_object(world: World) -> None:
    stack = world.create({"net": {"held": 100}, "port": {"uses": ["net"]}})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert [verb for verb, _ in world.cloud.log] == ["make", "make"]
    assert world.events(stack, "net") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_a_retained_object_stays_and_its_row_goes(world: World) -> None:
    stack = world.create({"net": {"deletion_policy": "Retain"}, "port": {"uses": ["net"]}})
    world.run()
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert [item["name"].split("-")[1] for item in world.cloud.objects.values()] == ["net"]
    world.cloud.objects.clear()


def test_a_create_whose_answer_was_lost_adopts_what_it_made(world: World) -> None:
    lost = iter((True,))

    def lose(moment: str, verb: str, name: str) -> None:
        if moment == "after" and verb == "make" and next(lost, False):
            raise CloudTransient("no answer")

    world.cloud.trouble = lose
    stack = world.create({"net": {}})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert len(world.cloud.objects) == 1


def test_what_is_removed_from_the_template_goes_after_its_users(world: World) -> None:
    stack = world.create(CHAIN)
    world.run()
    world.update(stack, {"server": {"uses": []}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert [verb for verb, _ in world.cloud.log[-3:]] == ["change", "remove", "remove"]
    assert states(world, stack) == ["server UPDATE_COMPLETE"]


def test_a_failure_leaves_what_it_does_not_touch_to_go_on_and_removes_nothing(world: World) -> None:
    stack = world.create({**CHAIN, "gone": {}, "net": {"uses": ["gone"]}})
    world.run()
    world.update(stack, {**CHAIN, "net": {"value": "2", "fail": True}, "other": {}})
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    assert states(world, stack) == [
        "gone CREATE_COMPLETE",
        "net UPDATE_FAILED",
        "other CREATE_COMPLETE",
        "port CREATE_COMPLETE",
        "server CREATE_COMPLETE",
    ]


def test_a_value_changed_in_place_reaches_those_who_read_it(world: World) -> None:
    def of(value: str) -> dict[str, Any]:
        return {
            "given": {"type": "OS::Heat::Value", "properties": {"value": value}},
            "net": {"value": {"get_attr": ["given", "value"]}},
        }

    stack = world.create(of("1"))
    world.run()
    world.update(stack, of("2"))
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.cloud.named("net")[0]["value"] == "2"


def test_an_update_that_failed_and_is_taken_back_reaches_the_object_again(world: World) -> None:
    stack = world.create({"net": {"value": "1", "healthy": True}})
    world.run()
    broken = iter((True,))

    def fail(moment: str, verb: str, name: str) -> None:
        if moment == "after" and verb == "change" and next(broken, False):
            raise ValueError("half done")

    world.cloud.trouble = fail
    world.update(stack, {"net": {"value": "2", "healthy": True}})
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    assert world.cloud.named("net")[0]["value"] == "2"
    world.update(stack, {"net": {"value": "1", "healthy": True}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.cloud.named("net")[0]["value"] == "1"


def test_of_updates_that_failed_one_after_the_other_each_is_taken_back(world: World) -> None:
    stack = world.create({"net": {"value": "1", "healthy": True}})
    world.run()
    for value, at in (("2", "after"), ("1", "before")):

        def fail(moment: str, verb: str, name: str, at: str = at) -> None:
            if (moment, verb) == (at, "change"):
                raise ValueError("no more")

        world.cloud.trouble = fail
        world.update(stack, {"net": {"value": value, "healthy": True}})
        world.run()
        assert (world.state(stack), world.cloud.named("net")[0]["value"]) == ("UPDATE_FAILED", "2")
    world.cloud.trouble = lambda *_: None
    world.update(stack, {"net": {"value": "1", "healthy": True}})
    world.run()
    assert (world.state(stack), world.cloud.named("net")[0]["value"]) == ("UPDATE_COMPLETE", "1")


def test_a_delete_that_fails_still_knows_the_update_that_did_not_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = world.create({"net": {"value": "1", "healthy": True}})
    world.run()

    def fail(moment: str, verb: str, name: str) -> None:
        if moment == "after" and verb == "change":
            raise ValueError("half done")

    world.cloud.trouble = fail
    world.update(stack, {"net": {"value": "2", "healthy": True}})
    world.run()
    seen: list[list[str]] = []
    delete = Thing.delete

    def note(self: Thing, call: Call) -> None:
        seen.append([each["value"] for each in call.tried])
        if len(seen) == 1:
            raise ValueError("not now")
        delete(self, call)

    monkeypatch.setattr(Thing, "delete", note)
    for state in ("DELETE_FAILED", "DELETE_COMPLETE"):
        world.delete(stack)
        world.run()
        assert world.state(stack) == state
    assert seen == [["2"], ["2"]]


def test_a_failed_update_rolls_back_to_the_very_objects_that_were_there(world: World) -> None:
    before = {**CHAIN, "net": {"value": "1", "gives": True}}
    stack = world.create(before, disable_rollback=False)
    world.run()
    objects = {name: row.physical_id for name, row in world.rows(stack).items()}
    world.update(stack, {**before, "net": {"value": "1", "gives": True, "fixed": "new", "fail": True}, "more": {}})
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert {name: row.physical_id for name, row in world.rows(stack).items()} == objects
    assert world.cloud.objects.keys() == set(objects.values())
    assert world.cloud.named("net")[0]["value"] == "1"


def test_an_object_that_was_replaced_is_brought_back_when_another_resource_fails_long_after(world: World) -> None:
    stack = world.create(CHAIN, disable_rollback=False)
    world.run()
    objects = {name: row.physical_id for name, row in world.rows(stack).items()}
    late = {"value": "1", "fail": True, "looks": 9}
    world.update(stack, {**CHAIN, "net": {"value": "1", "fixed": "new"}, "other": late})
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert {name: row.physical_id for name, row in world.rows(stack).items()} == objects
    assert world.cloud.objects.keys() == set(objects.values())


def test_an_object_that_went_for_its_successor_is_there_again_after_a_rollback(world: World) -> None:
    before = {"net": {"value": "1", "goes": True}}
    stack = world.create(before, disable_rollback=False)
    world.run()
    first = world.rows(stack)["net"].physical_id
    world.update(stack, {"net": {"value": "1", "goes": True, "fixed": "new", "fail": True}})
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    again = world.rows(stack)["net"].physical_id
    assert again != first
    assert world.cloud.objects.keys() == {again}
    world.update(stack, {"net": {"value": "2", "goes": True}})
    world.run()
    assert world.cloud.objects[again]["value"] == "2"


def test_an_object_whose_successor_stands_elsewhere_stays_until_that_is_there(world: World) -> None:
    stack = world.create({"net": {"value": "1", "goes": True}})
    world.run()
    first = world.rows(stack)["net"].physical_id
    world.update(stack, {"net": {"value": "2", "goes": True, "fixed": "new"}})
    world.run(until=lambda: len(world.cloud.objects) == 2)
    assert first in world.cloud.objects
    world.run()
    assert world.cloud.objects.keys() == {world.rows(stack)["net"].physical_id}


def test_an_object_that_stayed_for_a_successor_that_failed_goes_for_the_next_one(world: World) -> None:
    stack = world.create({"net": {"value": "1", "goes": True}})
    world.run()
    first = world.rows(stack)["net"].physical_id
    world.update(stack, {"net": {"value": "2", "goes": True, "fixed": "new", "fail": True}})
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    assert first in world.cloud.objects
    met: list[bool] = []

    def look(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("before", "make"):
            met.append(first in world.cloud.objects)

    world.cloud.trouble = look
    world.update(stack, {"net": {"value": "1", "goes": True, "fixed": "newer"}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert met == [False]
    assert world.cloud.objects.keys() == {world.rows(stack)["net"].physical_id}


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_cannot_make_room_fails_the_replacement_and_stays(world: World, when: str) -> None:
    before = {"net": {"value": "1", "gives": True}}
    stack = world.create(before, disable_rollback=False)
    world.run()
    first = world.rows(stack)["net"].physical_id
    refused = iter((True,))

    def refuse(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == (when, "change") and next(refused, False):
            raise ValueError("it is in use")

    world.cloud.trouble = refuse
    world.update(stack, {"net": {"value": "1", "gives": True, "fixed": "new"}})
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert "CREATE_FAILED" in world.events(stack, "net")
    assert world.rows(stack)["net"].physical_id == first
    assert world.cloud.objects.keys() == {first}
    assert world.cloud.objects[first]["value"] == "1"


def test_a_failed_create_rolls_back_to_nothing(world: World) -> None:
    stack = world.create({**CHAIN, "server": {"uses": ["port"], "fail": True}}, disable_rollback=False)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert not world.cloud.objects
    assert not world.rows(stack)


def test_a_change_around_a_resource_does_not_begin_its_update(world: World) -> None:
    """A wait condition that is done has nothing to wait for when only its dependencies change."""

    def of(*needs: str) -> dict[str, Any]:
        condition = {"type": "OS::Heat::WaitCondition", "properties": {"handle": "handle", "timeout": 60}}
        return {
            "net": {},
            "handle": {"type": "OS::Heat::Value", "properties": {"value": 1}},
            "wait": {**condition, "depends_on": ["handle", *needs]},
        }

    stack = world.create(of())
    world.run(until=lambda: "handle" in world.rows(stack))
    world.database.write(set_metadata, world.rows(stack)["handle"].id, {"1": {"status": "SUCCESS", "data": None}})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    world.update(stack, of("net"))
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE", world.stack(stack).status_reason
    assert world.events(stack, "wait")[-2:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_an_action_that_takes_too_long_ends_and_the_next_one_mends_it(world: World) -> None:
    stack = world.create({"net": {"park": True, "looks": 1000}, "port": {"uses": ["net"]}}, timeout_mins=1)
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert world.stack(stack).status_reason == "Timed out"
    assert states(world, stack) == ["net CREATE_FAILED"]
    world.update(stack, {"net": {}, "port": {"uses": ["net"]}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert len(world.cloud.objects) == 2


def test_an_attribute_that_changes_by_itself_is_read_when_it_is_asked_for(world: World) -> None:
    of_net = {"type": "OS::Heat::Value", "properties": {"value": {"get_attr": ["net", "state"]}}}
    outputs = {"now": {"value": {"get_attr": ["net", "state"]}}, "kept": {"value": {"get_attr": ["net", "value"]}}}
    stack = world.create({"net": {"value": "first"}, "copy": of_net}, outputs=outputs)
    world.run()
    (id,) = world.cloud.objects
    world.cloud.turn(id, "suspend", "SUSPENDED")
    world.cloud.change(id, {"value": "second"}, at_once=True)
    shown = {item["output_key"]: item["output_value"] for item in stack_outputs(world.service, world.stack(stack))}
    assert shown == {"now": "SUSPENDED", "kept": "first"}
    assert world.properties(world.rows(stack)["copy"])["value"] == "ACTIVE"


def test_what_a_cloud_without_the_service_could_not_make_needs_no_deletion(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(service_type: str) -> None:
        raise ServiceMissing("The cloud offers no thing service: the region does not exist")

    monkeypatch.setattr(world.clouds, "service", missing)
    stack = world.create({"thing": {"value": "1"}})
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"


def test_a_rollback_leaves_an_object_that_somebody_else_has_deleted_to_the_next_update(world: World) -> None:
    before = {"net": {"value": "1", "gives": True}}
    stack = world.create(before, disable_rollback=False)
    world.run()
    first = world.rows(stack)["net"].physical_id

    def lose(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("after", "make"):
            world.cloud.objects.pop(first, None)

    world.cloud.trouble = lose
    world.update(stack, {"net": {"value": "1", "gives": True, "fixed": "new", "fail": True}})
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert world.rows(stack)["net"].physical_id == first
    assert world.cloud.objects == {}


def test_a_delete_makes_nothing_anew_that_a_rollback_could_not_make(world: World) -> None:
    before = {"net": {"value": "1", "goes": True}}
    stack = world.create(before, disable_rollback=False)
    world.run()
    made: list[str] = []

    def refuse(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("before", "make"):
            made.append(name)
            if len(made) > 1:
                raise ValueError("the quota is used up")

    world.cloud.trouble = refuse
    world.update(stack, {"net": {"value": "1", "goes": True, "fixed": "new", "fail": True}})
    world.run()
    assert (world.state(stack), len(made)) == ("ROLLBACK_FAILED", 2)
    world.delete(stack)
    world.run()
    assert (world.state(stack), len(made)) == ("DELETE_COMPLETE", 2)
    assert world.cloud.objects == {}


def test_an_object_that_a_rollback_could_not_make_anew_is_made_by_the_next_update(world: World) -> None:
    before = {"net": {"value": "1", "goes": True}}
    stack = world.create(before, disable_rollback=False)
    world.run()
    refused = iter((False, True))

    def refuse(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("before", "make") and next(refused, False):
            raise ValueError("the quota is used up")

    world.cloud.trouble = refuse
    world.update(stack, {"net": {"value": "1", "goes": True, "fixed": "new", "fail": True}})
    world.run()
    assert world.state(stack) == "ROLLBACK_FAILED"
    assert "the quota is used up" in world.stack(stack).status_reason
    row = world.rows(stack)["net"]
    assert (row.action, row.status) == ("CREATE", "COMPLETE")
    world.update(stack, before)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.cloud.objects.keys() == {world.rows(stack)["net"].physical_id}


def test_what_never_was_is_deleted_though_what_it_was_to_belong_to_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuse(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("before", "make"):
            raise CloudConflict("not now")

    world.cloud.trouble = refuse
    stack = world.create({"rule": {}})
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    monkeypatch.setattr(world.cloud, "find", lambda name: world.cloud.get("what it was to belong to"))
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
