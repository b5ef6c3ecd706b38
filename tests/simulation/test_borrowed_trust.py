"""A caller who comes with a trust can make no other: it is borrowed, and left to its owner."""

from __future__ import annotations

import pytest

from tests.simulation.acts import create
from tests.simulation.world import World


@pytest.mark.parametrize("redelegation", [False, True])
def test_a_trust_is_borrowed_unless_another_can_be_made(world: World, redelegation: bool) -> None:
    world.clouds.settings.redelegation = redelegation
    world.clouds.trusts.add("lent")
    world.context.trust_id = "lent"
    stack = create(world, {"a": {}})
    world.run()
    assert len(world.clouds.trusts) == (2 if redelegation else 1)
    world.delete(stack)
    world.run()
    assert (world.state(stack), world.clouds.trusts) == ("DELETE_COMPLETE", {"lent"})
