"""What is made of Keystone's answers, and which Keystone is asked."""

from __future__ import annotations

import hashlib
import json
import pathlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.exceptions import ConnectFailure, HttpError
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from heat_mq import conf as configuration
from heat_mq.api_cfn.ec2.adapters import load_adapters
from heat_mq.api_cfn.ec2.claim import Claim, claim_of
from heat_mq.api_cfn.ec2.keystone import Keystone
from heat_mq.api_cfn.errors import AwsError
from heat_mq.api_cfn.request import Request
from heat_mq.errors import BadConfiguration
from heat_mq.signature import sign
from tests.simcloud.serving import Served


def claim(access: str = "access", secret: str = "secret") -> Claim:
    params = {"AWSAccessKeyId": access, "SignatureVersion": "2", "SignatureMethod": "HmacSHA256"}
    params["Signature"] = sign(secret, "GET", "cfn:8000", "/v1/", params)
    found = claim_of(Request("GET", "/", "/v1/", "cfn:8000", params, {}, b""))
    assert found is not None
    return found


class Answering:
    """A Keystone that answers what it was told; an exception is raised."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked = 0

    def post(self, url: str, **kwargs: Any) -> Any:
        self.asked += 1
        assert url == "/ec2tokens"
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def refused(status: int, message: str = "no") -> HttpError:
    return HttpError(message, http_status=status)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([refused(401, "EC2 access key not found.")], "InvalidClientTokenId"),
        ([refused(401, "Invalid EC2 signature.")], "SignatureDoesNotMatch"),
        ([refused(401, "The request you have made requires authentication.")], "AccessDenied"),
        ([refused(403)], "AccessDenied"),
        ([refused(500)], "ServiceUnavailable"),
        ([ConnectFailure("no route")], "ServiceUnavailable"),
        ([refused(401, "EC2 access key not found."), refused(401, "Invalid EC2 signature.")], "SignatureDoesNotMatch"),
        ([refused(401, "EC2 access key not found."), ConnectFailure("no route")], "ServiceUnavailable"),
    ],
)
def test_a_refusal_is_told_in_awss_words(answers: list[Exception], code: str) -> None:
    keystone = Keystone({str(number): Answering(answer) for number, answer in enumerate(answers)})
    with pytest.raises(AwsError) as caught:
        keystone.prove(claim(), None)
    assert caught.value.type == code


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.close()


def as_demo(served: Served) -> Adapter:
    """Keystone as the user demo."""
    session = Session(v3.Password(**served.auth()))
    return Adapter(session, endpoint_override=f"{served.url}/identity/v3")


def key_pair(served: Served) -> tuple[str, str]:
    demo = as_demo(served)
    path = f"/users/{demo.get_user_id()}/credentials/OS-EC2"
    pair = demo.post(path, json={"tenant_id": demo.get_project_id()}).json()["credential"]
    return pair["access"], pair["secret"]


def login(served: Served, group: str, user: str = "heat") -> str:
    return (
        f"[{group}]\nauth_type = password\nauth_url = {served.url}/identity\nusername = {user}\n"
        f"password = {served.password(user)}\nuser_domain_name = Default\nproject_name = service\n"
        "project_domain_name = Default\n"
    )


def keystone_of(directory: pathlib.Path, text: str) -> Keystone:
    file = directory / "heat_mq.conf"
    file.write_text(text)
    return Keystone(load_adapters(configuration.load(files=[file])))


@pytest.mark.parametrize("group", ["ec2authtoken", "keystone_authtoken"])
def test_the_services_own_login_is_used(served: Served, tmp_path: pathlib.Path, group: str) -> None:
    keystone = keystone_of(tmp_path, login(served, group))
    context = keystone.prove(claim(*key_pair(served)), "req-1")
    assert (context.user_name, context.project_name, context.request_id) == ("demo", "demo", "req-1")
    assert "member" in context.roles
    assert any(entry["type"] == "orchestration" for entry in context.service_catalog)
    proof = {"X-Subject-Token": context.auth_token or ""}
    token = as_demo(served).get("/auth/tokens", headers=proof).json()["token"]
    assert token["methods"] == ["ec2credential"]


def test_the_group_of_its_own_wins_over_that_of_the_tokens(served: Served, tmp_path: pathlib.Path) -> None:
    other = "[keystone_authtoken]\nauth_type = password\nauth_url = http://127.0.0.1:1/\nusername = x\npassword = x\n"
    keystone = keystone_of(tmp_path, login(served, "ec2authtoken") + other)
    assert keystone.prove(claim(*key_pair(served)), None).user_name == "demo"


def test_keystone_is_found_in_the_catalog_when_the_group_asks_for_that(served: Served, tmp_path: pathlib.Path) -> None:
    text = login(served, "ec2authtoken") + "interface = internal\nregion_name = {}\n"
    keystone = keystone_of(tmp_path, text.format("RegionOne"))
    assert keystone.prove(claim(*key_pair(served)), None).user_name == "demo"
    with pytest.raises(AwsError):
        keystone_of(tmp_path, text.format("elsewhere")).prove(claim(*key_pair(served)), None)


def test_each_cloud_is_asked_until_one_knows_the_key(tmp_path: pathlib.Path) -> None:
    one, other = Served(), Served()
    try:
        text = "[ec2authtoken]\nmulti_cloud = true\nclouds = one,other\n"
        text += login(one, "ec2authtoken.one") + login(other, "ec2authtoken.other")
        keystone = keystone_of(tmp_path, text)
        for cloud in (one, other):
            assert keystone.prove(claim(*key_pair(cloud)), None).user_name == "demo"
        with pytest.raises(AwsError):
            keystone.prove(claim(), None)
    finally:
        one.close()
        other.close()


def test_a_wrong_signature_is_refused_by_keystone_itself(served: Served, tmp_path: pathlib.Path) -> None:
    access, _ = key_pair(served)
    with pytest.raises(AwsError) as caught:
        keystone_of(tmp_path, login(served, "ec2authtoken")).prove(claim(access, "another"), None)
    assert caught.value.type == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "text", ["", "[ec2authtoken]\nmulti_cloud = true\n", "[ec2authtoken]\nmulti_cloud = true\nclouds = a\n"]
)
def test_a_configuration_without_a_keystone_is_refused_at_the_start(tmp_path: pathlib.Path, text: str) -> None:
    with pytest.raises(BadConfiguration):
        keystone_of(tmp_path, text)


def test_the_body_is_part_of_the_claim() -> None:
    asked = Request("PUT", "/", "/v1/x", "h", {"AWSAccessKeyId": "a", "Signature": "s"}, {}, b"{}")
    found = claim_of(asked)
    assert found is not None
    credentials = json.loads(json.dumps(found.as_json()))["credentials"]
    assert credentials["body_hash"] == hashlib.sha256(b"{}").hexdigest()
    assert unquote(credentials["path"]) == "/v1/x"
    assert "Signature" not in credentials["params"]
