"""Who is refused, and what bad requests are told."""

from __future__ import annotations

import importlib
import logging

import pytest

from heat_mq import errors
from heat_mq.web.statuses import STATUS
from tests.unit.api.fakes import STACK_ID, Api, configured

STACK_PATH = f"/stacks/s1/{STACK_ID}"
TEMPLATE = {"heat_template_version": "2021-04-16"}


def refused(result, status: int, *words: str) -> None:
    assert result.status_code == status, result.text
    message = result.json["error"]["message"]
    for word in words:
        assert word in message, message


def test_no_token_and_a_wrong_token_are_401(api: Api):
    assert api("GET /stacks", X_Auth_Token="wrong").status_code == 401
    assert api.engine.calls == []


def test_another_projects_path_is_forbidden_before_the_engine_hears_of_it(api: Api):
    refused(api("GET //v1/p2/stacks"), 403, "another project")
    assert api.engine.calls == []


def test_a_stack_user_may_signal_and_read_metadata_below_its_own_project_and_nothing_else(api: Api):
    api.auth.roles, api.auth.project = "heat_stack_user", "sup1"
    path = f"//v1/sup1{STACK_PATH}"
    assert api(f"POST {path}/resources/handle/signal", {}).status_code == 200
    assert api.engine.last[1]["stack_identity"]["tenant"] == "sup1"
    assert api(f"GET {path}/resources/handle/metadata").status_code == 200
    assert api("GET //v1/sup1/stacks/s1").status_code == 302
    for request in (f"GET {path}", f"DELETE {path}", f"GET {path}/resources", "GET //v1/sup1/stacks"):
        refused(api(request), 403, "policy")
    refused(api(f"POST {STACK_PATH}/resources/handle/signal", {}), 403, "another project")


def test_a_stack_users_redirect_stays_in_its_own_project(api: Api):
    api.auth.roles, api.auth.project = "heat_stack_user", "sup1"
    assert "/v1/sup1/stacks/" in api("GET //v1/sup1/stacks/s1").headers["location"]


def test_a_policy_file_overrides_the_defaults(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text('"stacks:global_index": "role:member"\n"stacks:delete": "!"\n')
    api = Api(configured(tmp_path, f"[oslo_policy]\npolicy_file = {policy}\n"))
    listed = api("GET /stacks?global_tenant=true")
    assert listed.json["stacks"][0]["project"] == "p1"
    assert api.engine.last[1]["tenant_safe"] is False
    assert api(f"DELETE {STACK_PATH}").status_code == 403


def test_old_checks_count_only_where_the_operator_asks_for_them(tmp_path):
    api = Api(configured(tmp_path, "[oslo_policy]\nenforce_new_defaults = false\n"))
    api.auth.roles = "anything"
    assert api("GET /stacks").status_code == 200
    api.auth.roles = "heat_stack_user"
    assert api("GET /stacks").status_code == 403


@pytest.mark.parametrize("size", [1_100_000, 2_000_000])
def test_a_body_that_is_too_long_is_a_clean_400(api: Api, size: int):
    result = api("POST /stacks", {"stack_name": "a", "template": "x" * size})
    refused(result, 400, "max_json_body_size")
    assert result.json["error"]["type"] == "RequestLimitExceeded"


def test_a_template_that_is_too_long_is_refused_as_text_and_as_map(api: Api):
    for template in ("x" * 600_000, {"description": "x" * 600_000}):
        result = api("POST /stacks", {"stack_name": "a", "template": template})
        refused(result, 400, "max_template_size", "600")
        assert result.json["error"]["type"] == "RequestLimitExceeded"


def test_an_operator_may_take_templates_of_any_size(tmp_path):
    api = Api(configured(tmp_path, "[DEFAULT]\nmax_template_size = -1\n"))
    assert api("POST /stacks", {"stack_name": "a", "template": "x" * 600_000}).status_code == 201


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"template": TEMPLATE}, ["stack_name"]),
        ({"stack_name": 5, "template": TEMPLATE}, ["stack_name", "a number"]),
        ({"stack_name": "9x", "template": TEMPLATE}, ["9x", "letter"]),
        ({"stack_name": "a"}, ["template_url"]),
        ({"stack_name": "a", "template": [1]}, ["template", "a list"]),
        ({"stack_name": "a", "template": TEMPLATE, "parameters": "x"}, ["parameters", "a map"]),
        ({"stack_name": "a", "template": TEMPLATE, "files": {"f": {}}}, ["files['f']", "text"]),
        ({"stack_name": "a", "template": TEMPLATE, "environment_files": ["e"], "files": {"E": ""}}, ["'e'", "files"]),
        ({"stack_name": "a", "template": TEMPLATE, "environment_files": [1]}, ["environment_files[0]"]),
        ({"stack_name": "a", "template": TEMPLATE, "tags": ["a"]}, ["tags", "text", "a list"]),
        ({"stack_name": "a", "template": TEMPLATE, "timeout_mins": True}, ["timeout_mins"]),
        ({"stack_name": "a", "template": TEMPLATE, "timeout_mins": -1}, ["timeout_mins", "-1"]),
        ({"stack_name": "a", "template": TEMPLATE, "environment": {"parameter": {}}}, ["Did you mean 'parameters'"]),
        ({"stack_name": "a", "template": TEMPLATE, "environment": {"parameters": []}}, ["parameters", "a map"]),
        ({"stack_name": "a", "template": TEMPLATE, "environment": "a: [1,\n b: }"}, ["line 2"]),
        ({"stack_name": "a", "template_url": "ftp://x/y"}, ["http or https"]),
        ({"stack_name": "a", "template_url": "http://127.0.0.1/y"}, ["not one from which templates are fetched"]),
        ({"stack_name": "a", "adopt_stack_data": "{x"}, ["adopt_stack_data"]),
    ],
)
def test_a_bad_body_is_told_which_field_is_wrong_and_what_it_takes(api: Api, body, words):
    refused(api("POST /stacks", body), 400, *words)
    assert api.engine.calls == []


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b'{"a": 1,\n "b" 2}', "line 2, column 6"),
        (b"[]", "a list"),
        (b"", "null"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_a_body_that_is_no_json_object_is_told_where_it_breaks(api: Api, raw: bytes, word: str):
    refused(api("POST /stacks", raw=raw), 400, word)


@pytest.mark.parametrize(
    ("request_line", "word"),
    [
        ("GET /stacks?limit=%C2%B2", "limit"),
        ("GET /stacks?limit=99999999999", "limit"),
        ("GET /stacks?name=%00", "NUL"),
        ("GET /stacks?show_nested=yes", "show_nested"),
        ("GET /stacks?sort_dir=up", "asc or desc"),
        (f"GET {STACK_PATH}/resources?nested_dept=1", "Did you mean 'nested_depth'"),
        (f"GET {STACK_PATH}/events?sort_dir=up", "asc or desc"),
        ("POST /validate?ignore_errors=1", "99001"),
    ],
)
def test_a_bad_query_names_the_parameter(api: Api, request_line: str, word: str):
    refused(api(request_line, {"template": TEMPLATE}), 400, word)


def test_an_engines_error_answers_with_its_problems(api: Api):
    problem = errors.Problem("no such type", path="resources.a.type", line=3, column=9, suggestion="OS::Heat::None")
    api.engine.refuse("StackValidationFailed", str(problem), problems=[problem.as_dict()])
    result = api("POST /stacks", {"stack_name": "a", "template": "x"})
    refused(result, 400, "line 3, column 9", "Did you mean 'OS::Heat::None'?")
    assert result.json["error"]["problems"][0]["path"] == "resources.a.type"


def test_an_unexpected_error_is_logged_and_not_told(api: Api, caplog):
    api.engine.failure = KeyError("the secret")
    with caplog.at_level(logging.ERROR):
        result = api("GET /stacks")
    assert result.status_code == 500
    assert set(result.json) == {"code", "title", "explanation", "error"}
    assert "secret" not in result.text
    assert "secret" in caplog.text
    assert result.headers["x-openstack-request-id"]


def test_a_layer_that_fails_answers_a_fault_too(api: Api, caplog):
    api.auth._app = None
    result = api("GET /stacks")
    assert (result.status_code, result.json["error"]["type"]) == (500, "HTTPInternalServerError")
    assert "Traceback" in caplog.text


def test_no_engine_is_503(api: Api):
    api.engine.failure = errors.EngineUnavailable("No engine answered list_services in time.")
    api.auth.roles = "admin"
    refused(api("GET /services"), 503, "No engine")


def test_every_error_that_a_user_can_mend_answers_4xx():
    importlib.import_module("heat_mq.template.merge")  # what the API does not load brings errors of its own

    def all_of(base: type[errors.Error]) -> list[type[errors.Error]]:
        return [base, *(below for child in base.__subclasses__() for below in all_of(child))]

    for error in all_of(errors.UserError):
        assert 400 <= STATUS.get(error.type, 500) < 500, f"{error.__name__}: {error.type} has no status"
