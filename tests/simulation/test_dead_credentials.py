"""Trusts that Keystone takes no longer: what was made with them can still be looked at and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.clients.credentials import TrustCredential
from heat_mq.db import tables
from heat_mq.engine.credentials import stack_credential
from heat_mq.errors import CloudError, CloudTransient
from tests.simulation.acts import check, create
from tests.simulation.nests import NEST
from tests.simulation.world import World

REFUSAL = CloudError("The request you have made requires authentication.", status=401)


class Refused:
    """The cloud of a credential with which Keystone gives no token."""

    def __init__(self, error: CloudError) -> None:
        self.error = error

    def token(self) -> str:
        raise self.error

    def service(self, service_type: str) -> Any:
        raise self.error


@pytest.fixture
def dead(world: World) -> dict[str, CloudError]:
    """What Keystone says to trusts, by their ids; each other works."""
    refused: dict[str, CloudError] = {}
    cloud, undelegate = world.clouds.cloud, world.clouds.undelegate

    def cloud_of(credential: Any, region: str | None = None) -> Any:
        id = getattr(credential, "trust_id", "")
        return Refused(refused[id]) if id in refused else cloud(credential, region)

    def delete(trust: Any) -> None:
        if trust.trust_id in refused:
            raise refused[trust.trust_id]
        undelegate(trust)

    world.clouds.cloud = cloud_of  # type: ignore[method-assign]
    world.clouds.undelegate = delete  # type: ignore[method-assign]
    return refused


def trust_of(world: World, stack: str) -> str:
    found = stack_credential(world.service, world.stack(stack))
    assert isinstance(found, TrustCredential)
    return found.trust_id


def deleted(world: World, stack: str) -> str:
    world.delete(stack)
    world.run()
    return world.state(stack)


def stored(world: World) -> int:
    return world.database.read(lambda c: len(c.execute(tables.credential.select()).all()))


@pytest.mark.parametrize("user", ["user", "colleague"])
def test_a_stack_whose_trust_is_dead_is_deleted_with_the_rights_of_who_asks(
    world: World, dead: dict[str, CloudError], user: str
) -> None:
    stack = create(world, **NEST)
    world.run()
    dead[trust_of(world, stack)] = REFUSAL
    world.context.user_id = user
    assert deleted(world, stack) == "DELETE_FAILED"
    assert deleted(world, stack) == "DELETE_COMPLETE"
    assert world.cloud.objects == {}


def test_a_check_that_failed_for_a_dead_trust_succeeds_the_next_time(world: World, dead: dict[str, CloudError]) -> None:
    stack = create(world, {"a": {}})
    world.run()
    dead[trust_of(world, stack)] = REFUSAL
    for state in ("CHECK_FAILED", "CHECK_COMPLETE"):
        check(world, stack)
        world.run()
        assert world.state(stack) == state


def test_a_trust_of_which_keystone_does_not_say_that_it_is_dead_stays(
    world: World, dead: dict[str, CloudError]
) -> None:
    stack = create(world, {"a": {"fail": True}})
    world.run()
    trust = trust_of(world, stack)
    dead[trust] = CloudTransient("Keystone is away")
    world.delete(stack)
    assert trust_of(world, stack) == trust
    del dead[trust]
    world.run()
    assert (world.state(stack), world.clouds.trusts) == ("DELETE_COMPLETE", set())


def test_a_project_of_others_gives_a_stack_no_rights(world: World, dead: dict[str, CloudError]) -> None:
    stack = create(world, {"a": {}})
    world.run()
    trust = trust_of(world, stack)
    dead[trust] = REFUSAL
    deleted(world, stack)
    world.context.project_id, world.context.is_admin = "of administrators", True
    assert deleted(world, stack) == "DELETE_FAILED"
    assert trust_of(world, stack) == trust
    assert world.clouds.trusts == {trust}


def test_a_dead_trust_keeps_no_other_from_its_end(world: World, dead: dict[str, CloudError]) -> None:
    stacks = []
    for user in ("one", "two", "three"):
        world.context.user_id = user
        stacks.append(create(world, **NEST, name=user))
    world.run()
    dead[trust_of(world, stacks[1])] = REFUSAL
    for stack in stacks:
        deleted(world, stack)
    world.context.user_id = "three"
    assert [deleted(world, stack) for stack in stacks[1:2]] == ["DELETE_COMPLETE"]
    world.clock.advance(3600)
    last = create(world, {"a": {}}, name="last")
    world.run()
    assert deleted(world, last) == "DELETE_COMPLETE"
    assert (world.clouds.trusts, stored(world)) == ({*dead}, 0)
