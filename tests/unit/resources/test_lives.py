"""The whole life of types, against the simulated cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.credentials import StackDomainAdmin
from heat_mq.clients.session import Clouds
from heat_mq.resources.kit import Resource, registry
from heat_mq.resources.kit.testing import Driver
from tests.simcloud.serving import Served
from tests.unit.resources.heat.lives import Keys
from tests.unit.resources.lives import Life, inventory
from tests.unit.resources.scenarios import *  # noqa: F403
from tests.unit.resources.scenarios import LIVES
from tests.unit.resources.stack_users import StackUsers


@pytest.fixture
def localized() -> Callable[[Life], Life]:
    """Lives are written in the simulated cloud's words."""
    return lambda life: life


@pytest.fixture
def driver(life: Life, cloud_of: Callable[[str], Cloud], clouds: Clouds, cloud_clock: Any) -> Driver:
    cloud = cloud_of(life.user)
    cloud.network.get("/security-groups")  # with the first look a project gets its default security group
    clouds.forget(StackDomainAdmin())  # every test has a new cloud
    domain = clouds.cloud(StackDomainAdmin())
    project_id = domain.identity.create_project(name="guests", domain_id=domain.domain_id)
    return Driver(cloud, cloud_clock, software=Keys(), signals=StackUsers(clouds, cloud, project_id))


@pytest.fixture
def holdings(served: Served, rest: Callable[[float], None]) -> Callable[[], Any]:
    def holdings() -> Any:
        rest(60)  # what the cloud does by itself is done, as a floating IP's change of status
        return inventory(served.cloud)

    return holdings


@pytest.fixture
def rest(cloud_clock: Any) -> Callable[[float], None]:
    return cloud_clock.advance


def test_every_type_that_looks_for_nothing_has_a_life_or_only_reads() -> None:
    """So that it is tried whether its create changes nothing."""
    lookless = {cls.type for cls in registry.load().values() if cls.find_existing is Resource.find_existing}
    lived = {life.type for life in LIVES.values()}
    assert {name for name in lookless - lived if registry.get(name).service} == {"OS::Heat::SwiftSignal"}
