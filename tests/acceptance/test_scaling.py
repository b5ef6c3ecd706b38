"""A group of servers is made larger and smaller by URLs alone, and changed while some of it stays in service."""

from __future__ import annotations

import pathlib
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import PATIENCE, until
from tests.acceptance.systems import Deployment, Quickstart

TEMPLATE = str(pathlib.Path(__file__).parent / "templates" / "scaling.yaml")
NAME = "scaled"

System = Quickstart | Deployment


@pytest.fixture
def scaled(system: System) -> Iterator[System]:
    """A system with the stack of ``scaling.yaml``; in the end nothing of it is left."""
    before = system.cloud.objects()
    system.openstack("stack", "create", "--wait", "--poll", "1", "-t", TEMPLATE, NAME)
    yield system
    system.openstack("stack", "delete", "--yes", "--wait", NAME)
    assert added(before, system.cloud.objects()) == {}


def output(system: System, key: str) -> Any:
    return system.rest.get(f"/stacks/{NAME}/{stack_id(system)}/outputs/{key}")["output"]["output_value"]


def stack_id(system: System) -> str:
    return str(system.rest.get(f"/stacks/{NAME}")["stack"]["id"])


def post(url: str, *headers: str, data: str = "") -> int:
    """The status that curl gets for a POST."""
    more = [part for header in headers for part in ("-H", header)] + (["--data-binary", data] if data else [])
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", *more, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return int(done.stdout)


def servers(system: System) -> dict[str, str]:
    """Status by id of the group's servers."""
    found = system.cloud.objects().get("compute/servers", {})
    return {id: item["status"] for id, item in found.items() if item["name"].startswith(NAME[:2])}


def signals(system: System) -> list[str]:
    events = system.rest.get(f"/stacks/{NAME}/{stack_id(system)}/events")["events"]
    return [event["resource_name"] for event in events if event["resource_status"] == "SIGNAL_COMPLETE"]


@pytest.mark.slow
def test_urls_change_the_size_of_a_group_and_an_update_keeps_some_of_it_in_service(scaled: System) -> None:
    up, down = output(scaled, "up"), output(scaled, "down")
    for size in (2, 3):
        assert post(up) == 200
        until(lambda size=size: len(signals(scaled)) == size - 1, f"a group of {size}")
        assert (output(scaled, "size"), len(servers(scaled))) == (size, size)
    assert post(up) == 200, "there is no more room"
    assert post(up.replace("Signature=", "Signature=x")) == 403
    assert post(down) == 401
    token = f"X-Auth-Token: {scaled.rest.session.headers['X-Auth-Token']}"
    assert post(down, token, "Content-Type: application/json", data='{"reason": "quiet"}') == 200
    until(lambda: len(signals(scaled)) == 3, "a group of 2")
    assert sorted(signals(scaled)) == ["down", "up", "up"]
    old = servers(scaled)
    assert (output(scaled, "size"), len(old)) == (2, 2)

    active, over = [len(old)], threading.Event()

    def watch() -> None:
        while not over.is_set():
            active.append(list(servers(scaled).values()).count("ACTIVE"))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        scaled.openstack("stack", "update", "--existing", "--wait", "--parameter", "greeting=second", NAME)
    finally:
        over.set()
        watching.join(PATIENCE)
    new = servers(scaled)
    assert (len(new), set(new) & set(old)) == (2, set())
    assert min(active) >= 2
