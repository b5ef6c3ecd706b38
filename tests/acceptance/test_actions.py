"""The stock client suspends, resumes, checks and cancels stacks, marks resources and clears hooks."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import until
from tests.acceptance.systems import Deployment, Quickstart

HERE = pathlib.Path(__file__).parent / "templates"
TEMPLATE = str(HERE / "actions.yaml")
NAME = "acted"

System = Quickstart | Deployment


@pytest.fixture
def acted(system: System) -> Iterator[System]:
    """A system with the stack of ``actions.yaml``; in the end nothing of it is left."""
    before = system.cloud.objects()
    system.openstack("stack", "create", "--wait", "--poll", "1", "-t", TEMPLATE, NAME)
    yield system
    system.openstack("stack", "delete", "--yes", "--wait", NAME)
    assert added(before, system.cloud.objects()) == {}


def act(system: System, action: str) -> str:
    """The stack's state after ``openstack stack ACTION --wait``."""
    (row,) = system.openstack.json("stack", action, "--wait", NAME)
    return str(row["Stack Status"])


def resources(system: System) -> dict[str, dict[str, Any]]:
    listed = system.openstack.json("stack", "resource", "list", NAME)
    return {item["resource_name"]: item for item in listed}


def server(system: System) -> str:
    """The status of the stack's server."""
    id = resources(system)["server"]["physical_resource_id"]
    return str(system.cloud.objects()["compute/servers"][id]["status"])


def guests(system: System) -> list[bool]:
    """Whether the users that stacks have made may log in."""
    users = system.cloud.documents("identity/users")
    return [user["enabled"] for user in users if user["name"].startswith(f"{NAME}-handle")]


def update(system: System, *parameters: str) -> None:
    options = [part for parameter in parameters for part in ("--parameter", parameter)]
    system.openstack("stack", "update", "--existing", *options, NAME)


def rests(system: System, state: str) -> None:
    until(lambda: not system.rest.status(NAME).endswith("IN_PROGRESS"), f"the end of the action on {NAME}")
    assert system.rest.status(NAME) == state


@pytest.mark.slow
def test_a_stack_is_suspended_resumed_and_checked(acted: System):
    assert act(acted, "suspend") == "SUSPEND_COMPLETE"
    assert (server(acted), guests(acted)) == ("SUSPENDED", [False])
    assert "SUSPEND" in acted.openstack.refusal("stack", "update", "--existing", NAME)
    assert act(acted, "resume") == "RESUME_COMPLETE"
    assert (server(acted), guests(acted)) == ("ACTIVE", [True])
    assert act(acted, "check") == "CHECK_COMPLETE"
    assert "not fully supported" in acted.openstack.json("stack", "show", NAME)["stack_status_reason"]


@pytest.mark.slow
def test_what_is_gone_fails_the_check_and_is_made_again(acted: System):
    old = resources(acted)["server"]["physical_resource_id"]
    acted.openstack("server", "delete", "--wait", old)
    assert "CHECK_FAILED" in acted.openstack.refusal("stack", "check", "--wait", NAME) + acted.rest.status(NAME)
    assert resources(acted)["server"]["resource_status"] == "CHECK_FAILED"
    update(acted)
    rests(acted, "UPDATE_COMPLETE")
    assert resources(acted)["server"]["physical_resource_id"] != old
    assert server(acted) == "ACTIVE"


@pytest.mark.slow
def test_a_marked_resource_is_replaced_by_the_next_update(acted: System):
    old = resources(acted)["server"]["physical_resource_id"]
    acted.openstack("stack", "resource", "mark", "unhealthy", NAME, "server", "it does not answer")
    shown = acted.openstack.json("stack", "resource", "show", NAME, "server")
    assert (shown["resource_status"], shown["resource_status_reason"]) == ("CHECK_FAILED", "it does not answer")
    update(acted)
    rests(acted, "UPDATE_COMPLETE")
    assert resources(acted)["server"]["physical_resource_id"] != old


@pytest.mark.slow
def test_an_update_is_cancelled_with_and_without_a_rollback(acted: System):
    for options, state in ((["--no-rollback"], "UPDATE_FAILED"), ([], "ROLLBACK_COMPLETE")):
        update(acted, "seconds=600", f"value=for {state}")
        until(lambda: resources(acted)["slow"]["resource_status"] == "UPDATE_IN_PROGRESS", "the update of slow")
        acted.openstack("stack", "cancel", *options, NAME)
        rests(acted, state)
        if state == "UPDATE_FAILED":
            shown = acted.openstack.json("stack", "show", NAME)
            assert shown["stack_status_reason"] == "Operation cancelled"
            update(acted, "seconds=0", "value=second")
            rests(acted, "UPDATE_COMPLETE")
    assert "CANCEL" in acted.openstack.refusal("stack", "cancel", NAME).upper()


@pytest.mark.slow
def test_hooks_are_polled_and_cleared(system: System):
    before = system.cloud.objects()
    system.openstack("stack", "create", "-t", TEMPLATE, "--pre-create", "server", NAME)
    until(lambda: len(waiting(system)) == 1, "a resource at its hook")
    assert waiting(system) == ["server"]
    assert system.rest.status(NAME) == "CREATE_IN_PROGRESS"
    system.openstack("stack", "hook", "clear", NAME, "server")
    assert waiting(system) == []
    rests(system, "CREATE_COMPLETE")
    system.openstack("stack", "update", "-t", TEMPLATE, "--pre-update", "slow", NAME)
    until(lambda: waiting(system) == ["slow"], "a resource at its hook")
    system.openstack("stack", "hook", "clear", "--pre-update", NAME, "slow")
    rests(system, "UPDATE_COMPLETE")
    system.openstack("stack", "delete", "--yes", "--wait", NAME)
    assert added(before, system.cloud.objects()) == {}


def waiting(system: System) -> list[str]:
    """Names of the resources that ``stack hook poll`` shows; none when the stack is at rest."""
    done = system.openstack.run("stack", "hook", "poll", NAME, "-f", "value", "-c", "resource_name")
    return done.out.split() if done.status == 0 else []
