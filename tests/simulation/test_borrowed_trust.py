"""A caller who comes with a trust can make no other: it is borrowed, and left to its owner."""

from __future__ import annotations

import pytest

from heat_mq.clients.credentials import TrustCredential
from heat_mq.engine.credentials import stack_credential
from tests.simulation.acts import create, update
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


@pytest.mark.parametrize("redelegation", [False, True])
@pytest.mark.parametrize("lent_first", [False, True])
def test_what_comes_of_a_trust_is_for_nothing_that_outlives_it(
    world: World, redelegation: bool, lent_first: bool
) -> None:
    """The user's own stacks have a trust of their own, whichever of them was first."""
    world.clouds.settings.redelegation = redelegation
    world.clouds.trusts.add("lent")
    used: dict[bool, object] = {}
    for lent in (lent_first, not lent_first):
        world.context.trust_id = "lent" if lent else None
        stack = create(world, {"a": {}}, name=f"lent-{lent}")
        used[lent] = stack_credential(world.service, world.stack(stack))
    world.run()
    assert used[True] != used[False]
    assert used[False] != TrustCredential("lent")


def test_an_update_with_another_trust_works_on_with_that(world: World) -> None:
    """The stack of another region whose owner has a new trust."""
    world.clouds.trusts |= {"lent", "newer"}
    world.context.trust_id = "lent"
    stack = create(world, {"a": {}})
    world.run()
    world.context.trust_id = "newer"
    update(world, stack, {"a": {"value": "2"}})
    world.run()
    assert stack_credential(world.service, world.stack(stack)) == TrustCredential("newer")
    world.delete(stack)
    world.run()
    assert (world.state(stack), world.clouds.trusts) == ("DELETE_COMPLETE", {"lent", "newer"})
