"""Software configs and deployments: what bodies may say, and what is passed on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.api.fakes import CONFIG, DEPLOYMENT, Api

SUMMARY = {key: CONFIG[key] for key in ("id", "name", "group", "creation_time")}
CHANGE = {"config_id": None, "input_values": {}, "output_values": {}, "action": None, "status_reason": None}


@pytest.fixture
def api() -> Api:
    made = Api()
    made.engine.answers |= {
        "list_software_configs": [{**SUMMARY, "project": "p9"}],
        "create_software_config": CONFIG,
        "list_software_deployments": [DEPLOYMENT],
        "create_software_deployment": DEPLOYMENT,
        "update_software_deployment": DEPLOYMENT,
    }
    return made


def test_inputs_and_outputs_get_the_defaults_of_their_keys(api: Api) -> None:
    body = {
        "name": "c",
        "inputs": [{"name": "a"}, {"name": "b", "type": "Json", "default": [1], "replace_on_change": "true"}],
        "outputs": [{"name": "o"}, {"name": "e", "error_output": True, "description": "wrong"}],
    }
    assert api("POST /software_configs", body).status_code == 200
    name, sent = api.engine.last
    assert name == "create_software_config"
    assert sent["inputs"] == [
        {"name": "a", "type": "String"},
        {"name": "b", "type": "Json", "default": [1], "replace_on_change": True},
    ]
    assert sent["outputs"] == [
        {"name": "o", "type": "String", "error_output": False},
        {"name": "e", "type": "String", "error_output": True, "description": "wrong"},
    ]
    assert (sent["group"], sent["config"], sent["options"]) == (None, None, {})


def test_a_config_that_a_client_derives_keeps_the_values_of_its_inputs(api: Api) -> None:
    given = [{"name": "deploy_action", "type": "String", "description": "d", "value": "UPDATE"}]
    api("POST /software_configs", {"name": "c", "inputs": given})
    assert api.engine.last[1]["inputs"] == given


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"inputs": "a"}, "'inputs' is a list of maps, not text"),
        ({"inputs": ["a"]}, "inputs[0] is a map, not text"),
        ({"inputs": [{}]}, "inputs[0] needs a name"),
        ({"inputs": [{"name": 1}]}, "inputs[0].name is text, not a number"),
        ({"inputs": [{"name": "a", "defualt": 1}]}, "inputs[0] has no key 'defualt'. Did you mean 'default'?"),
        ({"inputs": [{"name": "a", "type": "string"}]}, "not 'string'. Did you mean 'String'?"),
        ({"outputs": [{"name": "a", "error_output": "maybe"}]}, "outputs[0].error_output is true or false"),
        ({"outputs": [{"name": "a", "error_output": []}]}, "outputs[0].error_output is true or false"),
        ({"options": []}, "'options' is a map, not a list"),
        ({"name": "n" * 256}, "'name' has 256 characters; 255 at most are taken."),
        ({"group": 7}, "'group' is text, not a number"),
    ],
)
def test_a_config_that_cannot_be_is_refused_with_its_place(api: Api, body: dict[str, Any], told: str) -> None:
    answer = api("POST /software_configs", body)
    assert answer.status_code == 400
    assert told in answer.json["error"]["message"]
    assert api.engine.calls == []


def test_the_list_passes_its_page_on_and_shows_the_project_where_the_engine_does(api: Api) -> None:
    answer = api("GET /software_configs?limit=2&marker=m")
    assert answer.json == {"software_configs": [{**SUMMARY, "project": "p9"}]}
    assert api.engine.last[1] == {"limit": 2, "marker": "m", "tenant_safe": True}
    assert api("GET /software_configs?limit=x").status_code == 400


@pytest.mark.parametrize("missing", ["server_id", "config_id"])
def test_a_deployment_needs_a_config_and_a_server(api: Api, missing: str) -> None:
    body = {"server_id": "s", "config_id": "c"}
    del body[missing]
    answer = api("POST /software_deployments", body)
    assert (answer.status_code, missing in answer.json["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_values": []},
        {"stack_user_project_id": "p" * 65},
        {"action": {}},
        {"status": "s" * 256},
        {"status_reason": 1},
        {"server_id": "s" * 256},
    ],
)
def test_a_deployment_that_cannot_be_is_refused(api: Api, wrong: dict[str, Any]) -> None:
    answer = api("POST /software_deployments", {"server_id": "s", "config_id": "c", **wrong})
    assert (answer.status_code, api.engine.calls) == (400, [])


def test_a_change_says_only_what_changes(api: Api) -> None:
    assert api("PUT /software_deployments/d", {"status": "COMPLETE"}).status_code == 200
    assert api.engine.last[1] == {"deployment_id": "d", **CHANGE, "status": "COMPLETE", "updated_at": None}


def test_deployments_are_listed_by_server(api: Api) -> None:
    assert api("GET /software_deployments?server_id=s").json == {"software_deployments": [DEPLOYMENT]}
    assert api.engine.last[1] == {"server_id": "s"}
    api("GET /software_deployments")
    assert api.engine.last[1] == {"server_id": None}


@pytest.mark.parametrize(
    ("request_line", "allowed"),
    [
        ("GET /software_deployments/metadata/s", True),
        ("GET /software_deployments", False),
        ("GET /software_deployments/d", False),
        ("PUT /software_deployments/d", False),
        ("DELETE /software_deployments/d", False),
        ("POST /software_deployments", False),
        ("GET /software_configs", False),
        ("GET /software_configs/c", False),
        ("POST /software_configs", False),
        ("DELETE /software_configs/c", False),
    ],
)
def test_a_stacks_own_user_may_read_metadata_alone(api: Api, request_line: str, allowed: bool) -> None:
    api.engine.answers["metadata_software_deployments"] = [CONFIG]
    api.auth.roles = "heat_stack_user"
    body = {} if request_line.startswith(("P",)) else None
    assert api(request_line, body).status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("request_line", "reader"),
    [
        ("GET /software_configs", True),
        ("POST /software_configs", False),
        ("DELETE /software_configs/c", False),
        ("GET /software_deployments", True),
        ("PUT /software_deployments/d", False),
        ("DELETE /software_deployments/d", False),
        ("GET /software_configs?global_tenant=true", False),
    ],
)
def test_readers_read_and_members_write(api: Api, request_line: str, reader: bool) -> None:
    api.engine.answers |= {"delete_software_config": None, "delete_software_deployment": None}
    everybody = "global_tenant" not in request_line
    for roles, allowed in (("reader", reader), ("member,reader", everybody)):
        api.auth.roles = roles
        body = {"name": "c"} if request_line.startswith("P") else None
        assert api(request_line, body).status_code in ((200, 204) if allowed else (403,)), roles
