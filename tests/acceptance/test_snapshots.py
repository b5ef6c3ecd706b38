"""The stock client takes, shows, restores and deletes snapshots; it exports, abandons and adopts stacks."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import until
from tests.acceptance.systems import Deployment, Quickstart

TEMPLATE = str(pathlib.Path(__file__).parent / "templates" / "snapshots.yaml")
NAME = "kept"

System = Quickstart | Deployment


def made(system: System) -> dict[str, Any]:
    """What the cloud holds before; then there is the stack of ``snapshots.yaml``."""
    before = system.cloud.objects()
    system.openstack("stack", "create", "--wait", "--poll", "1", "-t", TEMPLATE, NAME)
    return before


def rests(system: System, name: str, state: str) -> None:
    until(lambda: not system.rest.status(name).endswith("IN_PROGRESS"), f"the end of the action on {name}")
    stack = system.rest.get(f"/stacks/{name}")["stack"]
    assert stack["stack_status"] == state, stack["stack_status_reason"]


def resources(system: System, name: str) -> dict[str, str]:
    """The objects of a stack and of those nested in it, by the names of their resources."""
    listed = system.openstack.json("stack", "resource", "list", "-n", "3", name)
    return {
        f"{item['stack_name'].removeprefix(name)[:6]}{item['resource_name']}": item["physical_resource_id"]
        for item in listed
        if item["resource_type"] != "OS::Heat::ResourceGroup"
    }


def image(system: System) -> str:
    """The id of the image that the stack's server runs."""
    server = resources(system, NAME)["server"]
    (found,) = [item for item in system.cloud.documents("compute/servers") if item["id"] == server]
    return json.dumps(found)


def lowered(row: dict[str, Any]) -> dict[str, Any]:
    """What the client prints under the names that the API has."""
    return {key.lower(): value for key, value in row.items()}


@pytest.mark.slow
def test_a_snapshot_is_taken_shown_restored_and_deleted(system: System):
    before = made(system)
    with_stack = system.cloud.objects()
    taken = lowered(system.openstack.json("stack", "snapshot", "create", "--name", "monday", NAME))
    assert (taken["name"], taken["action"], taken["status"]) == ("monday", "CREATE", "IN_PROGRESS")
    rests(system, NAME, "SNAPSHOT_COMPLETE")
    new = added(with_stack, system.cloud.objects())
    assert {kind: len(names) for kind, names in new.items()} == {"image/images": 1, "volume/backups": 3}
    (row,) = map(lowered, system.openstack.json("stack", "snapshot", "list", NAME))
    assert (row["id"], row["name"], row["status"]) == (taken["id"], "monday", "COMPLETE")
    shown = system.openstack.run("stack", "snapshot", "show", NAME, taken["id"]).out
    assert "snapshot_image_id" in shown
    assert shown.count("backup_id") == 3
    system.openstack("stack", "update", "--existing", "--wait", "--parameter", "size=2", NAME)
    kept = resources(system, NAME)
    system.openstack("stack", "snapshot", "restore", NAME, taken["id"])
    rests(system, NAME, "RESTORE_COMPLETE")
    now = resources(system, NAME)
    assert {name for name in kept if now[name] != kept[name]} == {"disk"}
    saved = next(
        key for key, item in system.cloud.objects()["image/images"].items() if item["name"] in new["image/images"]
    )
    assert saved in image(system)
    assert len(system.cloud.objects()["volume/volumes"]) == len(with_stack["volume/volumes"])
    system.openstack("stack", "snapshot", "delete", "--yes", NAME, taken["id"])
    until(lambda: not system.openstack.json("stack", "snapshot", "list", NAME), "the end of the snapshot")
    left = added(with_stack, system.cloud.objects())
    assert not {"image/images", "volume/backups"} & left.keys()
    system.openstack("stack", "snapshot", "create", NAME)
    rests(system, NAME, "SNAPSHOT_COMPLETE")
    system.openstack("stack", "delete", "--yes", "--wait", NAME)
    assert added(before, system.cloud.objects()) == {}


@pytest.mark.slow
def test_a_stack_is_exported_abandoned_adopted_updated_and_deleted(system: System, tmp_path: pathlib.Path):
    before = made(system)
    there = {kind: set(items) for kind, items in system.cloud.objects().items()}
    kept = resources(system, NAME)
    dump = tmp_path / "dump.json"
    exported = json.loads(system.openstack("stack", "export", NAME))
    system.openstack("stack", "abandon", "--output-file", str(dump), NAME)
    assert json.loads(dump.read_text())["resources"] == exported["resources"]
    assert system.rest.status(NAME) == "gone"
    system.openstack("stack", "adopt", "--adopt-file", str(dump), "--wait", "again")
    rests(system, "again", "ADOPT_COMPLETE")
    assert sorted(resources(system, "again").values()) == sorted(kept.values())
    system.openstack("stack", "update", "--existing", "--wait", "again")
    rests(system, "again", "UPDATE_COMPLETE")
    now = {kind: set(items) for kind, items in system.cloud.objects().items()}
    for kind in ("compute/servers", "volume/volumes", "network/ports"):
        assert now.get(kind) == there.get(kind)
    system.openstack("stack", "delete", "--yes", "--wait", "again")
    assert added(before, system.cloud.objects()) == {}
