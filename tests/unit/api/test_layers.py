"""The layers before the routes: versions, health, browsers, ids; and what the API must not load."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys

import pytest
import webob

from heat_mq.api.middleware.reply import refuse
from heat_mq.web.body_limit import BodyLimit
from tests.unit.api.fakes import Api, configured


@pytest.mark.parametrize("path", ["//", "//versions", "//versions/", "//v1", "//v1/", "//v2/p1/stacks", "//v1.1/p1/x"])
def test_the_version_document_needs_no_token(api: Api, path: str):
    result = api(f"GET {path}", X_Auth_Token="wrong")
    assert result.status_code == 300
    [version] = result.json["versions"]
    assert (version["id"], version["status"]) == ("v1.0", "CURRENT")
    assert version["links"] == [{"rel": "self", "href": "http://localhost/v1/"}]


def test_version_1_0_is_version_1(api: Api):
    assert api("GET //v1.0/p1/stacks").status_code == 200


def test_an_unversioned_path_needs_the_accept_header(api: Api):
    assert api("GET //p1/stacks").status_code == 404
    accept = "application/vnd.openstack.orchestration-v1"
    assert api("GET //p1/stacks", Accept=accept).status_code == 200


def test_health_needs_no_token(api: Api):
    assert api("GET //healthcheck", X_Auth_Token="wrong").status_code == 200


def test_a_trailing_slash_changes_nothing(api: Api):
    assert api("GET /stacks/").status_code == 200


@pytest.mark.parametrize("path", ["//v1/p1/software_deployments/metadata//", "//v1//stacks", "/stacks//x"])
def test_doubled_slashes_name_nothing(api: Api, path: str):
    assert api(f"GET {path}").status_code == 404
    assert api.engine.calls == []


def test_every_answer_bears_a_request_id_that_the_engine_sees(api: Api):
    result = api("GET /stacks")
    assert api.engine.contexts[0].request_id == result.headers["x-openstack-request-id"]
    assert api("GET //nowhere").headers["x-openstack-request-id"].startswith("req-")
    assert api("GET /stacks", X_Auth_Token="wrong").headers["x-openstack-request-id"].startswith("req-")


def test_the_context_is_who_the_token_says(api: Api):
    api("GET /stacks")
    context = api.engine.contexts[0]
    assert (context.project_id, context.user_id, context.roles) == ("p1", "u1", ["member", "reader"])
    assert (context.auth_token, context.is_admin) == ("good", False)


def test_the_token_is_never_logged(api: Api, caplog):
    with caplog.at_level(logging.DEBUG):
        api("GET /stacks", X_Auth_Token="s3cr3t-token")
    assert "s3cr3t-token" not in caplog.text


def test_browsers_of_allowed_origins_may_ask_without_a_token(tmp_path):
    api = Api(configured(tmp_path, "[cors]\nallowed_origin = http://horizon\n"))
    headers = {"Origin": "http://horizon", "Access-Control-Request-Method": "POST"}
    preflight = webob.Request.blank("/v1/p1/stacks", method="OPTIONS", headers=headers).get_response(api.app)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "http://horizon"
    assert preflight.headers["Access-Control-Allow-Methods"] == "POST"
    refused = api("GET //v1/p2/stacks", Origin="http://horizon")
    assert refused.headers["access-control-allow-origin"] == "http://horizon"


def serve(limit: int, body: bytes, **environ: str) -> tuple[str, bytes, bytes]:
    """Status, answer, and what the application behind the limit read."""
    seen = []
    started = []

    def app(environ, start_response):
        seen.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)))
        start_response("200 OK", [])
        return [b""]

    request = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": io.BytesIO(body), **environ}
    answer = b"".join(BodyLimit(app, limit, refuse)(request, lambda status, headers: started.append(status)))
    return started[0], answer, b"".join(seen)


def test_a_chunked_body_is_read_to_its_end_or_to_the_limit():
    assert serve(10, b"0123456789", HTTP_TRANSFER_ENCODING="chunked")[2] == b"0123456789"
    status, answer, _ = serve(10, b"0123456789x", HTTP_TRANSFER_ENCODING="chunked")
    assert status.startswith("400")
    assert json.loads(answer)["error"]["type"] == "RequestLimitExceeded"


@pytest.mark.parametrize("length", ["-1", "x", "²"])
def test_a_content_length_that_is_no_number_is_refused(length: str):
    assert serve(10, b"", CONTENT_LENGTH=length)[0].startswith("400")


def test_a_body_shorter_than_promised_is_refused():
    assert serve(10, b"ab", CONTENT_LENGTH="5")[0].startswith("400")


def test_the_api_loads_no_engine_no_database_and_no_resource_type():
    program = (
        "import sys, heat_mq.api.wsgi, heat_mq.cmd.api\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('heat_mq.')}\n"
        "print(*sorted(rooms))\n"
        "print(*sorted(name for name in ('sqlalchemy.orm', 'openstack', 'alembic') if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    rooms, libraries = done.stdout.split("\n")[:2]
    allowed = {
        "api",
        "web",
        "cmd",
        "rpc",
        "conf",
        "context",
        "concurrency",
        "errors",
        "clock",
        "policies",
        "text",
        "json_text",
        "arn",
        "fetch",
    }
    assert set(rooms.split()) <= allowed
    assert libraries == ""
