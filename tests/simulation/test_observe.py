"""Updates with ``converge``: the old side of the comparison is what is really there."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.preview_update import preview_update_stack
from tests.counting import statements
from tests.simulation.acts import create, told, update
from tests.simulation.cloud import Death
from tests.simulation.nests import NEST
from tests.simulation.world import World, states, template

CHAIN: dict[str, Any] = {"a": {"value": "1"}, "b": {"value": "2", "uses": ["a"]}}


def made(world: World, resources: dict[str, Any], **more: Any) -> str:
    stack = create(world, resources, **more)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    world.cloud.log.clear()
    return stack


def object_of(world: World, stack: str, name: str) -> dict[str, Any]:
    return world.cloud.objects[world.rows(stack)[name].physical_id or ""]


def lose(world: World, stack: str, name: str) -> str:
    """Somebody deletes the object of a resource, whoever uses it."""
    id = world.rows(stack)[name].physical_id or ""
    del world.cloud.objects[id]
    return id


def test_what_was_changed_by_others_is_changed_back(world: World) -> None:
    stack = made(world, CHAIN)
    object_of(world, stack, "a")["value"] = "theirs"
    update(world, stack, CHAIN, converge=True)
    world.run()
    assert (world.state(stack), object_of(world, stack, "a")["value"]) == ("UPDATE_COMPLETE", "1")
    assert states(world, stack) == ["a UPDATE_COMPLETE", "b CREATE_COMPLETE"]
    assert world.cloud.log == [("change", world.rows(stack)["a"].physical_id)]


def test_without_converge_nobody_looks(world: World) -> None:
    stack = made(world, CHAIN)
    object_of(world, stack, "a")["value"] = "theirs"
    update(world, stack, CHAIN)
    world.run()
    assert (world.state(stack), object_of(world, stack, "a")["value"]) == ("UPDATE_COMPLETE", "theirs")


def test_the_option_looks_at_every_update(world: World) -> None:
    stack = made(world, CHAIN)
    world.service.observe_on_update = True
    for value in ("theirs", "theirs again"):
        object_of(world, stack, "a")["value"] = value
        update(world, stack, CHAIN)
        world.run()
        assert object_of(world, stack, "a")["value"] == "1"


def test_converge_is_for_one_update(world: World) -> None:
    stack = made(world, CHAIN)
    update(world, stack, CHAIN, converge=True)
    world.run()
    object_of(world, stack, "a")["value"] = "theirs"
    update(world, stack, CHAIN, existing=True)
    world.run()
    assert object_of(world, stack, "a")["value"] == "theirs"


def test_what_is_there_as_wanted_is_not_changed_again(world: World) -> None:
    stack = made(world, CHAIN)
    object_of(world, stack, "a")["value"] = "new"
    update(world, stack, {**CHAIN, "a": {"value": "new"}}, converge=True)
    world.run()
    assert (world.state(stack), world.cloud.log) == ("UPDATE_COMPLETE", [])


def test_what_the_template_leaves_open_is_left_to_others(world: World) -> None:
    stack = made(world, {"a": {}})
    object_of(world, stack, "a")["value"] = "theirs"
    update(world, stack, {"a": {}}, converge=True)
    world.run()
    assert (world.state(stack), object_of(world, stack, "a")["value"]) == ("UPDATE_COMPLETE", "theirs")


def test_a_missing_object_is_made_anew_and_its_users_follow(world: World) -> None:
    stack = made(world, CHAIN)
    old = lose(world, stack, "a")
    update(world, stack, CHAIN, converge=True)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    new = world.rows(stack)["a"].physical_id
    assert new != old
    assert object_of(world, stack, "b")["uses"] == [new]
    assert len(world.cloud.objects) == 2
    gone = f"a CHECK_FAILED: the object {old} does not exist any more; it is replaced"
    assert gone in told(world, stack)


def test_a_missing_object_whose_replacement_is_restricted_stays_missing(world: World) -> None:
    stack = made(world, CHAIN)
    lose(world, stack, "a")
    restricting = {"resource_registry": {"resources": {"a": {"restricted_actions": ["replace"]}}}}
    update(world, stack, CHAIN, environment=restricting, converge=True)
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    assert "replace is restricted" in world.stack(stack).status_reason
    assert [verb for verb, _ in world.cloud.log] == []


@pytest.mark.parametrize("moment", range(1, 9))
def test_whenever_the_worker_dies_one_new_object_comes_to_be(world: World, moment: int) -> None:
    stack = made(world, CHAIN)
    lose(world, stack, "a")
    update(world, stack, CHAIN, converge=True)
    left = iter(range(moment - 1))

    def kill(number: int) -> None:
        if next(left, None) is None:
            world.after_transaction = lambda number: None
            raise Death

    world.after_transaction = kill
    world.run()
    assert (world.state(stack), len(world.cloud.objects)) == ("UPDATE_COMPLETE", 2)


def test_nested_stacks_look_too(world: World) -> None:
    stack = made(world, **NEST)
    inner = world.rows(stack)["group"].physical_id or ""
    lose(world, inner, "one")
    update(world, stack, NEST["resources"], files=NEST["files"], converge=True)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert object_of(world, inner, "two")["uses"] == [world.rows(inner)["one"].physical_id]
    assert len(world.cloud.objects) == 3


def test_a_rollback_goes_back_to_what_was_stored(world: World) -> None:
    stack = made(world, CHAIN)
    object_of(world, stack, "a")["value"] = "theirs"
    failing = {"a": {"value": "3"}, "b": {"value": "2", "uses": ["a"], "fail": True}}
    update(world, stack, failing, converge=True, disable_rollback=False)
    world.run()
    assert (world.state(stack), object_of(world, stack, "a")["value"]) == ("ROLLBACK_COMPLETE", "1")


def test_what_is_as_wanted_costs_no_statement_of_its_own(world: World) -> None:
    def cost(count: int, name: str) -> int:
        resources: dict[str, Any] = {f"r{number}": {"value": "x"} for number in range(count)}
        stack = made(world, resources, name=name)
        update(world, stack, resources, converge=True)
        with statements(world.database.engine) as seen:
            world.run()
        assert world.state(stack) == "UPDATE_COMPLETE"
        return sum(" resource" in statement for statement in seen)

    world.eager = True
    few, many = cost(4, "few"), cost(40, "many")
    assert many - few <= 5, "statements about resources, for 36 more of them"


def preview(world: World, stack: str, resources: dict[str, Any], **args: Any) -> dict[str, list[str]]:
    identity = identity_of(world.stack(stack))
    answer = preview_update_stack(world.service, world.context, identity, template(resources), None, None, args)
    return {change: sorted(item["resource_name"] for item in found) for change, found in answer.items() if found}


def test_a_preview_tells_what_it_finds(world: World) -> None:
    resources = {**CHAIN, "c": {"value": "1"}, "d": {"value": "1"}}
    stack = made(world, resources)
    object_of(world, stack, "c")["value"] = "theirs"
    lose(world, stack, "d")
    assert preview(world, stack, resources, converge=True) == {
        "unchanged": ["a", "b"],
        "updated": ["c"],
        "replaced": ["d"],
    }
    assert preview(world, stack, resources) == {"unchanged": ["a", "b", "c", "d"]}


def test_a_preview_goes_by_what_is_stored_where_it_cannot_look(world: World) -> None:
    stack = made(world, CHAIN)
    world.cloud.get = _refuses  # type: ignore[method-assign]
    assert preview(world, stack, CHAIN, converge=True) == {"unchanged": ["a", "b"]}


def _refuses(id: str) -> dict[str, Any]:
    raise PermissionError("not for you")
