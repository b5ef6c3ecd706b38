"""Types that are known only when a nested stack is made: the policy is asked with the stored rights of its owner."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from oslo_config import cfg

from heat_mq.errors import CloudTransient
from heat_mq.policies.enforcer import Enforcer
from heat_mq.template import Environment
from tests.simulation.acts import create, update
from tests.simulation.world import World, states

GUARDED = "Sim::Thing"
REFUSED = f"You may not use the resource type {GUARDED}"


@pytest.fixture
def guarded(world: World, tmp_path: pathlib.Path) -> World:
    """A world in which things are for administrators."""
    (tmp_path / "policy.yaml").write_text(f'"resource_types:{GUARDED}": "role:admin"\n')
    (tmp_path / "heat_mq.conf").write_text(f"[oslo_policy]\npolicy_file = {tmp_path / 'policy.yaml'}\n")
    conf = cfg.ConfigOpts()
    conf(["--config-file", str(tmp_path / "heat_mq.conf")], project="heat_mq")
    world.service.enforcer = Enforcer(conf)
    return world


def lend(world: World, *roles: str) -> None:
    """What the stored credential gives from now on, and what callers come with."""
    world.context.roles = list(roles)
    world.clouds.roles = roles


def chosen(type_name: str) -> dict[str, Any]:
    """A word that is known when it is made."""
    return {"type": "OS::Heat::Value", "properties": {"value": type_name}}


def group(definition: Any, **more: Any) -> dict[str, Any]:
    return {"type": "OS::Heat::ResourceGroup", "properties": {"count": 1, "resource_def": definition, **more}}


LATE = {"type": {"get_attr": ["word", "value"]}}
INNER = """
heat_template_version: 2021-04-16
parameters: {word: {type: string}}
resources:
  inside:
    type: OS::Heat::ResourceGroup
    properties: {count: 1, resource_def: {type: {get_param: word}}}
"""
CHAIN = {"type": "OS::Heat::ResourceChain", "properties": {"resources": [{"get_attr": ["word", "value"]}]}}
SCALED = {
    "type": "OS::Heat::AutoScalingGroup",
    "properties": {"min_size": 1, "max_size": 3, "resource": {"type": {"get_attr": ["word", "value"]}}},
}
NEST = {"type": "inner.yaml", "properties": {"word": {"get_attr": ["word", "value"]}}}
OWNERS = [group(LATE), CHAIN, SCALED, NEST]


def made(world: World, owner: dict[str, Any], type_name: str = GUARDED) -> str:
    stack = create(world, {"word": chosen(type_name), "owner": owner}, files={"inner.yaml": INNER})
    world.run()
    return stack


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: str(owner["type"]))
def test_who_may_not_use_a_type_does_not_get_it_by_naming_it_late(guarded: World, owner: dict[str, Any]) -> None:
    stack = made(guarded, owner)
    row = guarded.rows(stack)["owner"]
    assert (guarded.state(stack), row.status) == ("CREATE_FAILED", "FAILED")
    assert row.status_reason.startswith("Forbidden: resources.owner")
    assert REFUSED in row.status_reason
    assert guarded.cloud.objects == {}


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: str(owner["type"]))
def test_who_may_use_a_type_may_name_it_late(guarded: World, owner: dict[str, Any]) -> None:
    lend(guarded, "member", "admin")
    stack = made(guarded, owner)
    assert (guarded.state(stack), len(guarded.cloud.objects)) == ("CREATE_COMPLETE", 1)


def test_the_failure_names_the_resource(guarded: World) -> None:
    stack = made(guarded, NEST)
    assert f"resources.owner: {REFUSED} (resources.inside.resources.0)." in guarded.stack(stack).status_reason


def test_an_update_is_asked_about_with_the_rights_of_its_caller(guarded: World) -> None:
    """An administrator's stack, which a member changes: not with the administrator's rights."""
    lend(guarded, "member", "admin")
    stack = made(guarded, group(LATE), "OS::Heat::None")
    assert guarded.state(stack) == "CREATE_COMPLETE"
    before = guarded.stack(stack).credential_id
    lend(guarded, "member")
    update(guarded, stack, {"word": chosen(GUARDED), "owner": group(LATE)})
    guarded.run()
    assert guarded.state(stack) == "UPDATE_FAILED"
    assert REFUSED in guarded.rows(stack)["owner"].status_reason
    assert guarded.stack(stack).credential_id != before
    assert guarded.cloud.objects == {}


def test_what_the_operator_maps_to_a_type_is_that_type(guarded: World) -> None:
    guarded.service.operator = Environment.parse({"resource_registry": {"My::Thing": GUARDED}}).resource_registry
    stack = made(guarded, group(LATE), "My::Thing")
    assert REFUSED in guarded.rows(stack)["owner"].status_reason


def asks(world: World, answer: Callable[[], dict[str, Any]]) -> list[int]:
    """Notes each question after the rights."""
    asked: list[int] = []

    def rights() -> dict[str, Any]:
        asked.append(len(asked))
        return answer()

    world.clouds.rights = rights  # type: ignore[method-assign]
    return asked


def test_keystone_is_not_asked_for_types_that_no_rule_guards(guarded: World) -> None:
    asked = asks(guarded, guarded.clouds.rights)
    stack = made(guarded, group(LATE), "OS::Heat::RandomString")
    assert (guarded.state(stack), asked) == ("CREATE_COMPLETE", [])


def test_a_keystone_that_does_not_answer_is_asked_again(guarded: World) -> None:
    lend(guarded, "member", "admin")
    rights = guarded.clouds.rights

    def answer() -> dict[str, Any]:
        if len(asked) == 1:
            raise CloudTransient("Keystone is away")
        return rights()

    asked = asks(guarded, answer)
    stack = made(guarded, group(LATE))
    assert (guarded.state(stack), len(asked) >= 2) == ("CREATE_COMPLETE", True)
    assert "owner CREATE_COMPLETE" in states(guarded, stack)
