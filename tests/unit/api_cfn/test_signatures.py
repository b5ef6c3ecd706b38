"""Signed requests: what AWS's own client signs reaches Keystone's check in the form in which it was signed."""

from __future__ import annotations

import datetime
import logging
from urllib.parse import quote, urlencode, urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from heat_mq.signature import sign, signed_url
from tests.unit.api_cfn.fakes import ARN, SECRETS, Cfn, Reply

FORM = "application/x-www-form-urlencoded"
URL = "http://cfn:8000/v1/"
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def v2(cfn: Cfn, method: str, params: dict[str, str], key: str = "member", secret: str | None = None) -> Reply:
    """A request signed by version 2, as boto 2 and the cfn tools do it."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = {**params, "AWSAccessKeyId": key, "SignatureVersion": "2", "SignatureMethod": "HmacSHA256"}
    signed["Timestamp"] = now
    signed["Signature"] = sign(secret or SECRETS.get(key, ""), method, "cfn:8000", "/v1/", signed)
    if method == "POST":
        return cfn.send("POST", URL, urlencode(signed).encode(), Content_Type=FORM)
    return cfn.send(method, f"{URL}?{urlencode(signed, quote_via=quote)}")


def v4(cfn: Cfn, method: str, params: dict[str, str], auth: type = SigV4Auth) -> Reply:
    """A request signed by botocore, in its headers or in its query."""
    credentials = Credentials("member", SECRETS["member"])
    if method == "POST":
        content = urlencode(params).encode()
        request = AWSRequest("POST", URL, data=content, headers={"Content-Type": FORM, "Host": "cfn:8000"})
    else:
        content = b""
        request = AWSRequest(method, f"{URL}?{urlencode(params, quote_via=quote)}", headers={"Host": "cfn:8000"})
    auth(credentials, "cloudformation", "RegionOne").add_auth(request)
    headers = {name.replace("-", "_"): str(value) for name, value in request.headers.items() if name != "Host"}
    return cfn.send(method, request.prepare().url, content, **headers)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["GET", "POST"]), TEXT)
def test_version_2_is_proved_whatever_the_parameters(method: str, text: str) -> None:
    cfn = Cfn()
    assert v2(cfn, method, {"Action": "ListStacks", "Other": text}).status == 200
    context = cfn.engine.contexts[-1]
    assert (context.user_id, context.project_id, context.auth_token) == ("member", "p1", "from the signature")


def test_version_4_is_proved_from_a_query_with_headers(cfn: Cfn) -> None:
    assert v4(cfn, "GET", {"Action": "DescribeStacks", "StackName": "a b/é"}).status == 200


def test_version_4_is_proved_from_a_form(cfn: Cfn) -> None:
    assert v4(cfn, "POST", {"Action": "DescribeStacks", "StackName": "a b/é"}).status == 200


def test_version_4_is_proved_from_a_presigned_query(cfn: Cfn) -> None:
    assert v4(cfn, "GET", {"Action": "ListStacks"}, SigV4QueryAuth).status == 200


def test_keystone_gets_no_more_than_it_needs(cfn: Cfn) -> None:
    request = AWSRequest("GET", f"{URL}?Action=ListStacks", headers={"Host": "cfn:8000"})
    SigV4Auth(Credentials("member", SECRETS["member"]), "cloudformation", "r").add_auth(request)
    headers = {name.replace("-", "_"): str(value) for name, value in request.headers.items() if name != "Host"}
    assert cfn.send("GET", request.url, Cookie="c", X_Auth_Token="other", **headers).status == 200
    [claim] = cfn.keystone.claims
    assert set(claim) == {"access", "signature", "host", "verb", "path", "params", "headers", "body_hash"}
    assert set(claim["headers"]) == {"Authorization", "Host", "X-Amz-Date"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_secret_is_refused(cfn: Cfn, method: str) -> None:
    reply = v2(cfn, method, {"Action": "ListStacks"}, secret="another")
    assert (reply.status, reply.error) == (403, "SignatureDoesNotMatch")
    assert cfn.engine.calls == []


def test_a_parameter_that_was_changed_is_refused(cfn: Cfn) -> None:
    signed = {"Action": "ListStacks", "AWSAccessKeyId": "member", "SignatureVersion": "2"}
    signed["Signature"] = sign(SECRETS["member"], "GET", "cfn:8000", "/v1/", signed)
    reply = cfn.send("GET", f"{URL}?{urlencode({**signed, 'Action': 'DeleteStack', 'StackName': 's1'})}")
    assert (reply.status, reply.error) == (403, "SignatureDoesNotMatch")


def test_an_unknown_key_is_refused(cfn: Cfn) -> None:
    reply = v2(cfn, "GET", {"Action": "ListStacks"}, key="nobody", secret="x")
    assert (reply.status, reply.error) == (403, "InvalidClientTokenId")


@pytest.mark.parametrize(
    ("query", "headers", "status", "code"),
    [
        ("AWSAccessKeyId=member", {}, 400, "IncompleteSignature"),
        ("Signature=x", {}, 403, "MissingAuthenticationToken"),
        ("", {}, 403, "MissingAuthenticationToken"),
        ("", {"Authorization": "AWS4-HMAC-SHA256 Credential=member/d/r/s/aws4_request"}, 400, "IncompleteSignature"),
        ("", {"Authorization": "AWS4-HMAC-SHA256"}, 403, "MissingAuthenticationToken"),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", {}, 403, "MissingAuthenticationToken"),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=member/d", {}, 400, "IncompleteSignature"),
        ("", {"X_Auth_Token": "wrong"}, 403, "AccessDenied"),
    ],
)
def test_who_proves_nothing_is_told_what_is_missing(
    cfn: Cfn, query: str, headers: dict[str, str], status: int, code: str
) -> None:
    reply = cfn.send("GET", f"{URL}?Action=ListStacks&{query}", **headers)
    assert (reply.status, reply.error) == (status, code)


def test_a_token_is_an_alternative(cfn: Cfn) -> None:
    assert cfn("ListStacks").status == 200
    assert cfn.engine.contexts[-1].auth_token == "good"
    assert cfn.keystone.claims == []


@pytest.mark.parametrize(("kind", "method"), [("waitcondition", "PUT"), ("signal", "POST")])
def test_a_signed_url_of_the_engine_is_let_in(cfn: Cfn, kind: str, method: str) -> None:
    url = f"http://cfn:8000/v1/{kind}/{quote(ARN + '/resources/my%20handle', '/')}"
    signed = signed_url(url, method, "guest", SECRETS["guest"])
    # curl calls every body a form.
    assert cfn.send(method, signed, b'{"status": "SUCCESS"}', Content_Type=FORM).status == 200
    name, arguments = cfn.engine.last
    assert (name, arguments["resource_name"], arguments["details"]) == (
        "resource_signal",
        "my handle",
        {"status": "SUCCESS"},
    )
    assert cfn.engine.contexts[-1].project_id == "users"


def test_a_signed_url_is_for_its_resource_alone(cfn: Cfn) -> None:
    url = signed_url(f"http://cfn:8000/v1/signal/{quote(ARN + '/resources/a', '/')}", "POST", "guest", SECRETS["guest"])
    assert cfn.send("POST", url.replace("/resources/a", "/resources/b"), b"{}").error == "SignatureDoesNotMatch"
    assert cfn.send("PUT", url, b"{}").error == "SignatureDoesNotMatch"


@pytest.mark.parametrize("action", ["ListStacks", "CreateStack", "DescribeStacks", "DeleteStack", "GetTemplate"])
def test_a_stacks_user_may_use_one_action_alone(cfn: Cfn, action: str) -> None:
    reply = v2(cfn, "GET", {"Action": action, "StackName": "s1"}, key="guest")
    assert (reply.status, reply.error) == (403, "AccessDenied")
    assert cfn.engine.calls == []
    polled = {"Action": "DescribeStackResource", "StackName": "s1", "LogicalResourceId": "v"}
    assert v2(cfn, "GET", polled, key="guest").status == 200


def test_no_signature_and_no_key_is_logged(cfn: Cfn, caplog: pytest.LogCaptureFixture) -> None:
    url = signed_url(f"http://cfn:8000/v1/signal/{quote(ARN + '/resources/a', '/')}", "POST", "guest", SECRETS["guest"])
    with caplog.at_level(logging.DEBUG):
        cfn.send("POST", url, b"{}")
        cfn.send("PUT", url, b"{}")
    assert urlsplit(url).query.partition("Signature=")[2] not in caplog.text
    assert SECRETS["guest"] not in caplog.text
