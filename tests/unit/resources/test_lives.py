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
from tests.unit.resources import lived
from tests.unit.resources.heat.lives import Keys
from tests.unit.resources.lives import Life, inventory
from tests.unit.resources.refusals import *  # noqa: F403
from tests.unit.resources.scenarios import *  # noqa: F403
from tests.unit.resources.scenarios import LIVES
from tests.unit.resources.stack_users import StackUsers
from tests.unit.resources.unlived import UNCHANGED, UNLIVED


@pytest.fixture
def localized() -> Callable[[Life], Life]:
    """Lives are written in the simulated cloud's words."""
    return lambda life: life


@pytest.fixture
def driver(written: Life, cloud_of: Callable[[str], Cloud], clouds: Clouds, cloud_clock: Any) -> Driver:
    cloud = cloud_of(written.user)
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


@pytest.mark.parametrize("type_name", sorted({life.type for life in LIVES.values()}))
def test_every_property_of_a_type_is_lived_but_for_those_with_a_reason(type_name: str) -> None:
    lives = [life for life in LIVES.values() if life.type == type_name]
    given = set().union(*map(lived.given, lives))
    assert set(lived.properties(type_name)) - given == set(UNLIVED.get(type_name, ()))
    changed = set().union(*map(lived.changed, lives))
    assert lived.in_place(type_name) - changed == set(UNCHANGED.get(type_name, ()))


def test_reasons_are_about_types_that_live() -> None:
    assert {*UNLIVED, *UNCHANGED} <= {life.type for life in LIVES.values()}
