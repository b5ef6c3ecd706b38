"""Users that a stack makes for its servers: what their keys let them read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.context import RequestContext
from heat_mq.engine.commands.signal import signal_resource
from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.outputs import show_output
from heat_mq.engine.queries.resources import describe_stack_resource
from heat_mq.errors import Forbidden, ResourceNotFound
from heat_mq.resources.types.aws.user import User
from heat_mq.state.sealed import open_data
from tests.simulation.acts import create
from tests.simulation.cloud import Death
from tests.simulation.users import FakeIdentity, with_users
from tests.simulation.world import World

KEY: dict[str, Any] = {"type": "AWS::IAM::AccessKey", "properties": {"UserName": {"get_resource": "user"}}}
POLICY: dict[str, Any] = {"type": "OS::Heat::AccessPolicy", "properties": {"AllowedResources": ["a", "handle"]}}
HANDLE: dict[str, Any] = {"type": "AWS::CloudFormation::WaitConditionHandle"}


def user(*policies: Any) -> dict[str, Any]:
    return {"type": "AWS::IAM::User", "properties": {"Policies": list(policies)} if policies else {}}


def context_of(world: World, stack: str, name: str = "user") -> RequestContext:
    made = open_data(world.service.box, world.rows(stack)[name])["stack_user"]
    return RequestContext(user_id=made["user_id"], project_id=made["project_id"], roles=["heat_stack_user"])


def readable(world: World, stack: str, context: RequestContext) -> set[str]:
    """The resources that the caller may read."""
    found = set()
    for name in [*world.rows(stack), "nothing"]:
        try:
            describe_stack_resource(world.service, context, identity_of(world.stack(stack)), name)
        except Forbidden:
            continue
        except ResourceNotFound:
            pass
        found.add(name)
    return found


def test_a_user_without_a_policy_reads_the_whole_stack(world: World) -> None:
    with_users(world)
    stack = create(world, {"user": user(), "key": KEY, "a": {}, "b": {}})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert readable(world, stack, context_of(world, stack)) == {"user", "key", "a", "b", "nothing"}


@pytest.mark.parametrize("policies", [[{"get_resource": "policy"}], ["policy"], [{"Version": "x"}, "policy"]])
def test_a_policy_names_what_a_user_reads(world: World, policies: list[Any]) -> None:
    with_users(world)
    resources = {"policy": POLICY, "user": {**user(*policies), "depends_on": "policy"}, "a": {}, "b": {}}
    stack = create(world, {**resources, "handle": HANDLE})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    mine = context_of(world, stack)
    assert readable(world, stack, mine) == {"user", "a", "handle"}
    word = {"Status": "SUCCESS", "UniqueId": "1", "Data": "", "Reason": ""}
    signal_resource(world.service, mine, identity_of(world.stack(stack)), "handle", word)
    # The handle's own user gets nothing by the other one's policy.
    assert readable(world, stack, context_of(world, stack, "handle")) == {"handle"}


def test_a_policy_that_is_none_fails_the_user(world: World) -> None:
    with_users(world)
    stack = create(world, {"user": user("elsewhere")})
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert "elsewhere is no" in world.stack(stack).status_reason


def test_a_user_may_have_several_keys_which_go_one_by_one(world: World) -> None:
    identity = with_users(world)
    stack = create(world, {"user": user(), "one": KEY, "two": KEY})
    world.run()
    rows = world.rows(stack)
    accesses = {pair["access"] for pair in identity.keys.values()}
    assert accesses == {rows["one"].physical_id, rows["two"].physical_id}
    world.update(stack, {"user": user(), "two": KEY})
    world.run()
    assert [pair["access"] for pair in identity.keys.values()] == [rows["two"].physical_id]
    world.delete(stack)
    world.run()
    assert (identity.users, identity.keys, identity.projects) == ({}, {}, {})


def test_a_key_tells_its_secret_in_an_output(world: World) -> None:
    with_users(world)
    outputs = {"secret": {"value": {"get_attr": ["key", "SecretAccessKey"]}}}
    outputs["user"] = {"value": {"get_attr": ["key", "UserName"]}}
    stack = world.create({"user": user(), "key": KEY}, outputs=outputs)
    world.run()
    identity = identity_of(world.stack(stack))
    assert show_output(world.service, world.context, identity, "secret")["output_value"] == "secret"
    assert show_output(world.service, world.context, identity, "user")["output_value"].startswith("stack-user-")


def test_a_poll_for_metadata_asks_no_cloud(world: World) -> None:
    stack = create(world, {"a": {}})
    world.run()
    identity = identity_of(world.stack(stack))
    assert describe_stack_resource(world.service, world.context, identity, "a")["attributes"]["state"] == "ACTIVE"
    world.cloud.objects.clear()  # a look would fail
    shown = describe_stack_resource(world.service, world.context, identity, "a", with_attr=False)
    assert "attributes" not in shown
    assert shown["metadata"] == {}


class Mortal(FakeIdentity):
    """The worker dies when the first key pair is made, and nobody has noted it."""

    died = False

    def create_ec2(self, **given: Any) -> dict[str, str]:
        pair = super().create_ec2(**given)
        if not self.died:
            self.died = True
            raise Death
        return pair


@pytest.mark.parametrize("deleted", [False, True])
def test_a_key_that_an_interrupted_create_made_is_found_again(make_world: Callable[..., World], deleted: bool) -> None:
    world = make_world(workers=2)
    with_users(world)
    identity = Mortal()
    world.clouds.identity = identity  # type: ignore[attr-defined]
    stack = create(world, {"user": user(), "key": KEY})
    if deleted:
        world.run(lambda: identity.died)
        world.delete(stack)
        world.run()
        assert (identity.users, identity.keys) == ({}, {})
    else:
        world.run()
        assert [pair["access"] for pair in identity.keys.values()] == [world.rows(stack)["key"].physical_id]


def test_a_policy_must_be_a_reference() -> None:
    assert [problem.path for problem in User.validate({"Policies": ["a", ["b"], 3]})] == ["Policies[1]", "Policies[2]"]
