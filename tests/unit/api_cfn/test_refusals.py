"""Whatever is wrong is answered with AWS's codes, in XML or JSON, and never as an error of the server's own."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heat_mq import errors
from heat_mq.api_cfn.actions import ACTIONS
from heat_mq.api_cfn.errors import STATUS_OF_CODE, code_of
from heat_mq.web.statuses import STATUS
from tests.unit.api.fakes import configured
from tests.unit.api_cfn.fakes import ARN, Cfn

TEMPLATE = '{"heat_template_version": "2018-08-31"}'
CREATE = {"Action": "CreateStack", "StackName": "s1", "TemplateBody": TEMPLATE}


@pytest.mark.parametrize(
    ("params", "code", "names"),
    [
        ({}, "MissingAction", "Action"),
        ({"Action": "Explode"}, "InvalidAction", "Explode"),
        ({"Action": "DescribeStack"}, "InvalidAction", "'DescribeStacks'"),
        ({"Action": "CreateStack"}, "MissingParameter", "StackName"),
        ({"Action": "CreateStack", "StackName": "s1"}, "MissingParameter", "TemplateBody"),
        ({"Action": "DeleteStack"}, "MissingParameter", "StackName"),
        ({"Action": "DescribeStackResource", "StackName": "s1"}, "MissingParameter", "LogicalResourceId"),
        ({"Action": "DescribeStackResources"}, "MissingParameter", "StackName"),
        ({**CREATE, "TimeoutInMinutes": "soon"}, "InvalidParameterValue", "TimeoutInMinutes"),
        ({**CREATE, "TimeoutInMinutes": "-1"}, "InvalidParameterValue", "TimeoutInMinutes"),
        ({**CREATE, "TimeoutInMinutes": "99999999999999"}, "InvalidParameterValue", "TimeoutInMinutes"),
        ({**CREATE, "TimeoutInMinutes": "²"}, "InvalidParameterValue", "TimeoutInMinutes"),
        ({**CREATE, "DisableRollback": "perhaps"}, "InvalidParameterValue", "DisableRollback"),
        ({**CREATE, "OnFailure": "ROLL"}, "InvalidParameterValue", "'ROLLBACK'"),
        ({**CREATE, "OnFailure": "DELETE", "DisableRollback": "true"}, "InvalidParameterCombination", "OnFailure"),
        ({**CREATE, "Parameters.member.1.ParameterKey": "a"}, "InvalidParameterValue", "member.1"),
        ({**CREATE, "Parameters.member.1.ParameterValue": "a"}, "InvalidParameterValue", "member.1"),
        ({"Action": "DeleteStack", "StackName": "arn:aws:x"}, "InvalidParameterValue", "arn:openstack"),
        (
            {"Action": "DescribeStackResources", "StackName": "s1", "PhysicalResourceId": "x"},
            *("InvalidParameterCombination", "not both"),
        ),
        (
            {"Action": "CreateStack", "StackName": "s1", "TemplateUrl": "file:///etc/passwd"},
            *("InvalidParameterValue", "file:"),
        ),
        ({"Action": "ValidateTemplate", "TemplateURL": "http://127.0.0.1/x"}, "InvalidParameterValue", "127.0.0.1"),
    ],
)
def test_bad_parameters_are_told(cfn: Cfn, params: dict[str, str], code: str, names: str) -> None:
    reply = cfn.send("GET", f"/v1/?{urlencode(params)}", X_Auth_Token="good")
    assert (reply.status, reply.error) == (400, code)
    assert names in reply.message
    assert reply.xml.findtext("Error/Type") == "Sender"


def test_errors_are_json_where_answers_would_be(cfn: Cfn) -> None:
    error = cfn("Explode", ContentType="JSON").json["ErrorResponse"]["Error"]
    assert (error["Code"], error["Type"]) == ("InvalidAction", "Sender")
    assert cfn("Explode", method="POST", ContentType="JSON").json["ErrorResponse"]["Error"] == error


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("StackExists", 400, "AlreadyExists"),
        ("ActionInProgress", 400, "InvalidAction"),
        ("NotSupported", 400, "InvalidAction"),
        ("RequestLimitExceeded", 400, "RequestLimitExceeded"),
        ("StackResourceLimitExceeded", 400, "RequestLimitExceeded"),
        ("EntityNotFound", 400, "InvalidParameterValue"),
        ("ResourceNotFound", 400, "InvalidParameterValue"),
        ("StackValidationFailed", 400, "InvalidParameterValue"),
        ("UserParameterMissing", 400, "InvalidParameterValue"),
        ("Forbidden", 403, "AccessDenied"),
        ("CloudTransient", 503, "ServiceUnavailable"),
        ("CloudError", 503, "ServiceUnavailable"),
        ("EngineUnavailable", 503, "ServiceUnavailable"),
    ],
)
def test_the_engines_errors_have_codes_of_aws(cfn: Cfn, kind: str, status: int, code: str) -> None:
    cfn.engine.refuse(kind, "the engine says why")
    reply = cfn("CreateStack", StackName="s1", TemplateBody=TEMPLATE)
    assert (reply.status, reply.error) == (status, code)
    assert reply.message == "the engine says why"


def test_every_type_of_error_has_a_code() -> None:
    for kind, status in STATUS.items():
        assert STATUS_OF_CODE[code_of(kind)] < 500 or status >= 500


@pytest.mark.parametrize("failure", [errors.RemoteError("InternalError", "secret", {}), RuntimeError("secret")])
def test_what_is_wrong_inside_is_not_told(cfn: Cfn, failure: Exception) -> None:
    cfn.engine.failure = failure
    reply = cfn("ListStacks")
    assert (reply.status, reply.error) == (500, "InternalFailure")
    assert b"secret" not in reply.body
    assert reply.xml.findtext("Error/Type") == "Receiver"


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", f"/v1/signal/{ARN}/resources/a", b"", "InvalidAction"),
        ("PUT", f"/v1/signal/{ARN}/resources/a", b"", "InvalidAction"),
        ("POST", f"/v1/waitcondition/{ARN}/resources/a", b"", "InvalidAction"),
        ("POST", "/v1/signal/", b"", "InvalidParameterValue"),
        ("POST", "/v1/signal/elsewhere", b"", "InvalidParameterValue"),
        ("POST", f"/v1/signal/{ARN}", b"", "InvalidParameterValue"),
        ("PUT", f"/v1/waitcondition/{ARN}/resources/a/events/b", b"", "InvalidParameterValue"),
        ("PUT", f"/v1/waitcondition/{ARN}/resources/a", b"{", "InvalidParameterValue"),
        ("PUT", f"/v1/waitcondition/{ARN}/resources/a", b"\xff", "InvalidParameterValue"),
        ("PUT", f"/v1/waitcondition/{ARN}/resources/a", b'{"a": "\\u0000"}', "InvalidParameterValue"),
        ("PUT", f"/v1/waitcondition/{ARN}/resources/a", b"[" * 100000, "InvalidParameterValue"),
        ("GET", "/v1/elsewhere", b"", "InvalidAction"),
        ("GET", "/elsewhere", b"", "InvalidAction"),
        ("GET", "/v1/?Action=%FF", b"", "MalformedQueryString"),
        ("GET", "/v1/?Action=a%00", b"", "MalformedQueryString"),
        ("GET", "/v1/?Action=DescribeStacks&StackName=%ED%A0%80", b"", "MalformedQueryString"),
    ],
)
def test_bad_requests_are_told(cfn: Cfn, method: str, path: str, body: bytes, code: str) -> None:
    reply = cfn.send(method, path, body, X_Auth_Token="good")
    assert reply.error == code
    assert reply.status == STATUS_OF_CODE[code]
    assert cfn.engine.calls == []


def test_templates_and_bodies_have_bounds(tmp_path: pathlib.Path) -> None:
    cfn = Cfn(configured(tmp_path, "[DEFAULT]\nmax_template_size = 100\nmax_json_body_size = 1000\n"))
    assert cfn("CreateStack", StackName="s", TemplateBody="é" * 51).error == "RequestLimitExceeded"
    # A template of legal size may take three times as much in a form.
    assert cfn("CreateStack", method="POST", StackName="s", TemplateBody="é" * 50).status == 200
    assert cfn("ListStacks", method="POST", Other="x" * 4000).error == "RequestLimitExceeded"
    signal = f"/v1/signal/{ARN}/resources/a"
    assert cfn.send("POST", signal, b" " * 1001, X_Auth_Token="good").error == "RequestLimitExceeded"


def test_an_operator_may_take_templates_of_any_size(tmp_path: pathlib.Path) -> None:
    cfn = Cfn(configured(tmp_path, "[DEFAULT]\nmax_template_size = -1\n"))
    assert cfn("CreateStack", method="POST", StackName="s", TemplateBody="x" * 600_000).status == 200


TEXT = st.text(max_size=30)
NAMES = st.sampled_from(
    ["StackName", "TemplateBody", "TimeoutInMinutes", "DisableRollback", "OnFailure", "LogicalResourceId"]
) | st.from_regex(r"Parameters\.member\.\d{1,8}(\.Parameter(Key|Value))?", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*ACTIONS, "Nope"]), st.dictionaries(NAMES | TEXT, TEXT, max_size=6), st.booleans())
def test_no_request_is_an_error_of_the_servers_own(action: str, params: dict[str, str], as_form: bool) -> None:
    sent = urlencode({**params, "Action": action}, errors="surrogatepass")
    cfn = CFN
    if as_form:
        form = "application/x-www-form-urlencoded"
        reply = cfn.send("POST", "/v1/", sent.encode(), X_Auth_Token="good", Content_Type=form)
    else:
        reply = cfn.send("GET", f"/v1/?{sent}", X_Auth_Token="good")
    assert reply.status < 500, reply.body


CFN: Any = Cfn()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["/", "/v1/", "/v1/signal/", "/v1/waitcondition/", "/v2", "/v1.0/x"]), st.binary(max_size=40))
def test_no_path_and_no_body_is_an_error_of_the_servers_own(path: str, raw: bytes) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in raw)
    for method in ("GET", "PUT", "POST", "DELETE"):
        form = "application/x-www-form-urlencoded"
        reply = CFN.send(method, f"{path}{quoted}?{quoted}", raw, X_Auth_Token="good", Content_Type=form)
        assert reply.status < 500, reply.body


@pytest.mark.parametrize("path", ["/", "/versions", "/v2/", "/v1.1/", "/versions/"])
def test_the_version_document_needs_no_proof(cfn: Cfn, path: str) -> None:
    reply = cfn.send("GET", path)
    assert reply.status == 300
    [version] = reply.json["versions"]
    assert (version["id"], version["links"][0]["href"]) == ("v1.0", "http://cfn:8000/v1/")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1?", {}),
        ("/v1/?", {}),
        ("/v1.0/?", {}),
        ("/?", {}),
        ("/?", {"Accept": "application/vnd.openstack.cloudformation-v1.0"}),
    ],
)
def test_version_1_is_asked_for_in_several_ways(cfn: Cfn, path: str, headers: dict[str, str]) -> None:
    assert cfn.send("GET", f"{path}Action=ListStacks", X_Auth_Token="good", **headers).status == 200


def test_another_version_is_shown_what_there_is(cfn: Cfn) -> None:
    accept = "application/vnd.openstack.cloudformation-v2"
    assert cfn.send("GET", "/?Action=ListStacks", X_Auth_Token="good", Accept=accept).status == 300


def test_health_needs_no_proof(cfn: Cfn) -> None:
    assert cfn.send("GET", "/healthcheck").status == 200


def test_a_token_layer_that_cannot_ask_keystone_is_told_in_awss_form() -> None:
    def broken(app: Any, _: Any) -> Any:
        def layer(environ: Any, start_response: Any) -> list[bytes]:
            start_response("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<html>"]

        return layer

    reply = Cfn(auth=broken)("ListStacks")
    assert (reply.status, reply.error) == (503, "ServiceUnavailable")


def test_the_api_loads_no_engine_no_database_and_no_sibling() -> None:
    program = (
        "import sys, heat_mq.api_cfn.wsgi, heat_mq.cmd.api_cfn\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('heat_mq.')}\n"
        "print(*sorted(rooms))\n"
        "print(*sorted(name for name in ('sqlalchemy.orm', 'openstack', 'alembic') if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    rooms, libraries = done.stdout.split("\n")[:2]
    for room in ("api", "engine", "db", "resources", "template", "planner", "clients"):
        assert room not in rooms.split()
    assert libraries == ""
