"""What clients of Heat see: requests with the status and the shape of the answer that Heat gave.

The engine is a fake, so a case whose error is the engine's checks how that error answers, and nothing of
the rule behind it.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.unit.api.fakes import CONFIG, DEPLOYMENT, EVENT, IDENTITY, PROJECT, RESOURCE, SNAPSHOT, STACK, STACK_ID, Api

REFERENCE = json.loads((pathlib.Path(__file__).parents[1] / "reference" / "api.json").read_text())

CASES = REFERENCE["observed"]["cases"]

#: Errors that the API finds itself; all others come from the engine.
FOUND_BY_API = {"HTTPBadRequest", "ValueError", "HTTPNotFound", "HTTPForbidden", "HTTPMethodNotAllowed"}
#: Cases whose error the engine finds here, with its type there.
FOUND_BY_ENGINE = {
    "validate bad": "StackValidationFailed",
    "validate group error": "StackValidationFailed",
    "template string not yaml map": "StackValidationFailed",
    "template string without version": "InvalidTemplateVersion",
    "admin-only type as member": "Forbidden",
}
#: Text of a template is passed on unread, so its errors bear the engine's types.
OWN_TYPE = {"template string not yaml map", "template string without version"}
#: Where an answer of Heat is a fault of Heat: a clean 400 here.
BETTER = {
    "bad restricted action": "InvalidRestrictedAction",
    "validate bad ignore": None,
    "config delete in use": "InvalidRestrictedAction",
}
#: Bodies that the observations give by their keys alone.
TEMPLATE = {"heat_template_version": "2021-04-16"}
BODIES: dict[str, Any] = {
    "name 256": {"stack_name": "e" * 256, "template": TEMPLATE},
    "bad restricted action": {
        "stack_name": "e",
        "template": TEMPLATE,
        "environment": {"resource_registry": {"resources": {"v": {"restricted_actions": "zz"}}}},
    },
    "tag too long": {"stack_name": "e", "tags": "z" * 81, "template": TEMPLATE},
    "validate all parameter types": {"template": TEMPLATE},
    "json list body": [1],
}

SCHEMA_SHAPE = {
    "resource_type": "OS::Heat::Value",
    "attributes": {"show": {"description": "", "type": "map"}, "value": {"description": ""}},
    "properties": {
        "type": {
            "constraints": [{}],
            "description": "",
            "immutable": False,
            "required": False,
            "type": "string",
            "update_allowed": True,
        },
        "value": {
            "description": "",
            "immutable": False,
            "required": True,
            "type": "any",
            "update_allowed": True,
        },
    },
    "support_status": {"message": None, "previous_status": None, "status": "SUPPORTED", "version": "7.0.0"},
}


@pytest.fixture
def api() -> Api:
    return Api()


def names() -> list[str]:
    return [f"{case['case']}: {case['request']}"[:120] for case in CASES]


def prepare(api: Api, case: dict[str, Any]) -> None:
    """Let the fake engine know what the observed one knew."""
    engine = api.engine
    kind, title = case.get("error_type"), case["case"]
    if title in FOUND_BY_ENGINE:
        engine.refuse(FOUND_BY_ENGINE[title])
    elif BETTER.get(title):
        engine.refuse(BETTER[title] or "")
    elif kind is not None and kind not in FOUND_BY_API and case["request"].startswith(tuple("GPD")):
        engine.refuse(kind)
    roles = case.get("roles")
    if roles:
        api.auth.roles = roles
    answer = case.get("answer")
    wanted = answer if isinstance(answer, dict) else {}
    name = "s2" if "/s2" in (case.get("location") or case["request"]) else _name_of(case)
    engine.answers["identify_stack"] = engine.answers["create_stack"] = {**IDENTITY, "stack_name": name}
    engine.answers["show_stack"] = _stack_like(wanted.get("stack", {}))
    stacks = [{**STACK, "stack_name": name} for name in case.get("names") or ["l0"]]
    if wanted.get("stacks") and wanted["stacks"][0].get("tags") is None:
        stacks = [{**stack, "tags": None} for stack in stacks]
    engine.answers["list_stacks"] = stacks if case.get("names") != [] else []
    if "detail=true" in case["request"]:
        engine.answers["list_stack_resources"] = [{**RESOURCE, "description": "", "attributes": {"value": "x"}}]
    if title == "resources of deleted":
        engine.answers["list_stack_resources"] = []
    if title == "resource with_attr":
        engine.answers["describe_stack_resource"] = {**RESOURCE, "attributes": {"value": "x", "zz": None}}
    engine.answers["list_events"] = [] if kind == "HTTPNotFound" else [EVENT]
    engine.answers["list_outputs"] = [{"output_key": "o", "description": "No description given"}]
    engine.answers["show_output"] = STACK["outputs"][0]
    engine.answers["resource_schema"] = SCHEMA_SHAPE
    engine.answers["list_template_versions"] = [{"version": "v", "type": "hot", "aliases": []}]
    engine.answers["list_template_functions"] = [{"functions": "f", "description": "d"}]
    if title.startswith("resource types"):
        types = wanted.get("resource_types")
        described = [{"resource_type": "OS::Heat::Value", "description": "d"}]
        engine.answers["list_resource_types"] = described if "with_description" in case["request"] else types
    snapshot = {**SNAPSHOT, "data": _dump_like(wanted)}
    engine.answers["stack_snapshot"] = {**SNAPSHOT, "data": None, "status_reason": None}
    engine.answers["show_snapshot"], engine.answers["stack_list_snapshots"] = snapshot, [snapshot]
    for method in (
        "abandon_stack",
        "export_stack",
        "get_template",
        "get_environment",
        "get_files",
        "validate_template",
        "generate_template",
    ):
        engine.answers[method] = wanted
    engine.answers |= _software_like(wanted)
    engine.answers["preview_update_stack"] = _changes_like(wanted.get("resource_changes", {}))


def _software_like(wanted: dict[str, Any]) -> dict[str, Any]:
    """Configs and deployments with what Heat showed of them there, and what it did not show."""
    config = {**CONFIG, **_values(wanted.get("software_config", {}))}
    deployment = {**DEPLOYMENT, **_values(wanted.get("software_deployment", {}))}
    summary = {key: CONFIG[key] for key in ("id", "name", "group", "creation_time")}
    shown = wanted.get("software_configs", [{}])[0]
    return {
        "list_software_configs": [{**summary, **_values(shown)}],
        "show_software_config": config,
        "create_software_config": config,
        "delete_software_config": None,
        "list_software_deployments": [DEPLOYMENT],
        "metadata_software_deployments": [CONFIG],
        "show_software_deployment": deployment,
        "create_software_deployment": deployment,
        "update_software_deployment": {**deployment, "updated_time": "2026-01-02T03:04:05Z"},
        "delete_software_deployment": None,
    }


def _changes_like(shown: dict[str, Any]) -> dict[str, Any]:
    """As many resources as Heat showed there, without times where it showed none."""
    resource = {**RESOURCE, "description": "", "attributes": {}}

    def change(item: dict[str, Any]) -> dict[str, Any]:
        return resource | {key: None for key, value in item.items() if value is None}

    names = ("unchanged", "updated", "replaced", "added", "deleted")
    return {name: [change(item) for item in shown.get(name, [])] for name in names}


def _values(shape: dict[str, Any]) -> dict[str, Any]:
    """What a shape says of the values themselves: null, empty, and the keys of maps and lists."""
    filled = {"string": "text", "number": 1, "boolean": True, "map": {}}

    def value(part: Any) -> Any:
        if isinstance(part, dict):
            times = {key: CONFIG["creation_time"] for key in part if key.endswith("_time")}
            return {key: value(item) for key, item in part.items()} | times
        if isinstance(part, list):
            return [value(item) for item in part]
        return filled.get(part, part) if isinstance(part, str) else part

    found: dict[str, Any] = value(shape)
    return found


def _dump_like(wanted: dict[str, Any]) -> Any:
    """The data of a snapshot, which the API passes on unread."""
    shown = wanted.get("snapshot") or next(iter(wanted.get("snapshots") or ()), {})
    return shown.get("data")


def _name_of(case: dict[str, Any]) -> str:
    location = case.get("location") or "/stacks/s1/"
    return str(location.partition("/stacks/")[2].partition("/")[0])


def _stack_like(shape: dict[str, Any]) -> dict[str, Any]:
    """The stack, with the values null that Heat showed as null there, and outputs where it showed them."""
    stack = {**STACK, "updated_time": "2026-01-02T03:04:05Z", "deletion_time": "2026-01-02T03:04:05Z"}
    for key, value in shape.items():
        if value is None and key in stack:
            stack[key] = None
        if value == [] and key in stack:
            stack[key] = []
    if shape and "outputs" not in shape:
        del stack["outputs"]
    return stack


def fits(shape: Any, value: Any) -> bool:
    """Whether a value has the observed keys and types; a word is a type (``string``) or the value itself."""
    kinds = {"string": str, "number": int, "boolean": bool, "map": dict}
    match shape:
        case dict():
            return isinstance(value, dict) and set(shape) == set(value) and all(fits(shape[k], value[k]) for k in shape)
        case [item]:
            return isinstance(value, list) and bool(value) and all(fits(item, one) for one in value)
        case str() if shape in kinds:
            # Answers that the API passes on unread are the shape itself in this test.
            return isinstance(value, kinds[shape]) or value == shape
    return bool(value == shape)


@pytest.mark.parametrize("case", CASES, ids=names())
def test_a_request_is_answered_as_heat_answers_it(api: Api, case: dict[str, Any]) -> None:
    prepare(api, case)
    title = case["case"]
    request = case["request"].replace("/v1/{project}", "").replace("{id}", STACK_ID)
    if title == "other project in path":
        request = "GET //v1/p2/stacks"
    body = BODIES.get(title, case.get("body"))
    raw = b"not json" if title == "not json" else None

    result = api(request, body, raw=raw)

    status = 400 if title in BETTER else case["status"]
    assert result.status_code == status, result.text
    assert result.headers["x-openstack-request-id"].startswith("req-")
    if case.get("error_type") and title not in BETTER:
        assert_fault(result.json, case)
    if status < 400:
        assert_answer(result, case)


def assert_fault(body: dict[str, Any], case: dict[str, Any]) -> None:
    assert set(body) == {"code", "title", "explanation", "error"}
    assert body["code"] == case["status"]
    assert body["error"]["traceback"] is None
    assert body["error"]["message"]
    if case["case"] not in OWN_TYPE:
        assert body["error"]["type"] == case["error_type"]


def assert_answer(result: Any, case: dict[str, Any]) -> None:
    if case.get("location"):
        assert result.headers["location"] == case["location"].replace("{project}", PROJECT).replace("{id}", STACK_ID)
    answer = case.get("answer")
    if answer == "empty":
        assert result.content == b""
    elif answer == "null":
        assert result.json is None
    elif answer == "boilerplate":
        assert set(result.json) == {"code", "message", "title"}
    elif isinstance(answer, dict):
        assert fits(answer, result.json), f"wanted {answer}\ngot    {result.json}"
    if "names" in case:
        assert [stack["stack_name"] for stack in result.json["stacks"]] == case["names"]
        assert [link["rel"] for link in result.json.get("links", [])] == case.get("links", [])
        assert result.json.get("count") == case.get("count")
