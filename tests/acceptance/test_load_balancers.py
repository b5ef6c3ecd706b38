"""Two stacks change the load balancer of a third one at the same time: both wait for it, and neither fails."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import until
from tests.acceptance.systems import Quickstart

TEMPLATES = pathlib.Path(__file__).parent / "templates"
STACKS = {"blue": 8000, "green": 9000}
PARTS = "load-balancer"


@pytest.fixture
def slow(tmp_path: pathlib.Path) -> Iterator[Quickstart]:
    """A quick start whose load balancers take a second for each change."""
    found = Quickstart(tmp_path, "--boot-seconds", "10")
    yield found
    found.close()


def stack(system: Quickstart, *command: str) -> None:
    system.openstack("stack", *command)


def all_are(system: Quickstart, state: str) -> None:
    def reached() -> bool:
        shown = {each["Stack Name"]: each["Stack Status"] for each in system.openstack.json("stack", "list")}
        assert not any(shown[name].endswith("FAILED") for name in STACKS), shown
        return all(shown[name] == state for name in STACKS)

    until(reached, f"the stacks are {state}")


def names(system: Quickstart) -> set[str]:
    return {each["Stack Name"] for each in system.openstack.json("stack", "list")}


def shown(system: Quickstart, kind: str, key: str) -> list[Any]:
    return [each[key] for each in system.cloud.documents(f"{PARTS}/{kind}")]


def test_stacks_share_a_load_balancer(slow: Quickstart) -> None:
    before = slow.cloud.objects()
    stack(slow, "create", "--wait", "--poll", "1", "-t", str(TEMPLATES / "balanced.yaml"), "front")
    template = str(TEMPLATES / "members.yaml")
    for name, port in STACKS.items():
        stack(slow, "create", "-t", template, "--parameter", f"first={port}", name)
    all_are(slow, "CREATE_COMPLETE")
    assert len(shown(slow, "members", "id")) == 8
    assert sorted(shown(slow, "listeners", "protocol_port")) == [80, 8000, 9000]
    for name in STACKS:
        stack(slow, "update", "--existing", "--parameter", "weight=9", name)
    all_are(slow, "UPDATE_COMPLETE")
    assert set(shown(slow, "members", "weight")) == {9}
    stack(slow, "check", "--wait", "front")
    for name in STACKS:
        stack(slow, "delete", "--yes", name)
    until(lambda: names(slow) == {"front"}, "the stacks are gone")
    assert shown(slow, "members", "id") == []
    stack(slow, "delete", "--yes", "--wait", "front")
    assert added(before, slow.cloud.objects()) == {}
