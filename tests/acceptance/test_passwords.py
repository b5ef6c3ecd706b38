"""``deferred_auth_method = password``, and an API that takes users and passwords instead of tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy
from heatclient.client import Client

from tests.acceptance.processes import Running, until
from tests.acceptance.systems import Deployment
from tests.integration import services
from tests.ports import free_ports

pytestmark = pytest.mark.xdist_group("passwords")

NET = {"heat_template_version": "2018-08-31", "resources": {"net": {"type": "OS::Neutron::Net"}}}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with services.database("postgresql", tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Deployment]:
    directory = tmp_path_factory.mktemp("passwords")
    with services.broker() as transport:
        found = Deployment(directory, database, transport, "deferred_auth_method = password\n")
        yield found
        found.close()


@pytest.fixture(scope="module")
def standalone(system: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a second API of the same system, which knows no tokens."""
    directory = tmp_path_factory.mktemp("standalone")
    port = free_ports()
    extra = directory / "standalone.conf"
    extra.write_text(f"[paste_deploy]\nflavor = standalone\n[heat_api]\nbind_port = {port}\n")
    running = Running(system.directory / "standalone.log", "heat-mq-api", *system.files, "--config-file", str(extra))
    running.serves(port)
    yield f"http://127.0.0.1:{port}/v1/{system.rest.project_id}"
    running.kill()


@pytest.fixture(autouse=True)
def nothing_is_told_or_left(system: Deployment, database: str) -> Iterator[None]:
    before = system.cloud.objects()
    yield
    system.rest.clear()
    until(lambda: system.cloud.objects() == before, "what the stacks have made is gone")
    until(lambda: sealed(database) == [], "no credential is stored any more")
    assert not [name for name, text in system.logs().items() if password(system) in text]


def password(system: Deployment) -> str:
    return system.openstack.variables["OS_PASSWORD"]


def sealed(database: str) -> list[Any]:
    engine = sqlalchemy.create_engine(database)
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT kind, sealed FROM credential")).all()
    engine.dispose()
    return list(found)


def test_the_engine_works_on_with_the_password_that_came_with_the_token(system: Deployment, database: str):
    system.rest.session.headers["X-Auth-Key"] = password(system)
    try:
        assert system.rest.create("kept", NET).status_code == 201
        assert system.rest.create("other", NET).status_code == 201
        until(lambda: system.rest.status("kept") == "CREATE_COMPLETE", "the stack is complete")
        ((kind, text),) = sealed(database)
        assert kind == "password"
        assert password(system) not in text
    finally:
        del system.rest.session.headers["X-Auth-Key"]
    # What needs no new rights needs no password either.
    path = f"/stacks/kept/{system.rest.get('/stacks/kept')['stack']['id']}"
    assert system.rest.request("POST", f"{path}/actions", json={"check": None}).status_code in (200, 201)
    until(lambda: system.rest.status("kept") == "CHECK_COMPLETE", "the stack is checked")


@pytest.mark.parametrize(("key", "words"), [({}, "X-Auth-Key"), ({"X-Auth-Key": "wrong-word-1"}, "password of demo")])
def test_a_create_without_the_right_password_is_refused(system: Deployment, key: dict[str, str], words: str):
    answer = system.rest.request("POST", "/stacks", json={"stack_name": "no", "template": NET}, headers=key)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "MissingCredentialError"
    assert words in answer.text
    assert "wrong-word-1" not in answer.text
    assert system.rest.stack_names() == []


def test_heats_own_client_leads_a_stack_by_user_and_password(system: Deployment, standalone: str):
    variables = system.openstack.variables
    heat = Client("1", standalone, username=variables["OS_USERNAME"], password=password(system), include_pass=True)
    made = heat.stacks.create(stack_name="alone", template=NET)["stack"]["id"]
    until(lambda: heat.stacks.get(made).stack_status == "CREATE_COMPLETE", "the stack is complete")
    assert [each.stack_name for each in heat.stacks.list()] == ["alone"]
    heat.stacks.update(made, template={**NET, "description": "changed"})
    until(lambda: heat.stacks.get(made).stack_status == "UPDATE_COMPLETE", "the stack is updated")
    heat.stacks.delete(made)
    until(lambda: heat.stacks.get(made).stack_status == "DELETE_COMPLETE", "the stack is deleted")


def test_a_token_is_no_login_at_the_standalone_api(system: Deployment, standalone: str):
    answer = system.rest.session.get(f"{standalone}/stacks", timeout=60)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "HTTPUnauthorized"
