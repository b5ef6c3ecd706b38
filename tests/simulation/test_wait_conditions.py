"""Wait conditions of CloudFormation: signed URLs, handles that are made anew, users that are nobody's twice."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.arn import Arn
from heat_mq.context import RequestContext
from heat_mq.engine.addresses import arn_in_url
from heat_mq.engine.commands.signal import signal_resource
from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.resources import describe_stack_resource, find_physical_resource
from heat_mq.engine.queries.stacks import identify_stack, show_stack
from heat_mq.engine.signals import SignalsPort
from heat_mq.errors import Forbidden, NotFound, UserError
from heat_mq.state.sealed import open_data
from tests.simulation.acts import create, resume, signal, suspend, told, update
from tests.simulation.cloud import Death
from tests.simulation.users import FakeIdentity, with_users
from tests.simulation.worker import LEASE
from tests.simulation.world import World

HANDLE: dict[str, Any] = {"type": "AWS::CloudFormation::WaitConditionHandle"}
RENEWED: dict[str, Any] = {"type": "OS::Heat::UpdateWaitConditionHandle"}


def condition(count: int = 1) -> dict[str, Any]:
    properties = {"Handle": {"get_resource": "handle"}, "Timeout": 600, "Count": count}
    return {"type": "AWS::CloudFormation::WaitCondition", "properties": properties}


def word(id: str = "1", status: str = "SUCCESS") -> dict[str, str]:
    return {"Status": status, "UniqueId": id, "Data": f"data {id}", "Reason": "ready"}


def waits(world: World, stack: str, name: str = "wait") -> bool:
    """Whether the condition has begun to wait."""
    row = world.rows(stack).get(name)
    return row is not None and row.status == "IN_PROGRESS" and row.physical_id is not None


def url_of(world: World, stack: str, name: str = "handle") -> str:
    return str(open_data(world.service.box, world.rows(stack)[name])["url"])


def user_of(world: World, stack: str, name: str = "handle") -> RequestContext:
    """A stack's own user, as its token shows it."""
    user = open_data(world.service.box, world.rows(stack)[name])["stack_user"]
    return RequestContext(user_id=user["user_id"], project_id=user["project_id"], roles=["heat_stack_user"])


def test_a_condition_waits_for_its_signals(world: World) -> None:
    with_users(world)
    stack = create(world, {"handle": HANDLE, "wait": condition(2)})
    world.run(lambda: waits(world, stack))
    assert arn_in_url(url_of(world, stack)) == Arn("project", "stack", stack, "/resources/handle")
    for id in ("1", "1", "2"):
        assert not world.at_rest()
        signal(world, stack, "handle", word(id))
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert told(world, stack)[4:7] == ["handle SIGNAL_COMPLETE: Signal: status:SUCCESS reason:ready"] * 3


def test_what_a_signal_says_is_answered_to_who_waits_for_it(world: World) -> None:
    with_users(world)
    stack = create(world, {"handle": HANDLE, "wait": condition()})
    world.run(lambda: waits(world, stack))
    identity = identity_of(world.stack(stack))
    with pytest.raises(UserError, match="exactly the keys"):
        signal_resource(world.service, world.context, identity, "handle", {"Status": "SUCCESS"}, sync_call=True)
    answer = signal_resource(world.service, world.context, identity, "handle", word(), sync_call=True)
    assert answer == {"1": {"Status": "SUCCESS", "Data": "data 1", "Reason": "ready"}}
    world.run()
    [shown] = show_stack(world.service, world.context, None)
    assert shown["stack_status"] == "COMPLETE"


def test_a_signal_of_failure_fails_the_condition(world: World) -> None:
    with_users(world)
    stack = create(world, {"handle": HANDLE, "wait": condition()})
    world.run(lambda: waits(world, stack))
    signal(world, stack, "handle", {**word(status="FAILURE"), "Reason": "no disk"})
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert "no disk" in world.stack(stack).status_reason


def test_a_handle_of_another_stack_is_none(world: World) -> None:
    with_users(world)
    other = create(world, {"handle": HANDLE}, name="other")
    world.run()
    wait = condition()
    wait["properties"]["Handle"] = url_of(world, other)
    stack = create(world, {"handle": HANDLE, "wait": wait})
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    reason = world.stack(stack).status_reason
    assert f"stacks/other/{other}/resources/handle is no handle of this stack" in reason
    assert "Signature" not in reason


def test_a_handle_for_updates_is_made_anew_by_each_and_its_condition_waits_anew(world: World) -> None:
    identity = with_users(world)
    template = {"handle": RENEWED, "wait": condition()}
    stack = create(world, template)
    for _ in range(3):
        world.run(lambda: waits(world, stack))
        before = url_of(world, stack)
        assert [pair["access"] in before for pair in identity.keys.values()].count(True) == 1
        signal(world, stack, "handle", word())
        world.run()
        assert world.state(stack).endswith("_COMPLETE")
        assert len(identity.users) == len(identity.keys) == 1
        world.update(stack, template)
        world.run(lambda old=before: waits(world, stack) and url_of(world, stack) != old)
    signal(world, stack, "handle", word())
    world.run()
    world.delete(stack)
    world.run()
    assert (identity.users, identity.keys, identity.projects) == ({}, {}, {})


def test_a_plain_handle_stays_over_updates(world: World) -> None:
    with_users(world)
    stack = create(world, {"handle": HANDLE})
    world.run()
    before = url_of(world, stack)
    world.update(stack, {"handle": HANDLE, "more": {}})
    world.run()
    assert url_of(world, stack) == before


def test_a_stacks_user_reaches_its_own_resource_alone(world: World) -> None:
    with_users(world)
    stack = create(world, {"handle": HANDLE, "other": HANDLE, "thing": {}})
    world.run()
    service, mine = world.service, user_of(world, stack)
    identity = identify_stack(service, mine, "stack")
    assert identity["stack_id"] == stack
    assert describe_stack_resource(service, mine, identity, "handle")["resource_name"] == "handle"
    assert signal_resource(service, mine, identity, "handle", word(), sync_call=True)["1"]["Data"] == "data 1"
    for name in ("other", "thing", "nothing"):
        with pytest.raises(Forbidden):
            describe_stack_resource(service, mine, identity, name)
        with pytest.raises(Forbidden):
            signal_resource(service, mine, identity, name, word())
        with pytest.raises(Forbidden):
            signal_resource(service, mine, identity, name, {"unset_hook": "pre-create"})
    thing = world.rows(stack)["thing"].physical_id or ""
    assert find_physical_resource(service, world.context, thing)["path"] == "/resources/thing"
    with pytest.raises(Forbidden):
        find_physical_resource(service, mine, thing)
    stranger = RequestContext(user_id="x", project_id="elsewhere", roles=["member"])
    with pytest.raises(NotFound):
        find_physical_resource(service, stranger, thing)
    with pytest.raises(NotFound):
        identify_stack(service, stranger, "stack")


def test_a_suspended_stacks_users_are_kept_out(world: World) -> None:
    identity = with_users(world)
    stack = create(world, {"handle": HANDLE})
    world.run()
    suspend(world, stack)
    world.run()
    assert [user["enabled"] for user in identity.users.values()] == [False]
    resume(world, stack)
    world.run()
    assert [user["enabled"] for user in identity.users.values()] == [True]


class Mortal(FakeIdentity):
    """The worker dies before or after the call of that number that changes something."""

    def __init__(self, fatal: int, *, after: bool) -> None:
        super().__init__()
        self.left, self.after = fatal, after

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not name.startswith(("create_", "delete_")):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            dies = self.left == 0
            if dies and not self.after:
                raise Death
            answer = found(*args, **kwargs)
            if dies:
                raise Death
            return answer

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fatal", range(1, 7))
@pytest.mark.parametrize("transport", ["AWS", "CFN_SIGNAL"])
def test_a_death_at_any_call_leaves_one_user_with_one_key_and_none_in_the_end(
    make_world: Callable[..., World], transport: str, fatal: int, after: bool
) -> None:
    world = make_world(workers=2)
    identity = Mortal(fatal, after=after)
    with_users(world)
    world.clouds.identity = identity  # type: ignore[attr-defined]
    heat = {"type": "OS::Heat::WaitConditionHandle", "properties": {"signal_transport": transport}}
    stack = create(world, {"handle": HANDLE if transport == "AWS" else heat})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert len(identity.users) == len(identity.keys) == len(identity.projects) == 1
    access = next(iter(identity.keys.values()))["access"]
    assert f"AWSAccessKeyId={access}&" in url_of(world, stack)
    world.delete(stack)
    world.run()
    assert (identity.users, identity.keys, identity.projects) == ({}, {}, {})


def test_a_create_that_is_deleted_in_its_middle_leaves_no_user(make_world: Callable[..., World]) -> None:
    world = make_world()
    identity = Mortal(3, after=True)  # the key pair is made, and nobody has noted it
    with_users(world)
    world.clouds.identity = identity  # type: ignore[attr-defined]
    stack = create(world, {"handle": HANDLE})
    world.run(lambda: identity.left == 0)
    assert len(identity.users) == 1
    world.delete(stack)
    world.run()
    assert (identity.users, identity.keys, identity.projects) == ({}, {}, {})


def test_the_signed_url_is_in_no_event(world: World) -> None:
    with_users(world)
    stack = create(world, {"handle": HANDLE, "wait": condition(), "thing": {"value": {"get_resource": "handle"}}})
    world.run(lambda: waits(world, stack))
    signal(world, stack, "handle", word())
    world.run()
    assert dataclasses.asdict(world.rows(stack)["handle"])["metadata"]
    story = json.dumps(told(world, stack)) + world.story()
    assert url_of(world, stack).partition("Signature=")[2] not in story.replace(str(world.cloud.objects), "")


def test_signals_stay_that_came_while_the_worker_that_clears_the_handle_stood_still(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(workers=2)
    with_users(world)
    stack = create(world, {"handle": HANDLE, "wait": condition()})
    world.run(lambda: waits(world, stack))
    signal(world, stack, "handle", word())
    world.run()
    clear = SignalsPort.clear

    def late(port: SignalsPort, reference: str) -> None:
        monkeypatch.setattr(SignalsPort, "clear", clear)
        world.pause(2 * LEASE, steps=100)
        assert world.state(stack) == "UPDATE_COMPLETE"  # by the other worker
        signal(world, stack, "handle", word("later"))
        clear(port, reference)

    monkeypatch.setattr(SignalsPort, "clear", late)
    update(world, stack, {"handle": HANDLE})
    world.run()
    assert list(world.rows(stack)["handle"].metadata) == ["later"]
