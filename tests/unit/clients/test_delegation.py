"""Trusts and the stack domain, against the simulated Keystone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from heat_mq.clients.credentials import PasswordCredential, ServiceUser, StackDomainAdmin, TokenCredential
from heat_mq.clients.session import Clouds
from heat_mq.clients.settings import Settings
from heat_mq.errors import CloudError, CloudTransient, Forbidden, MissingCredential
from tests.simcloud.serving import Clock, Served


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(clock=Clock())
    yield served
    served.close()


@pytest.fixture
def settings(served: Served) -> Settings:
    url = f"{served.url}/identity/v3"

    def service(trust_id: str | None) -> v3.Password:
        scope = {"trust_id": trust_id} if trust_id else {"project_name": "service", "project_domain_id": "default"}
        return v3.Password(
            auth_url=url, username="heat", password=served.password("heat"), user_domain_id="default", **scope
        )

    return Settings(
        auth_url=url,
        load_service_auth=service,
        region="RegionOne",
        stack_domain_name="heat",
        stack_domain_admin="heat_domain_admin",
        stack_domain_admin_password=served.password("heat_domain_admin"),
    )


@pytest.fixture
def clouds(settings: Settings) -> Iterator[Clouds]:
    clouds = Clouds(settings)
    yield clouds
    clouds.close()


@pytest.fixture
def demo(served: Served) -> PasswordCredential:
    return PasswordCredential(
        password=served.password("demo"),
        username="demo",
        user_domain_id="default",
        project_name="demo",
        project_domain_id="default",
    )


def test_a_trust_lends_the_users_rights_until_it_is_taken_back(clouds, demo):
    owner = clouds.cloud(demo)
    trust = clouds.delegate(demo)
    lent = clouds.cloud(trust)
    assert (lent.user_id, lent.project_id) == (owner.user_id, owner.project_id)
    assert clouds.cloud(ServiceUser()).user_id != owner.user_id
    assert lent.network.find("network", "public") == owner.network.find("network", "public")
    clouds.undelegate(trust)
    clouds.cloud(demo).identity.delete_trust(trust.trust_id)
    with pytest.raises(CloudError):
        clouds.cloud(trust).network.get("/networks")


def test_the_token_of_a_request_is_enough_to_delegate(clouds, demo):
    owner = clouds.cloud(demo)
    credential = TokenCredential(owner.token(), owner.user_id, owner.project_id, owner.roles)
    trust = clouds.delegate(credential)
    assert clouds.cloud(trust).user_id == owner.user_id
    clouds.undelegate(trust)


@pytest.mark.parametrize("unrestricted", [True, False])
def test_an_application_credential_may_delegate_when_it_was_made_for_that(clouds, demo, unrestricted: bool):
    owner = clouds.cloud(demo)
    wanted = {"name": f"machine-{unrestricted}", "unrestricted": unrestricted}
    path = f"/users/{owner.user_id}/application_credentials"
    made = owner.identity.post(path, {"application_credential": wanted})["application_credential"]
    plugin = v3.ApplicationCredential(
        auth_url=clouds.settings.auth_url,
        application_credential_id=made["id"],
        application_credential_secret=made["secret"],
    )
    session = Session(plugin)
    credential = TokenCredential(session.get_token(), owner.user_id, owner.project_id, owner.roles)
    if unrestricted:
        clouds.undelegate(clouds.delegate(credential))
    else:
        with pytest.raises(Forbidden, match="--unrestricted"):
            clouds.delegate(credential)


def test_only_the_roles_of_the_configuration_are_lent(settings, demo):

    clouds = Clouds(dataclasses.replace(settings, delegated_roles=("heat_stack_owner",)))
    trust = clouds.delegate(demo)
    assert clouds.cloud(trust).roles == ("heat_stack_owner",)
    clouds.undelegate(trust)
    greedy = Clouds(dataclasses.replace(settings, delegated_roles=("admin",)))
    with pytest.raises(MissingCredential, match="role admin"):
        greedy.delegate(demo)


def test_a_stack_has_a_project_and_users_of_its_own(clouds):
    admin = clouds.cloud(StackDomainAdmin()).identity
    domain = clouds.stack_domain_id()
    project = admin.create_project(name="stack-1", domain_id=domain)
    assert admin.create_project(name="stack-1", domain_id=domain) == project
    given = {"name": "handle", "domain_id": domain, "project_id": project, "role": "heat_stack_user"}
    user = admin.create_user(password="one", **given)
    assert admin.create_user(password="one", **given) == user
    with pytest.raises(CloudTransient, match="new password"):
        admin.create_user(password="two", **given)
    assert admin.create_user(password="two", **given) == user
    guest = clouds.cloud(PasswordCredential(user_id=user, password="two", project_id=project))
    assert (guest.user_id, guest.project_id, guest.roles) == (user, project, ("heat_stack_user",))
    assert guest.token()
    keys = admin.create_ec2(user_id=user, project_id=project)
    assert [key["access"] for key in admin.ec2_of(user)] == [keys["access"]]
    admin.delete_ec2(keys["id"])
    admin.delete_ec2(keys["id"])
    assert admin.ec2_of(user) == []
    admin.enable_user(user, False)
    with pytest.raises(CloudTransient):  # let in again
        admin.create_user(password="two", **given)
    admin.enable_user(user, False)
    with pytest.raises(CloudError):
        Clouds(clouds.settings).cloud(PasswordCredential(user_id=user, password="two", project_id=project)).token()
    for _ in range(2):
        admin.delete_user(user)
        admin.delete_project(project)


def test_workers_that_make_the_project_of_a_stack_at_once_get_the_same(clouds, served):
    # The first look finds nothing, then another worker is faster: its project is there when this one posts.
    served.cloud.faults.add(
        {"kind": "latency", "service": "identity", "method": "POST", "path": "projects$", "seconds": 0.2}
    )
    try:
        with ThreadPoolExecutor(6) as pool:
            domain = clouds.stack_domain_id()
            admin = clouds.cloud(StackDomainAdmin()).identity
            made = list(pool.map(lambda _: admin.create_project(name="stack-2", domain_id=domain), range(6)))
    finally:
        served.cloud.faults.remove()
    assert len(set(made)) == 1
    admin.delete_project(made[0])


def test_without_a_stack_domain_the_options_that_are_missing_are_named(settings):

    with pytest.raises(MissingCredential, match="stack_domain_admin"):
        Clouds(dataclasses.replace(settings, stack_domain_admin="")).cloud(StackDomainAdmin())
    with pytest.raises(MissingCredential, match="auth_uri"):
        Clouds(dataclasses.replace(settings, auth_url="")).cloud(PasswordCredential(password="x", user_id="u"))
