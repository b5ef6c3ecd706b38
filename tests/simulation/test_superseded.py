"""A rollback that begins while a replacement is in hand."""

from __future__ import annotations

from tests.simulation.acts import cancel
from tests.simulation.world import World


def test_a_replacement_in_hand_is_not_in_force_again_when_a_rollback_has_brought_the_old_object_back(
    world: World,
) -> None:
    stack = world.create({"d": {"fixed": "1"}})
    world.run()
    before = world.rows(stack)["d"].physical_id
    world.update(stack, {"d": {"fixed": "2", "looks": 3}})
    world.run(until=lambda: len(world.cloud.objects) == 2)  # made, and its id not yet written
    cancel(world, stack, rollback=True)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert world.rows(stack)["d"].physical_id == before
    assert len(world.cloud.objects) == 1, world.story()
