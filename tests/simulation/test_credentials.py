"""A credential that Keystone refuses is another matter than a Keystone that does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.errors import CloudError, CloudGone, CloudTransient, MissingCredential
from tests.simulation.acts import create
from tests.simulation.world import World, states

AWAY = CloudTransient("Unable to establish connection to Keystone")
#: What says nothing of a credential: no answer, no trust in the certificate, too many requests, an error inside.
UNSAID = [AWAY, CloudError("certificate verify failed"), CloudTransient("slow down", status=429)]
REFUSED = [
    CloudError("Unauthorized", status=401),
    CloudError("Forbidden", status=403),
    CloudGone("no trust", status=404),
]


def fails(error: Exception) -> Callable[[], str]:
    def token() -> str:
        raise error

    return token


@pytest.fixture
def by_password(world: World) -> World:
    world.clouds.settings.deferred_auth = "password"
    world.context.password = "a password"
    return world


@pytest.mark.parametrize("error", UNSAID, ids=str)
def test_a_password_is_not_called_wrong_while_keystone_does_not_say_so(by_password: World, error: CloudError) -> None:
    by_password.clouds.token = fails(error)  # type: ignore[method-assign]
    with pytest.raises(CloudError) as raised:
        create(by_password, {"a": {}})
    assert raised.value is error
    assert by_password.all_stacks() == []


@pytest.mark.parametrize("error", REFUSED, ids=str)
def test_a_password_that_keystone_refuses_is_called_wrong(by_password: World, error: CloudError) -> None:
    by_password.clouds.token = fails(error)  # type: ignore[method-assign]
    with pytest.raises(MissingCredential, match="Keystone gives no token for what came in X-Auth-Key"):
        create(by_password, {"a": {}})


def test_a_trust_is_kept_while_keystone_does_not_say_that_it_is_gone(world: World) -> None:
    create(world, {"a": {}})
    works, world.clouds.token = world.clouds.token, fails(AWAY)  # type: ignore[method-assign]
    with pytest.raises(CloudTransient):
        create(world, {"a": {}}, name="second")
    world.clouds.token = works  # type: ignore[method-assign]
    second = create(world, {"a": {}}, name="second")
    world.run()
    assert (world.clouds.trusts, states(world, second)) == ({"trust-1"}, ["a CREATE_COMPLETE"])


@pytest.mark.parametrize("unheard", [False, True])
def test_a_trust_that_is_gone_is_made_anew(world: World, unheard: bool) -> None:
    create(world, {"a": {}})
    world.clouds.token = fails(CloudError("Forbidden", status=403))  # type: ignore[method-assign]
    world.database.lost = lambda: unheard
    create(world, {"a": {}}, name="second")
    assert world.clouds.trusts == {"trust-1", "trust-2"}


def test_of_requests_that_make_a_trust_anew_at_once_one_keeps_its_own(world: World) -> None:
    create(world, {"a": {}})
    world.clouds.token = fails(CloudError("Forbidden", status=403))  # type: ignore[method-assign]
    delegate = world.clouds.delegate

    def overtaken(credential: Any) -> Any:
        trust = delegate(credential)
        world.clouds.delegate = delegate  # type: ignore[method-assign]
        create(world, {"a": {}}, name="third")
        return trust

    world.clouds.delegate = overtaken  # type: ignore[method-assign]
    create(world, {"a": {}}, name="second")
    assert world.clouds.trusts == {"trust-1", "trust-3"}


def test_a_lent_trust_is_not_passed_over_while_keystone_does_not_say_whether_it_holds(world: World) -> None:
    world.clouds.trusts.add("lent")
    world.context.trust_id = "lent"
    world.clouds.token = fails(AWAY)  # type: ignore[method-assign]
    with pytest.raises(CloudTransient):
        create(world, {"a": {}})
    assert world.clouds.trusts == {"lent"}
