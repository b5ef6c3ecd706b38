"""What oslo.middleware does for both APIs follows the options that it has everywhere else in OpenStack."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import webob

from tests.unit.api.fakes import Api, configured
from tests.unit.api_cfn.fakes import Cfn

Send = Callable[..., webob.Response]
PATHS = {"rest": "/v1/p1/stacks", "cfn": "/v1?Action=ListStacks"}


@pytest.fixture(params=["rest", "cfn"])
def send(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Callable[[str], Send]:
    """``send(configuration)`` gives what sends a request to one of the APIs: with a token to what lists stacks."""

    def configure(text: str = "") -> Send:
        conf = configured(tmp_path, text)
        app = Api(conf).app if request.param == "rest" else Cfn(conf).app

        def send(method: str = "GET", path: str = "", body: bytes = b"", **headers: str) -> webob.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            asked = webob.Request.blank(path or PATHS[request.param], method=method, body=body)
            asked.headers.update({"X-Auth-Token": "good", **named})
            return asked.get_response(app)

        return send

    return configure


def test_a_load_balancer_is_told_that_a_server_is_taken_out(send: Any, tmp_path: pathlib.Path) -> None:
    switch = tmp_path / "out"
    ask = send(f"[healthcheck]\nbackends = disable_by_file\ndisable_by_file_path = {switch}\n")
    assert ask(path="/healthcheck", X_Auth_Token="wrong").status_code == 200
    switch.touch()
    assert ask(path="/healthcheck").status_code == 503
    assert ask().status_code == 200


def test_health_is_told_in_detail_only_when_it_is_asked_for(send: Any) -> None:
    assert send()(path="/healthcheck", Accept="application/json").json == {"detailed": False, "reasons": []}
    detailed = send("[healthcheck]\ndetailed = true\nbackends = disable_by_file\n")
    told = detailed(path="/healthcheck", Accept="application/json").json
    assert (told["detailed"], [each["class"] for each in told["reasons"]]) == (True, ["HealthcheckResult"])


def test_an_origin_that_is_not_listed_gets_no_headers(send: Any) -> None:
    ask = send("[cors]\nallowed_origin = http://horizon\n")
    assert "Access-Control-Allow-Origin" not in ask(Origin="http://elsewhere").headers
    assert ask(Origin="http://horizon").headers["Access-Control-Allow-Origin"] == "http://horizon"


def test_what_browsers_may_send_and_keep_is_configured(send: Any) -> None:
    ask = send(
        "[cors]\nallowed_origin = http://a,http://b\nallow_credentials = false\nmax_age = 7\nallow_methods = GET\n"
        "allow_headers = X-Mine\nexpose_headers = X-Shown\n"
    )
    asked = {"Origin": "http://b", "Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "X-Mine"}
    allowed = ask("OPTIONS", **asked)
    assert allowed.status_code in (200, 204)
    assert allowed.headers["Access-Control-Max-Age"] == "7"
    assert allowed.headers["Access-Control-Allow-Headers"] == "X-Mine"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert ask(Origin="http://b").headers["Access-Control-Expose-Headers"] == "X-Shown"
    refused = ask("OPTIONS", **{**asked, "Access_Control_Request_Method": "DELETE"})
    assert "Access-Control-Allow-Methods" not in refused.headers


def test_without_an_origin_in_the_configuration_nothing_is_added(send: Any) -> None:
    assert not [name for name in send()(Origin="http://horizon").headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    ("option", "host"), [("", "localhost"), ("enable_proxy_headers_parsing = true", "cloud.example")]
)
def test_a_proxy_is_believed_where_the_operator_says_so(send: Any, option: str, host: str) -> None:
    ask = send(f"[oslo_middleware]\n{option}\n")
    document = ask(path="/", X_Forwarded_Proto="https", X_Forwarded_Host="cloud.example", Host="localhost").text
    assert f"://{host}/v1/" in document
    assert ("https://" in document) is bool(option)


def test_every_answer_has_a_request_id_of_its_own(send: Any) -> None:
    ask = send()
    seen = {ask().headers["X-Openstack-Request-Id"] for _ in range(3)}
    assert len(seen) == 3
    assert all(id.startswith("req-") for id in seen)


def test_a_body_that_is_too_long_is_refused_before_the_token_is_looked_at(send: Any) -> None:
    ask = send("[DEFAULT]\nmax_json_body_size = 10\n")
    answer = ask("POST", body=b"x" * 100, X_Auth_Token="wrong", Content_Type="application/json")
    assert answer.status_code == 400
    assert "RequestLimitExceeded" in answer.text


@pytest.mark.parametrize("given", ["req-6f1f9d0c-2f4e-4b8f-9d2b-0a4f1f6f7c11", "not-an-id"])
def test_the_id_that_the_caller_works_under_reaches_the_engine(given: str) -> None:
    api = Api()
    answer = api("GET /stacks", X_Openstack_Request_Id=given)
    context = api.engine.contexts[0]
    assert context.global_request_id == (given if given.startswith("req-") else None)
    assert answer.headers["x-openstack-request-id"] == context.request_id != given
