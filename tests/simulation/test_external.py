"""Resources that stand for objects of others."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.errors import InvalidTemplate
from tests.simulation.acts import check, create, mark, resume, suspend, told, update
from tests.simulation.world import World, states

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "stack_lifecycle.json"


def external(id: str, **more: Any) -> dict[str, Any]:
    return {"type": "Sim::Thing", "external_id": id, **more}


@pytest.fixture
def object_id(world: World) -> Iterator[str]:
    """An object that somebody else has made, and that is there as it was in the end."""
    id = world.cloud.make("theirs-net-1", {"value": "theirs", "uses": []})
    world.cloud.log.clear()
    yield id
    assert world.cloud.objects.pop(id)["value"] == "theirs"
    assert all(changed != id for _, changed in world.cloud.log)


def test_the_events_are_heats(world: World) -> None:
    stack = create(world, {"a": {"type": "OS::Heat::RandomString", "external_id": "ext-1"}}, name="ext")
    world.run()
    wanted = json.loads(REFERENCE.read_text())["observed_sequences"]["sequences"]["external_id"]["events"]
    note = "CHECK not supported for this resource type"
    assert told(world, stack) == [line.replace("<check not supported note>", note) for line in wanted]
    assert world.rows(stack)["a"].physical_id == "ext-1"


def test_an_external_object_is_used_and_never_touched(world: World, object_id: str) -> None:
    resources: dict[str, Any] = {"net": external(object_id), "port": {"uses": ["net"]}}
    stack = create(world, resources)
    world.run()
    assert states(world, stack) == ["net CHECK_COMPLETE", "port CREATE_COMPLETE"]
    assert world.cloud.objects[world.rows(stack)["port"].physical_id or ""]["uses"] == [object_id]
    for act in (suspend, resume, check):
        act(world, stack)
        world.run()
        assert world.stack(stack).status == "COMPLETE"
    update(world, stack, {**resources, "net": external(object_id, properties={"value": "ours", "fixed": "1"})})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    mark(world, stack, "net", True)
    update(world, stack, resources)
    world.run()
    assert (world.state(stack), world.rows(stack)["net"].physical_id) == ("UPDATE_COMPLETE", object_id)
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert [line for line in told(world, stack) if line.startswith("net DELETE")] == [
        "net DELETE_IN_PROGRESS: state changed",
        "net DELETE_COMPLETE: state changed",
    ]


def test_taken_out_of_the_template_it_stays_in_the_cloud(world: World, object_id: str) -> None:
    stack = create(world, {"net": external(object_id), "other": {}})
    world.run()
    update(world, stack, {"other": {}})
    world.run()
    assert (world.state(stack), states(world, stack)) == ("UPDATE_COMPLETE", ["other CREATE_COMPLETE"])


@pytest.mark.parametrize(("before", "after"), [("one", "two"), ("one", None), (None, "two")])
def test_another_object_or_none_is_refused(world: World, before: str | None, after: str | None) -> None:
    def resource(name: str | None) -> dict[str, Any]:
        return {"type": "OS::Heat::RandomString", **({"external_id": name} if name else {})}

    stack = create(world, {"a": resource(before)})
    world.run()
    id = world.rows(stack)["a"].physical_id
    update(world, stack, {"a": resource(after)})
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    assert "Update to external_id of a (OS::Heat::RandomString) is not supported" in world.stack(stack).status_reason
    update(world, stack, {"a": resource(before)})
    world.run()
    assert (world.state(stack), world.rows(stack)["a"].physical_id) == ("UPDATE_COMPLETE", id)


def test_an_object_that_is_not_there_is_told_at_once(world: World) -> None:
    with pytest.raises(InvalidTemplate, match="there is no Sim::Thing object-99"):
        create(world, {"net": external("object-99")})


def test_an_object_that_goes_meanwhile_fails_the_check_and_is_looked_for_again(world: World, object_id: str) -> None:
    theirs = world.cloud.objects[object_id]
    stack = create(world, {"net": external(object_id)})
    del world.cloud.objects[object_id]
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert states(world, stack) == ["net CHECK_FAILED"]
    world.cloud.objects[object_id] = theirs
    update(world, stack, {"net": external(object_id)})
    world.run()
    assert (world.state(stack), states(world, stack)) == ("UPDATE_COMPLETE", ["net CHECK_COMPLETE"])


def test_it_waits_for_nothing_by_name(world: World) -> None:
    with pytest.raises(InvalidTemplate, match="depends_on is not for a resource with an external_id"):
        create(world, {"a": {}, "b": {"type": "OS::Heat::RandomString", "external_id": "x", "depends_on": "a"}})
