"""What happens to a stack can be read from a queue of Zaqar."""

from __future__ import annotations

import json
import pathlib
import uuid
from typing import Any

import pytest

from tests.acceptance.systems import Deployment, Quickstart
from tests.waiting import until

TEMPLATE = {
    "heat_template_version": "2021-04-16",
    "resources": {"net": {"type": "OS::Neutron::Net"}, "part": {"type": "Own::Part"}},
}
PART = {"heat_template_version": "2021-04-16", "resources": {"none": {"type": "OS::Heat::None"}}}


def told(system: Quickstart | Deployment, queue: str) -> list[dict[str, Any]]:
    """The payloads in a queue, the oldest first."""
    url = next(
        endpoint["url"]
        for service in system.rest.catalog
        if service["type"] == "messaging"
        for endpoint in service["endpoints"]
    )
    headers = {"Client-ID": str(uuid.uuid4())}
    path = f"{url}/v2/queues/{queue}/messages?echo=true&limit=1000"
    answer = system.rest.session.get(path, headers=headers, timeout=60)
    return [message["body"]["payload"] for message in answer.json()["messages"]]


@pytest.mark.slow
def test_a_queue_hears_of_a_stack_from_its_first_event_to_its_last(
    system: Quickstart | Deployment, tmp_path: pathlib.Path
) -> None:
    queue = f"told-{uuid.uuid4().hex[:8]}"
    environment = {
        "event_sinks": [{"type": "zaqar-queue", "target": queue, "ttl": 3600}],
        "resource_registry": {"Own::Part": "part.yaml"},
    }
    for name, content in (("part", PART), ("all", TEMPLATE), ("env", environment)):
        (tmp_path / f"{name}.yaml").write_text(json.dumps(content))
    options = ["-t", str(tmp_path / "all.yaml"), "-e", str(tmp_path / "env.yaml")]
    system.openstack("stack", "create", "--wait", "--poll", "1", *options, "telling")
    id = system.openstack.json("stack", "show", "telling")["id"]
    listed = system.openstack.json("stack", "event", "list", "--nested-depth", "2", "telling")
    system.openstack("stack", "delete", "--yes", "--wait", "telling")

    def lasts() -> bool:
        found = told(system, queue)
        return any((item["stack_id"], item["resource_action"]) == (id, "DELETE") for item in found) and (
            found[-1]["resource_status"] == "COMPLETE" and found[-1]["resource_name"] == "telling"
        )

    until(lasts, "the stack's last event in the queue")
    found = told(system, queue)
    own = [
        f"{item['resource_action']}_{item['resource_status']}" for item in found if item["physical_resource_id"] == id
    ]
    assert own == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    names = {item["resource_name"] for item in found}
    assert {"net", "part", "none"} <= names
    assert len(listed) <= len(found)
