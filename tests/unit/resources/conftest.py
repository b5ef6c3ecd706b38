"""Types against the simulated cloud, over HTTP, without an engine. One clock drives the cloud and the waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.credentials import PasswordCredential
from heat_mq.clients.session import Clouds
from heat_mq.clients.settings import Settings
from heat_mq.clock import FakeClock
from heat_mq.resources.kit.testing import Driver
from heat_mq.simcloud.identity.bootstrap import HEAT_DOMAIN
from heat_mq.simcloud.serve import DOMAIN_ADMIN
from tests.simcloud.serving import Served

pytest.register_assert_rewrite("tests.unit.resources.scenarios", "tests.unit.resources.refusals")


class CloudClock(FakeClock):
    """Moves only when told, and is the simulated cloud's clock too."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.time()

    def __call__(self) -> float:
        return self._began + self.monotonic()


@pytest.fixture(scope="session")
def cloud_clock() -> CloudClock:
    return CloudClock()


@pytest.fixture(scope="session")
def served(cloud_clock: CloudClock) -> Iterator[Served]:
    served = Served(clock=cloud_clock)
    yield served
    served.close()


@pytest.fixture(scope="session")
def clouds(served: Served) -> Iterator[Clouds]:
    def nobody(trust_id: str | None) -> None:
        raise AssertionError("no test here acts as the service")

    url = f"{served.url}/identity/v3"
    settings = Settings(
        auth_url=url,
        load_service_auth=nobody,
        region="RegionOne",
        stack_domain_name=HEAT_DOMAIN,
        stack_domain_admin=DOMAIN_ADMIN,
        stack_domain_admin_password=served.password(DOMAIN_ADMIN),
    )
    clouds = Clouds(settings)
    yield clouds
    clouds.close()


@pytest.fixture
def cloud_of(served: Served, clouds: Clouds) -> Iterator[Callable[[str], Cloud]]:
    """``cloud_of("admin")`` is the cloud with the rights of that user in the project of the same name."""
    used = []

    def cloud_of(user: str) -> Cloud:
        used.append(
            PasswordCredential(
                password=served.password(user),
                username=user,
                user_domain_id="default",
                project_name=user,
                project_domain_id="default",
            )
        )
        return clouds.cloud(used[-1])

    yield cloud_of
    served.cloud.reset()
    for credential in used:
        clouds.forget(credential)


@pytest.fixture
def cloud(cloud_of: Callable[[str], Cloud]) -> Cloud:
    """The cloud as member of a project; what a test leaves is gone after it."""
    return cloud_of("demo")


@pytest.fixture
def driver(cloud: Cloud, cloud_clock: CloudClock) -> Driver:
    return Driver(cloud, cloud_clock)
