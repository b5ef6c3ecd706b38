"""An administrator's stack of every type that is for administrators, and of what other services keep for projects."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import until
from tests.acceptance.stock_client import Rest, read_openrc
from tests.acceptance.systems import Quickstart

pytestmark = pytest.mark.xdist_group("quickstart")

TEMPLATE = (pathlib.Path(__file__).parent / "templates" / "administrators.yaml").read_text(encoding="utf-8")
NAME = "administrators"
HIDDEN = ("a-password-that-nobody-sees", "a-payload-that-nobody-sees")
#: Made by the first look, or replaced by the successor of the same name.
LASTING = ("object-store/accounts",)


def rests(rest: Rest, state: str) -> None:
    until(lambda: not rest.status(NAME).endswith("IN_PROGRESS"), f"{state} of the stack")
    answer = rest.request("GET", f"/stacks/{NAME}")
    assert (rest.status(NAME), state) == (state, state), answer.text


def document(system: Quickstart, kind: str, **equal: Any) -> dict[str, Any]:
    (found,) = [each for each in system.cloud.documents(kind) if equal.items() <= each.items()]
    return found


def test_everything_is_made_changed_checked_and_deleted(quickstart: Quickstart) -> None:
    before = quickstart.cloud.objects()
    rest = Rest(read_openrc(quickstart.state / "openrc.admin"))
    answer = rest.create(NAME, TEMPLATE)
    assert answer.status_code == 201, answer.text
    rests(rest, "CREATE_COMPLETE")
    outputs = {each["output_key"]: each["output_value"] for each in rest.get(f"/stacks/{NAME}")["stack"]["outputs"]}
    assert outputs["default_project"] == outputs["project"]
    assert outputs["held"] == outputs["secret"]
    assert outputs["public_key"].startswith("-----BEGIN PUBLIC KEY-----")
    assert outputs["url"].endswith("/things")
    resources = {each["resource_name"]: each for each in rest.get(f"/stacks/{NAME}/resources")["resources"]}
    ids = {name: each["physical_resource_id"] for name, each in resources.items()}

    path = f"/stacks/{NAME}/{rest.get(f'/stacks/{NAME}')['stack']['id']}"
    answer = rest.request("PATCH", path, json={"parameters": {"word": "second", "number": 20}})
    assert answer.status_code == 202, answer.text
    rests(rest, "UPDATE_COMPLETE")
    after = rest.get(f"/stacks/{NAME}/resources")["resources"]
    assert {each["resource_name"]: each["physical_resource_id"] for each in after} == ids
    assert document(quickstart, "identity/projects", id=ids["project"])["tags"] == ["second"]
    assert document(quickstart, "identity/users", id=ids["user"])["description"] == "second"
    assert document(quickstart, "compute/aggregates", name="rack")["metadata"] == {"floor": "second"}
    assert document(quickstart, "volume/qos_specs", id=ids["qos"])["specs"] == {"iops": "20"}
    assert document(quickstart, "image/images", id=ids["image"])["os_version"] == "second"
    assert document(quickstart, "object-store/containers", name="things")["metadata"]["word"] == "second"

    rest.request("POST", f"{path}/actions", json={"check": None})
    rests(rest, "CHECK_COMPLETE")
    seen = [rest.request("GET", f"/stacks/{NAME}/{part}").text for part in ("events?nested_depth=1", "resources")]
    seen += [rest.request("GET", f"/stacks/{NAME}/resources/{name}").text for name in ("user", "secret")]
    seen += quickstart.logs().values()
    assert [word for word in HIDDEN for text in seen if word in text] == []
    rest.clear()
    left = {kind: names for kind, names in added(before, quickstart.cloud.objects()).items() if kind not in LASTING}
    assert left == {}


@pytest.mark.parametrize("kind", ["OS::Keystone::Role", "OS::Cinder::QoSSpecs", "OS::Nova::HostAggregate"])
def test_others_may_not_use_the_types_of_administrators(quickstart: Quickstart, kind: str) -> None:
    properties = {"OS::Cinder::QoSSpecs": {"specs": {}}, "OS::Nova::HostAggregate": {"name": "rack"}}.get(kind, {})
    resources = {"thing": {"type": kind, "properties": properties}}
    answer = quickstart.rest.create(NAME, {"heat_template_version": "2018-08-31", "resources": resources})
    assert answer.status_code == 403, answer.text
