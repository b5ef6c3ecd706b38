"""The stock client leads stacks through their lives, against one process and against many."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import until
from tests.acceptance.systems import Deployment, Quickstart

HERE = pathlib.Path(__file__).parent / "templates"
EXAMPLES = pathlib.Path(__file__).parents[1] / "templates" / "examples"
WEB = str(HERE / "web.yaml")
PASSWORD = "hidden-word-8461"

System = Quickstart | Deployment


def created(system: System, name: str, template: str, *options: str) -> dict[str, Any]:
    """The stack after ``stack create --wait``."""
    stack = system.openstack.json("stack", "create", "--wait", "--poll", "1", "-t", template, *options, name)
    assert stack["stack_status"] == "CREATE_COMPLETE"
    return stack


def outputs(system: System, name: str) -> dict[str, Any]:
    """Values by key, after ``stack output show --all``."""
    shown = system.openstack.json("stack", "output", "show", "--all", name)
    return {key: value["output_value"] for key, value in shown.items()}


def resources(system: System, name: str) -> dict[str, dict[str, Any]]:
    """By their names."""
    listed = system.openstack.json("stack", "resource", "list", "-n", "5", name)
    return {item["resource_name"]: item for item in listed}


@pytest.mark.slow
def test_a_stack_is_created_shown_updated_and_deleted(system: System):
    before = system.cloud.objects()
    stack = created(system, "web", WEB, "--parameter", f"mail_password={PASSWORD}")
    shown = system.openstack.json("stack", "show", "web")
    assert (shown["id"], shown["stack_status"]) == (stack["id"], "CREATE_COMPLETE")
    assert PASSWORD not in str(shown)
    values = outputs(system, "web")
    assert values["address"].startswith("172.24.4.")
    assert values["private_address"].startswith("10.20.30.")
    assert "up" in values["report"]
    first = resources(system, "web")
    assert {item["resource_status"] for item in first.values()} == {"CREATE_COMPLETE"}
    assert len(first) == 12
    events = system.openstack.json("stack", "event", "list", "web")
    assert {(event["resource_name"], event["resource_status"]) for event in events} >= {
        ("web", "CREATE_IN_PROGRESS"),
        ("server", "CREATE_COMPLETE"),
        ("handle", "SIGNAL_COMPLETE"),
        ("web", "CREATE_COMPLETE"),
    }
    second = updated(system, "title=second")
    assert replaced(first, second) == set()
    assert second["server"]["resource_status"] == "UPDATE_COMPLETE"
    third = updated(system, "secret_length=32")
    # The secret cannot be changed, and a server gets its user data when it boots.
    assert replaced(second, third) == {"secret", "server"}
    system.openstack("stack", "delete", "--yes", "--wait", "web")
    assert "web" not in system.rest.stack_names()
    assert added(before, system.cloud.objects()) == {}


def updated(system: System, parameter: str) -> dict[str, dict[str, Any]]:
    """The resources after ``stack update`` with one parameter changed."""
    update(system, "web", parameter)
    return resources(system, "web")


def update(system: System, name: str, parameter: str) -> None:
    system.openstack("stack", "update", "--existing", "--parameter", parameter, name)
    until(lambda: not system.rest.status(name).endswith("IN_PROGRESS"), f"the end of the update of {name}")
    assert system.rest.status(name) == "UPDATE_COMPLETE"


def replaced(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The resources that stand for another object than before."""
    return {name for name in before if before[name]["physical_resource_id"] != after[name]["physical_resource_id"]}


@pytest.mark.slow
def test_types_that_an_environment_maps_to_templates_make_nested_stacks(system: System):
    before = system.cloud.objects()
    template = str(HERE / "cluster.yaml")
    created(system, "cluster", template, "-e", str(HERE / "cluster.env.yaml"))
    values = outputs(system, "cluster")
    assert len(values["members"]) == 2
    assert values["balanced"] == values["members"]
    assert "PRIVATE KEY" in values["private_key"]
    listed = system.openstack.json("stack", "resource", "list", "-n", "5", "cluster")
    assert {item["resource_status"] for item in listed} == {"CREATE_COMPLETE"}
    assert sorted(item["resource_name"] for item in listed if item["resource_type"] == "OS::Nova::Server") == [
        "server",
        "server",
        "server",
    ]
    update(system, "cluster", "size=3")
    assert len(outputs(system, "cluster")["balanced"]) == 3
    system.openstack("stack", "delete", "--yes", "cluster")
    until(lambda: system.rest.status("cluster") == "gone", "the end of the cluster")
    assert added(before, system.cloud.objects()) == {}


EXAMPLE_OPTIONS = {
    "cycle_free_layers.yaml": [],
    "group_of_servers.yaml": ["--parameter", "count=3"],
    "provider.yaml": ["-e", str(EXAMPLES / "provider.env.yaml")],
    "resize.yaml": [],
    "server_with_volume.yaml": [],
    "web_server.yaml": ["--parameter", "key_name=my_key"],
}


@pytest.mark.slow
@pytest.mark.xdist_group("quickstart")
def test_the_examples_run_as_they_are(quickstart: Quickstart):
    before = quickstart.cloud.objects()
    assert {path.name for path in EXAMPLES.glob("*.yaml")} == {*EXAMPLE_OPTIONS, "provider.env.yaml"}
    for name, options in EXAMPLE_OPTIONS.items():
        created(quickstart, name, str(EXAMPLES / name), *options)
        outputs(quickstart, name)
    quickstart.openstack("stack", "delete", "--yes", "--wait", *EXAMPLE_OPTIONS)
    assert quickstart.rest.stack_names() == []
    assert added(before, quickstart.cloud.objects()) == {}
