"""Types against the simulated Neutron, over HTTP, without an engine.

With HEAT_MQ_TEST_CLOUD=1 and the OS_ variables of an ordinary user the same tests run against a real cloud that
has an external network ``public``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.credentials import PasswordCredential
from heat_mq.clients.session import Clouds
from heat_mq.clients.settings import Settings
from heat_mq.errors import CloudGone
from heat_mq.resources.kit import Record, registry
from heat_mq.resources.kit.testing import Driver
from tests.simcloud.serving import Clock, Served

IS_REAL = bool(os.environ.get("HEAT_MQ_TEST_CLOUD"))


@pytest.fixture(scope="package")
def login() -> Iterator[tuple[str, PasswordCredential]]:
    """Keystone's URL and an ordinary user of a project."""
    if IS_REAL:
        yield (
            os.environ["OS_AUTH_URL"],
            PasswordCredential(
                password=os.environ["OS_PASSWORD"],
                username=os.environ["OS_USERNAME"],
                user_domain_name=os.environ["OS_USER_DOMAIN_NAME"],
                project_name=os.environ["OS_PROJECT_NAME"],
                project_domain_name=os.environ["OS_PROJECT_DOMAIN_NAME"],
            ),
        )
        return
    served = Served(clock=Clock())
    yield (
        f"{served.url}/identity/v3",
        PasswordCredential(
            password=served.password("demo"),
            username="demo",
            user_domain_id="default",
            project_name="demo",
            project_domain_id="default",
        ),
    )
    served.close()


@pytest.fixture(scope="package")
def cloud(login: tuple[str, PasswordCredential]) -> Iterator[Cloud]:
    url, user = login

    def nobody(trust_id: str | None) -> Any:
        raise AssertionError("no test here acts as the service")

    clouds = Clouds(Settings(auth_url=url, load_service_auth=nobody, region="RegionOne"))
    yield clouds.cloud(user)
    clouds.close()


class Stack:
    """Resources of one test, deleted after it in the order in which an engine would."""

    def __init__(self, cloud: Cloud) -> None:
        self.driver = Driver(cloud)
        self.network = cloud.network
        self._left: list[Record] = []

    def create(self, type_name: str, name: str, /, *, lose: tuple[str, ...] = (), **raw: Any) -> Record:
        record = self.driver.create(registry.get(f"OS::Neutron::{type_name}"), name, raw, lose=lose)
        self._left.append(record)
        return record

    def update(self, record: Record, /, *, lose: tuple[str, ...] = (), **raw: Any) -> Record:
        """``raw`` are all the properties that the resource has from now on."""
        changed = self.driver.update(record, raw, lose=lose)
        self._left = [changed if each.id == record.id else each for each in self._left]
        return changed

    def delete(self, record: Record, *, lose: tuple[str, ...] = ()) -> None:
        self.driver.delete(record, lose=lose)
        self._left = [each for each in self._left if each.id != record.id]

    def exists(self, record: Record) -> bool:
        try:
            self.driver.read(record)
        except CloudGone:
            return False
        return True

    def close(self) -> None:
        for record in reversed(self._left):
            self.driver.delete(record)


@pytest.fixture
def stack(cloud: Cloud) -> Iterator[Stack]:
    stack = Stack(cloud)
    yield stack
    stack.close()


@pytest.fixture
def net(stack: Stack) -> Record:
    return stack.create("Net", "net")


@pytest.fixture
def subnet(stack: Stack, net: Record) -> Record:
    return stack.create("Subnet", "subnet", network=net.physical_id, cidr="10.11.12.0/24")


@pytest.fixture
def router(stack: Stack, subnet: Record) -> Record:
    """A router with a gateway on ``public`` and an interface on the subnet."""
    router = stack.create("Router", "router", external_gateway_info={"network": "public"})
    stack.create("RouterInterface", "interface", router=router.physical_id, subnet=subnet.physical_id)
    return router


@pytest.fixture
def port(stack: Stack, net: Record, subnet: Record) -> Record:
    return stack.create("Port", "port", network=net.physical_id)
