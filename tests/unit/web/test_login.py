"""Callers without tokens, against the simulated Keystone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import webob
from keystoneauth1.session import Session

from heat_mq.api.middleware.reply import refuse
from heat_mq.clients import settings
from heat_mq.errors import BadConfiguration
from heat_mq.web.context import RequestContext
from heat_mq.web.layers import auth_by_flavor
from heat_mq.web.login import PasswordLogin, password_login
from tests.simcloud.serving import Clock, Served
from tests.unit.api.fakes import configured

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(clock=Clock())
    yield served
    served.close()


@pytest.fixture(scope="module")
def project(served: Served) -> str:
    return str(served.connect().current_project_id)


def seen(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An application that answers whom it sees."""
    context = RequestContext.from_environ(environ)
    start_response("200 OK", [("Content-Type", "application/json")])
    said = {
        **context.to_dict(),
        "key": environ.get("HTTP_X_AUTH_KEY"),
        "can_use_catalog": bool(context.service_catalog),
    }
    return [json.dumps(said).encode()]


def asking(app: Any) -> Ask:
    def ask(path: str, **headers: str) -> tuple[int, dict[str, Any]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = webob.Request.blank(path, headers=named).get_response(app)
        return answer.status_code, answer.json

    return ask


@pytest.fixture
def standalone(served: Served) -> Ask:
    return asking(PasswordLogin(seen, Session(), f"{served.url}/identity/v3", refuse))


def test_a_user_and_a_password_are_a_login_for_the_project_of_the_path(standalone: Ask, served: Served, project: str):
    status, who = standalone(f"/v1/{project}/stacks", X_Auth_User="demo", X_Auth_Key=served.password("demo"))
    assert status == 200
    assert (who["user_name"], who["project_id"], who["project_name"]) == ("demo", project, "demo")
    assert "member" in who["roles"]
    assert who["can_use_catalog"]
    assert (
        served.connect()
        .session.get(
            f"{served.url}/identity/v3/auth/tokens",
            headers={"X-Auth-Token": who["auth_token"], "X-Subject-Token": who["auth_token"]},
        )
        .ok
    )


def test_a_login_is_remembered(standalone: Ask, served: Served, project: str):
    login = {"X_Auth_User": "demo", "X_Auth_Key": served.password("demo")}
    tokens = {standalone(f"/v1/{project}/stacks", **login)[1]["auth_token"] for _ in range(3)}
    assert len(tokens) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_Auth_User": "demo"},
        {"X_Auth_Key": "x"},
        {"X_Auth_User": "demo", "X_Auth_Key": "wrong"},
        {"X_Auth_User": "nobody", "X_Auth_Key": "x"},
        {"X_Auth_Token": "x", "X_Roles": "admin", "X_Identity_Status": "Confirmed", "X_User_Id": "u"},
    ],
)
def test_who_does_not_log_in_is_told_401(standalone: Ask, project: str, headers: dict[str, str]):
    status, fault = standalone(f"/v1/{project}/stacks", **headers)
    assert (status, fault["error"]["type"]) == (401, "HTTPUnauthorized")


def test_the_project_of_somebody_else_is_401_too(standalone: Ask, served: Served):
    other = served.connect("admin", "admin").current_project_id
    login = {"X_Auth_User": "demo", "X_Auth_Key": served.password("demo")}
    assert standalone(f"/v1/{other}/stacks", **login)[0] == 401


def test_what_a_client_says_of_itself_is_forgotten(standalone: Ask, served: Served, project: str):
    login = {"X_Auth_User": "demo", "X_Auth_Key": served.password("demo"), "X_User_Domain_Id": "default"}
    lies = {"X_Roles": "admin", "X_User_Id": "root", "X_Project_Id": "other", "X_Tenant_Id": "other", "X_Role": "admin"}
    _, who = standalone(f"/v1/{project}/stacks", **login, **lies)
    assert "admin" not in who["roles"]
    assert who["project_id"] == project
    assert who["user"] != "root"


def test_a_keystone_that_does_not_answer_is_503(project: str):
    ask = asking(PasswordLogin(seen, Session(), "http://127.0.0.1:1/v3", refuse))
    status, fault = ask(f"/v1/{project}/stacks", X_Auth_User="demo", X_Auth_Key="x")
    assert (status, fault["error"]["type"]) == (503, "HTTPServiceUnavailable")


@pytest.fixture
def open_to_all(served: Served, tmp_path: Any) -> Ask:
    login = {"auth_type": "password", "auth_url": f"{served.url}/identity/v3", "username": "demo"}
    login |= {"password": served.password("demo"), "user_domain_name": "Default"}
    login |= {"project_name": "demo", "project_domain_name": "Default"}
    lines = "".join(f"{name} = {value}\n" for name, value in login.items())
    conf = configured(tmp_path, f"[paste_deploy]\nflavor = noauth\n[noauth]\n{lines}")
    return asking(auth_by_flavor(refuse)(seen, conf))


def test_without_logins_every_request_is_made_as_one_user(open_to_all: Ask, served: Served, project: str):
    for headers in ({}, {"X_Auth_Token": "any", "X_Roles": "admin"}, {"Origin": "http://localhost:80"}):
        status, who = open_to_all(f"/v1/{project}/stacks", **headers)
        assert (status, who["user_name"], who["project_id"]) == (200, "demo", project)
        assert "admin" not in who["roles"]
        assert who["key"] == served.password("demo")


def test_without_logins_pages_of_other_origins_are_refused(open_to_all: Ask, project: str):
    for origin in ("http://evil.example", "null"):
        status, fault = open_to_all(f"/v1/{project}/stacks", Origin=origin)
        assert (status, fault["error"]["type"]) == (403, "HTTPForbidden")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[paste_deploy]\nflavor = standalne\n", "standalne"),
        ("[paste_deploy]\nflavor = noauth\n", "[noauth] auth_type"),
        ("[paste_deploy]\nflavor = standalone\n", "[clients_keystone] auth_uri"),
    ],
)
def test_a_flavor_that_cannot_work_is_told_at_the_start(tmp_path: Any, text: str, words: str):
    with pytest.raises(BadConfiguration) as caught:
        auth_by_flavor(refuse)(seen, configured(tmp_path, text))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("own", "cert"), [("", ("/all", "/key")), ("cert_file = /own", "/own"), ("ca_file = /ca", ("/all", "/key"))]
)
def test_a_certificate_that_keystone_is_shown_goes_with_its_own_key(tmp_path: Any, own: str, cert: Any):
    text = "[clients]\ncert_file = /all\nkey_file = /key\n[clients_keystone]\nauth_uri = http://k\n"
    layer: Any = password_login(seen, configured(tmp_path, f"{text}{own}\n"), refuse)
    assert layer._session.cert == cert


@pytest.mark.parametrize(
    ("common", "own", "verify"),
    [
        ("", "", True),
        ("ca_file = /all", "", "/all"),
        ("insecure = true", "", False),
        ("insecure = true", "insecure = false", True),
        ("insecure = true", "ca_file = /own", "/own"),
        ("ca_file = /all", "insecure = true", False),
    ],
)
def test_keystones_certificate_is_checked_as_the_engine_checks_it(tmp_path: Any, common: str, own: str, verify: Any):
    conf = configured(tmp_path, f"[clients]\n{common}\n[clients_keystone]\nauth_uri = http://k\n{own}\n")
    layer: Any = password_login(seen, conf, refuse)
    assert layer._session.verify == verify == settings.from_conf(conf).service("identity").verify
