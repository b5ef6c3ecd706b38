"""Keystone as openstacksdk, keystonemiddleware and EC2 signers meet it."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from typing import Any

import pytest
import requests
from keystoneauth1 import exceptions as refused
from keystoneauth1 import session as auth_session
from keystoneauth1.identity import v3
from keystoneclient.contrib.ec2.utils import Ec2Signer
from keystonemiddleware import auth_token
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock, Served


def trust_session(served: Served, trust_id: str, user: str = "heat") -> auth_session.Session:
    auth = v3.Password(
        f"{served.url}/identity/v3",
        username=user,
        password=served.password(user),
        user_domain_id="default",
        trust_id=trust_id,
    )
    return auth_session.Session(auth)


def test_a_member_gets_a_token_with_roles_and_a_catalog(served: Served, demo: Connection):
    access = demo.session.auth.get_access(demo.session)
    assert {"member", "reader", "heat_stack_owner"} == set(access.role_names)
    urls = access.service_catalog
    assert urls.url_for(service_type="orchestration", interface="internal").endswith(f"/v1/{access.project_id}")
    assert urls.url_for(service_type="cloudformation") == "http://127.0.0.1:8000/v1"
    assert access.will_expire_soon(3000) is False


@pytest.mark.parametrize("changed", [{"password": "wrong"}, {"username": "nobody"}, {"project_name": "admin"}])
def test_wrong_credentials_and_foreign_projects_are_refused(served: Served, changed: dict[str, str]):
    connection = served.connect(**(served.auth() | changed))
    with pytest.raises(exceptions.SDKException, match="requires authentication"):
        connection.authorize()


def test_errors_have_keystones_shape_and_a_request_id(served: Served):
    answer = requests.get(f"{served.url}/identity/v3/users/nobody", timeout=60)
    assert answer.status_code == 401
    assert answer.headers["x-openstack-request-id"].startswith("req-")
    assert answer.json() == {
        "error": {
            "code": 401,
            "message": "The request you have made requires authentication.",
            "title": "Unauthorized",
        }
    }


def test_a_member_sees_itself_and_not_the_others(served: Served, demo: Connection):
    assert demo.identity.get_user(demo.current_user_id).name == "demo"
    assert demo.identity.get_project(demo.current_project_id).name == "demo"
    with pytest.raises(exceptions.ForbiddenException):
        list(demo.identity.users())


def test_an_administrator_manages_projects_users_and_grants(served: Served, admin: Connection):
    identity = admin.identity
    project = identity.create_project(name="p1", domain_id="default")
    user = identity.create_user(name="u1", password="secret", domain_id="default")
    with pytest.raises(exceptions.ConflictException):
        identity.create_user(name="u1", password="x", domain_id="default")
    role = identity.find_role("member", ignore_missing=False)
    identity.assign_project_role_to_user(project, user, role)
    assert identity.validate_user_has_project_role(project, user, role)
    assert [each.id for each in identity.role_assignments_filter(project=project, user=user)] == [role.id]
    auth = served.auth() | {"username": "u1", "password": "secret", "project_name": "p1"}
    connection = served.connect(**auth)
    token = connection.authorize()
    identity.unassign_project_role_from_user(project, user, role)
    assert not identity.validate_user_has_project_role(project, user, role)
    assert admin.identity.get("/auth/tokens", headers={"X-Subject-Token": token}).status_code == 404
    identity.delete_user(user)
    identity.delete_project(project)
    assert "p1" not in [each.name for each in identity.projects()]


def test_the_admin_of_the_stack_domain_rules_there_and_nowhere_else(served: Served):
    auth = {
        "auth_url": f"{served.url}/identity/v3",
        "username": "heat_domain_admin",
        "password": served.password("heat_domain_admin"),
        "user_domain_name": "heat",
        "domain_name": "heat",
    }
    identity = served.connect(**auth).identity
    domain_id = identity.get_user(served.connect(**auth).current_user_id).domain_id
    project = identity.create_project(name="stack-1", domain_id=domain_id)
    user = identity.create_user(name="stack-user", password="x", domain_id=domain_id, default_project_id=project.id)
    identity.assign_project_role_to_user(project, user, identity.find_role("heat_stack_user", ignore_missing=False))
    assert {each.name for each in identity.projects()} == {"stack-1"}
    with pytest.raises(exceptions.ForbiddenException):
        identity.create_user(name="intruder", password="x", domain_id="default")
    stack_user = served.connect(
        auth_url=f"{served.url}/identity/v3", user_id=user.id, password="x", project_id=project.id
    )
    assert stack_user.session.auth.get_access(stack_user.session).role_names == ["heat_stack_user"]


def test_a_trustee_acts_as_the_trustor_until_the_trust_is_deleted(served: Served, demo: Connection):
    heat = served.connect("heat", "service")
    trust = demo.identity.create_trust(
        trustor_user_id=demo.current_user_id,
        trustee_user_id=heat.current_user_id,
        project_id=demo.current_project_id,
        impersonation=True,
        roles=[{"name": "member"}],
        allow_redelegation=False,
    )
    session = trust_session(served, trust.id)
    access = session.auth.get_access(session)
    assert (access.user_id, access.project_id) == (demo.current_user_id, demo.current_project_id)
    assert (access.trust_id, access.trustee_user_id) == (trust.id, heat.current_user_id)
    assert access.role_names == ["member"]
    with pytest.raises(refused.Forbidden):
        trust_session(served, trust.id, "alt_demo").get_token()
    demo.identity.delete_trust(trust)
    answer = heat.identity.get("/auth/tokens", headers={"X-Subject-Token": access.auth_token})
    assert answer.status_code == 404
    with pytest.raises(refused.Unauthorized):
        trust_session(served, trust.id).get_token()


def test_a_trust_delegates_only_what_the_trustor_has(served: Served, demo: Connection):
    wanted = {"trustee_user_id": "x", "project_id": demo.current_project_id, "impersonation": True}
    heat_id = served.connect("heat", "service").current_user_id
    with pytest.raises(exceptions.NotFoundException):
        demo.identity.create_trust(
            **(wanted | {"trustor_user_id": demo.current_user_id, "trustee_user_id": heat_id}),
            roles=[{"name": "admin"}],
        )
    with pytest.raises(exceptions.ForbiddenException):
        demo.identity.create_trust(**(wanted | {"trustor_user_id": heat_id}), roles=[{"name": "member"}])


def test_a_trust_is_passed_on_only_when_it_says_so(served: Served, demo: Connection):
    heat_id = served.connect("heat", "service").current_user_id
    wanted = {
        "trustor_user_id": demo.current_user_id,
        "trustee_user_id": heat_id,
        "project_id": demo.current_project_id,
        "impersonation": True,
        "roles": [{"name": "member"}],
    }
    statuses = []
    for allowed in (True, False):
        trust = demo.identity.create_trust(**wanted, allow_redelegation=allowed)
        session = trust_session(served, trust.id)
        url = f"{served.url}/identity/v3/OS-TRUST/trusts"
        statuses.append(session.post(url, json={"trust": wanted}, raise_exc=False).status_code)
    assert statuses == [201, 403]


def test_an_application_credential_authenticates_for_its_project(served: Served, demo: Connection):
    made = demo.identity.create_application_credential(demo.current_user_id, name="ci", roles=[{"name": "reader"}])
    auth = {
        "auth_url": f"{served.url}/identity/v3",
        "application_credential_id": made.id,
        "application_credential_secret": made.secret,
    }
    connection = served.connect(auth_type="v3applicationcredential", **auth)
    assert connection.current_project_id == demo.current_project_id
    assert connection.session.auth.get_access(connection.session).role_names == ["reader"]
    demo.identity.delete_application_credential(demo.current_user_id, made)
    with pytest.raises(exceptions.SDKException, match="requires authentication"):
        served.connect(auth_type="v3applicationcredential", **auth).authorize()


def test_a_token_can_be_rescoped_expires_and_can_be_revoked(served: Served, clock: Clock, admin: Connection):
    auth = served.auth("admin", "admin")
    unscoped = v3.Password(auth["auth_url"], username="admin", password=auth["password"], user_domain_id="default")
    token = auth_session.Session(unscoped).get_token()
    rescoped = v3.Token(auth["auth_url"], token, project_name="demo", project_domain_id="default")
    session = auth_session.Session(rescoped)
    fresh = session.get_token()
    assert rescoped.get_access(session).project_name == "demo"

    def status(subject: str) -> int:
        headers = {"X-Auth-Token": admin.authorize(), "X-Subject-Token": subject}
        return requests.head(f"{auth['auth_url']}/auth/tokens", headers=headers, timeout=60).status_code

    assert status(fresh) == 200
    requests.delete(
        f"{auth['auth_url']}/auth/tokens", headers={"X-Auth-Token": fresh, "X-Subject-Token": fresh}, timeout=60
    ).raise_for_status()
    assert status(fresh) == 404
    assert status(token) == 200
    clock.go(3_601)
    with pytest.raises(refused.Unauthorized):
        v3.Token(auth["auth_url"], token).get_access(auth_session.Session())


@pytest.mark.parametrize("end", [{"password": "new"}, {"is_enabled": False}])
def test_of_the_second_in_which_a_users_tokens_are_ended_none_counts(
    served: Served, clock: Clock, admin: Connection, end: dict[str, Any]
):
    user = admin.identity.create_user(name=f"ended-{'-'.join(end)}", password="old", domain_id="default")

    def counts(token: str | None) -> bool:
        headers = {"X-Auth-Token": str(token), "X-Subject-Token": str(token)}
        return requests.head(f"{served.url}/identity/v3/auth/tokens", headers=headers, timeout=60).ok

    def token() -> str | None:
        auth = v3.Password(f"{served.url}/identity/v3", user_id=user.id, password=end.get("password", "old"))
        return auth_session.Session(auth).get_token()

    admin.identity.update_user(user, **end)
    admin.identity.update_user(user, is_enabled=True)
    early = token()
    assert not counts(early)
    clock.go(1)
    assert counts(token())
    assert not counts(early)


def test_keystonemiddleware_validates_tokens_with_its_service_user(served: Served, demo: Connection):
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return [b""]

    conf = {
        "auth_type": "password",
        "auth_url": f"{served.url}/identity",
        "www_authenticate_uri": f"{served.url}/identity",
        "username": "heat",
        "password": served.password("heat"),
        "user_domain_name": "Default",
        "project_name": "service",
        "project_domain_name": "Default",
        "oslo_config_config": None,
    }
    guarded = auth_token.AuthProtocol(app, conf)
    statuses: list[str] = []

    def request(token: str) -> None:
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_X_AUTH_TOKEN": token, "SERVER_NAME": "x"}
        environ |= {"SERVER_PORT": "80", "wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1"}
        list(guarded(environ, lambda status, headers: statuses.append(status)))

    request(demo.authorize())
    request("no such token")
    assert [each[:3] for each in statuses] == ["200", "401"]
    assert seen["HTTP_X_PROJECT_ID"] == demo.current_project_id
    assert "member" in seen["HTTP_X_ROLES"].split(",")
    assert "orchestration" in seen["HTTP_X_SERVICE_CATALOG"]


@pytest.mark.parametrize("version", ["2", "4"])
def test_an_ec2_key_pair_signs_for_its_user(served: Served, clock: Clock, demo: Connection, version: str):
    path = f"/users/{demo.current_user_id}/credentials/OS-EC2"
    pair = demo.identity.post(path, json={"tenant_id": demo.current_project_id}).json()["credential"]
    params = {"Action": "DescribeStacks", "AWSAccessKeyId": pair["access"]}
    headers: dict[str, str] = {}
    now = datetime.datetime.fromtimestamp(clock.now, datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    today = now[:8]
    if version == "2":
        params |= {"SignatureVersion": "2", "SignatureMethod": "HmacSHA256"}
    else:
        params |= {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Date": now}
        params |= {"X-Amz-Credential": f"{pair['access']}/{today}/r/cfn/aws4_request", "X-Amz-SignedHeaders": "host"}
        headers = {"host": "h:8000"}
    request = {"access": pair["access"], "host": "h:8000", "verb": "GET", "path": "/v1/", "params": params}
    request |= {"headers": headers, "body_hash": hashlib.sha256(b"").hexdigest()}
    request["signature"] = Ec2Signer(pair["secret"]).generate(dict(request))
    url = f"{served.url}/identity/v3/ec2tokens"
    asked = {"url": url, "json": {"credentials": request}, "timeout": 60}
    assert requests.post(**asked).status_code == 401
    assert requests.post(**asked, headers={"X-Auth-Token": demo.authorize()}).status_code == 403
    service = {"X-Auth-Token": served.connect("heat", "service").authorize()}
    answer = requests.post(**asked, headers=service)
    assert answer.json()["token"]["user"]["name"] == "demo"
    assert answer.json()["token"]["project"]["name"] == "demo"
    clock.go(16 * 60)
    # Only version 4 always says when it was made.
    assert requests.post(**asked, headers=service).status_code == (200 if version == "2" else 401)
    request["path"] = "/v2/"
    assert requests.post(**asked, headers=service).status_code == 401
    assert demo.identity.delete(f"{path}/{pair['access']}").status_code == 204


def test_an_s3_signature_is_checked(served: Served, demo: Connection):
    blob = json.dumps({"access": "A1", "secret": "S1"})
    demo.identity.create_credential(
        type="ec2", blob=blob, user_id=demo.current_user_id, project_id=demo.current_project_id
    )
    signed = base64.b64encode(b"GET\n\n\n\n/bucket").decode()
    signature = base64.b64encode(hmac.new(b"S1", b"GET\n\n\n\n/bucket", hashlib.sha1).digest()).decode()
    url = f"{served.url}/identity/v3/s3tokens"
    good = {"credentials": {"access": "A1", "token": signed, "signature": signature}}
    assert requests.post(url, json=good, timeout=60).status_code == 401
    service = {"X-Auth-Token": served.connect("heat", "service").authorize()}
    assert requests.post(url, json=good, headers=service, timeout=60).json()["token"]["user"]["name"] == "demo"
    bad = {"credentials": {"access": "A1", "token": signed, "signature": "x"}}
    assert requests.post(url, json=bad, headers=service, timeout=60).status_code == 401
