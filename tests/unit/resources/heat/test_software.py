"""What the types of software configs store, and how inputs get their values."""

from __future__ import annotations

import email
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from heat_mq.clock import FakeClock
from heat_mq.errors import CloudGone, InvalidTemplate, StepFailed
from heat_mq.resources.kit import Call, Resource
from heat_mq.resources.kit.software import for_action, input_values, replaced_by, with_inputs
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.heat.software.cloud_config import CloudConfig
from heat_mq.resources.types.heat.software.multipart_mime import MultipartMime
from heat_mq.resources.types.heat.software.software_component import SoftwareComponent
from heat_mq.resources.types.heat.software.software_config import SoftwareConfig
from heat_mq.resources.types.heat.software.software_deployment_group import SoftwareDeploymentGroup
from heat_mq.resources.types.heat.software.structured_config import StructuredConfig
from heat_mq.resources.types.nova import user_data
from heat_mq.template.marks import UNKNOWN

SCRIPT_ID = "7d7c2f8e-14b7-4b8c-9a57-0f6c3f0f1a11"


class FakeSoftware:
    """Configs by id; as many as a test stores."""

    def __init__(self) -> None:
        self.configs: dict[str, dict[str, Any]] = {SCRIPT_ID: {"id": SCRIPT_ID, "config": "#!/bin/sh\necho hi\n"}}
        self.used: set[str] = set()

    def put_config(self, content: Mapping[str, Any]) -> str:
        self.configs["own"] = {"id": "own", **content}
        return "own"

    def has_config(self) -> bool:
        return "own" in self.configs

    def config(self, config_id: str) -> dict[str, Any] | None:
        return self.configs.get(config_id)

    def drop_config(self, config_id: str) -> None:
        if config_id in self.used:
            raise StepFailed("it is deployed")
        self.configs.pop(config_id, None)


@pytest.fixture
def software() -> FakeSoftware:
    return FakeSoftware()


@pytest.fixture
def driver(software: FakeSoftware) -> Driver:
    return Driver(None, software=software)  # type: ignore[arg-type]


def stored(driver: Driver, software: FakeSoftware, cls: type[Resource], raw: Mapping[str, Any]) -> dict[str, Any]:
    driver.create(cls, "config", raw)
    return software.configs["own"]


def test_a_config_is_made_read_and_deleted_whoever_dies(driver: Driver, software: FakeSoftware) -> None:
    record = driver.create(SoftwareConfig, "config", {"config": "x"}, lose=["create"])
    assert record.physical_id == "own"
    assert driver.attribute(record, "config") == "x"
    driver.delete(record, lose=["delete"])
    assert not software.has_config()
    with pytest.raises(CloudGone):
        driver.read(record)


def test_a_config_that_is_deployed_is_not_deleted(driver: Driver, software: FakeSoftware) -> None:
    record = driver.create(SoftwareConfig, "config", {"config": "x"})
    software.used.add("own")
    with pytest.raises(StepFailed, match="it is deployed"):
        driver.delete(record)


def test_inputs_and_outputs_are_stored_without_what_nobody_said(driver: Driver, software: FakeSoftware) -> None:
    raw = {
        "inputs": [{"name": "a"}, {"name": "b", "default": {"c": [1]}, "replace_on_change": True}],
        "outputs": [{"name": "o", "error_output": True}],
    }
    found = stored(driver, software, SoftwareConfig, raw)
    assert found["inputs"] == [
        {"name": "a", "type": "String"},
        {"name": "b", "type": "String", "default": {"c": [1]}, "replace_on_change": True},
    ]
    assert found["outputs"] == [{"name": "o", "type": "String", "error_output": True}]
    assert (found["group"], found["config"], found["options"]) == ("Heat::Ungrouped", "", {})


def test_a_structured_config_stays_a_map(driver: Driver, software: FakeSoftware) -> None:
    assert stored(driver, software, StructuredConfig, {"config": {"a": {"b": [1]}}})["config"] == {"a": {"b": [1]}}


def test_a_cloud_config_is_what_cloud_init_reads(driver: Driver, software: FakeSoftware) -> None:
    settings = {"packages": ["curl"], "write_files": [{"path": "/é", "content": "a\nb"}]}
    text = stored(driver, software, CloudConfig, {"cloud_config": settings})["config"]
    assert text.startswith("#cloud-config\n")
    assert yaml.safe_load(text) == settings


def test_a_message_has_its_parts_and_those_of_messages_in_it(driver: Driver, software: FakeSoftware) -> None:
    inner = stored(driver, software, MultipartMime, {"parts": [{"config": "one"}, {"config": "zwö"}]})["config"]
    software.configs["inner"] = {"id": "inner", "config": inner}
    parts = [
        {"config": SCRIPT_ID, "subtype": "x-shellscript", "filename": "hi.sh"},
        {"config": "inner", "type": "multipart"},
        {"config": "not an id"},
    ]
    text = stored(driver, software, MultipartMime, {"parts": parts})["config"]
    assert stored(driver, software, MultipartMime, {"parts": parts})["config"] == text
    message = email.message_from_string(text)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    contents = [bytes(part.get_payload(decode=True)).decode() for part in leaves]  # type: ignore[arg-type]
    assert contents == ["#!/bin/sh\necho hi\n", "one", "zwö", "not an id"]
    assert (leaves[0].get_content_type(), leaves[0].get_filename()) == ("text/x-shellscript", "hi.sh")


def test_a_component_has_one_config_for_an_action(driver: Driver, software: FakeSoftware) -> None:
    configs = [{"tool": "a", "config": "x", "actions": ["CREATE"]}, {"tool": "b"}]
    with pytest.raises(InvalidTemplate, match="only one config can be for CREATE"):
        driver.create(SoftwareComponent, "component", {"configs": configs})
    configs[1]["actions"] = ["UPDATE", "DELETE"]
    found = stored(driver, software, SoftwareComponent, {"configs": configs})
    first, second = for_action(found, "CREATE"), for_action(found, "DELETE")
    assert first is not None
    assert second is not None
    assert [(part["group"], part["config"]) for part in (first, second)] == [("a", "x"), ("b", "")]
    assert for_action(found, "SUSPEND") is None


def test_values_come_from_who_gives_them_then_from_the_default() -> None:
    declared = [{"name": "a", "type": "String", "default": 1}, {"name": "b", "type": "Json"}]
    found = input_values(declared, {"a": None, "c": {"x": 1}, "d": True})
    assert [(item["name"], item["type"], item["value"]) for item in found] == [
        ("a", "String", None),
        ("b", "Json", None),
        ("c", "Json", {"x": 1}),
        ("d", "String", True),
    ]


def test_only_inputs_that_say_so_replace() -> None:
    declared = [{"name": "a", "replace_on_change": True, "default": 1}, {"name": "b"}]
    assert replaced_by(declared, {}, {"a": 1, "b": 2}) == set()
    assert replaced_by(declared, {"b": 1}, {"a": 2, "b": 2}) == {"a"}


def test_places_of_inputs_are_filled_at_any_depth() -> None:
    snippet = {"a": {"get_input": "x"}, "b": [{"get_input": "y"}, {"get_input": "x", "other": 1}], "get_input": 1}
    found, missing = with_inputs(snippet, "get_input", {"x": [1]})
    assert found == {"a": [1], "b": [None, {"get_input": "x", "other": 1}], "get_input": 1}
    assert missing == {"y"}


@pytest.mark.parametrize(
    ("given", "form", "expected"),
    [
        (SCRIPT_ID, "RAW", "#!/bin/sh\necho hi\n"),
        (SCRIPT_ID, "SOFTWARE_CONFIG", "#!/bin/sh\necho hi\n"),
        (SCRIPT_ID, "HEAT_CFNTOOLS", SCRIPT_ID),
        (SCRIPT_ID.replace("7", "8"), "RAW", SCRIPT_ID.replace("7", "8")),
        ("echo", "RAW", "echo"),
    ],
)
def test_user_data_may_be_the_id_of_a_config(software: FakeSoftware, given: str, form: str, expected: str) -> None:
    call = Call(cloud=None, clock=FakeClock(), software=software)  # type: ignore[arg-type]
    assert user_data.content(call, given, form) == expected


@pytest.mark.parametrize("servers", [UNKNOWN, {}, None])
def test_a_group_without_known_servers_is_tried_with_one(servers: Any) -> None:
    trial = SoftwareDeploymentGroup.trial_child({"servers": servers, "config": "c"})
    assert trial is not None
    assert list(trial["template"]["resources"]) == ["server"]
