"""The whole life of types, against the simulated cloud: nothing is left, whoever dies."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.errors import CloudGone
from heat_mq.resources.kit import Record, Replace, registry
from heat_mq.resources.kit.testing import Driver
from tests.simcloud.serving import Served
from tests.unit.resources.barbican.lives import LIVES as BARBICAN
from tests.unit.resources.cinder.lives import LIVES as CINDER
from tests.unit.resources.glance.lives import LIVES as GLANCE
from tests.unit.resources.keystone.lives import LIVES as KEYSTONE
from tests.unit.resources.lives import Life, inventory
from tests.unit.resources.mortal import every_death
from tests.unit.resources.neutron.lives import LIVES as NEUTRON
from tests.unit.resources.nova.lives import LIVES as NOVA
from tests.unit.resources.octavia.lives import LIVES as OCTAVIA
from tests.unit.resources.swift.lives import LIVES as SWIFT

LIVES = {life.type: life for life in (*KEYSTONE, *NOVA, *CINDER, *BARBICAN, *NEUTRON, *OCTAVIA, *SWIFT, *GLANCE)}


#: Whose object is whole once it is there, or made whole by an update; all others are made anew after a failed create.
GONE_ON_WITH = frozenset(
    {
        "OS::Barbican::CertificateContainer",
        "OS::Barbican::GenericContainer",
        "OS::Barbican::Order",
        "OS::Barbican::RSAContainer",
        "OS::Barbican::Secret",
        "OS::Neutron::ExtraRoute",
        "OS::Neutron::ExtraRouteSet",
        "OS::Octavia::HealthMonitor",
        "OS::Octavia::L7Policy",
        "OS::Octavia::L7Rule",
        "OS::Octavia::Listener",
        "OS::Octavia::LoadBalancer",
        "OS::Octavia::Pool",
        "OS::Octavia::PoolMember",
        "OS::Octavia::Quota",
    }
)


@pytest.fixture(params=sorted(LIVES))
def life(request: pytest.FixtureRequest) -> Life:
    return LIVES[request.param]


def of_those(applies: Callable[[Life], object]) -> pytest.MarkDecorator:
    """The test is one of these lives alone."""
    names = [name for name in sorted(LIVES) if applies(LIVES[name])]
    return pytest.mark.parametrize("life", names, indirect=True)


@pytest.fixture
def driver(life: Life, cloud_of: Callable[[str], Cloud], cloud_clock: Any) -> Driver:
    return Driver(cloud_of(life.user), cloud_clock)


@pytest.fixture
def begin(life: Life, driver: Driver, cloud_clock: Any) -> dict[str, Any]:
    """Its properties, with what they refer to made, and at rest."""
    made: Iterator[int] = iter(range(100))

    def make(type_name: str, **raw: Any) -> str:
        record = driver.create(registry.get(type_name), f"needed{next(made)}", raw)
        return str(driver.reference(record))

    raw = life.begin(make)
    cloud_clock.advance(60)
    return raw


def changed(driver: Driver, life: Life, record: Record, raw: dict[str, Any]) -> Record:
    return driver.update(record, life.updated(raw)) if life.change else record


def assert_shows(driver: Driver, record: Record, wanted: Any) -> None:
    live = driver.read(record)
    assert {key: live.get(key) for key in wanted} == dict(wanted)


def test_it_is_created_checked_changed_in_place_and_deleted(life: Life, driver: Driver, served: Served, begin) -> None:
    cls = registry.get(life.type)
    before = inventory(served.cloud)
    record = driver.create(cls, "thing", begin)
    assert_shows(driver, record, life.shown)
    driver.check(record)
    assert driver.drift(record, begin) == set()
    if life.change:
        assert not driver.needs_replace_failed(record)
    for name in cls.Attributes.props:
        driver.attribute(record, name)
    after = changed(driver, life, record, begin)
    assert driver.reference(after) == driver.reference(record)
    assert_shows(driver, after, life.changed)
    assert driver.drift(after, life.updated(begin)) == set()
    driver.delete(after)
    assert inventory(served.cloud) == before
    driver.delete(after)


@of_those(lambda life: life.replace)
def test_what_cannot_be_changed_in_place_is_replaced(life: Life, driver: Driver, served: Served, begin) -> None:
    cls = registry.get(life.type)
    before = inventory(served.cloud)
    old = driver.create(cls, "thing", begin)
    raw = {key: value for key, value in {**begin, **life.replace}.items() if value is not None}
    with pytest.raises(Replace):
        driver.update(old, raw)
    driver.finish(old, "prepare_replace")
    new = driver.create(cls, "thing", raw)
    driver.delete(old)
    driver.check(new)
    assert driver.drift(new, raw) == set()
    driver.delete(new)
    assert inventory(served.cloud) == before


def test_a_failed_replacement_leaves_the_old_object_as_it_was(
    life: Life, driver: Driver, served: Served, begin, cloud_clock: Any
) -> None:
    cls = registry.get(life.type)
    old = driver.create(cls, "thing", begin)
    before = inventory(served.cloud)
    driver.finish(old, "prepare_replace")
    driver.finish(old, "restore_replaced")
    cloud_clock.advance(60)
    assert inventory(served.cloud) == before
    driver.delete(old)


@of_those(lambda life: life.type in GONE_ON_WITH)
def test_an_object_that_is_whole_is_gone_on_with_though_its_create_failed(life: Life, driver: Driver, begin) -> None:
    old = dataclasses.replace(driver.create(registry.get(life.type), "thing", begin), status="FAILED")
    assert not driver.needs_replace_failed(old)


@of_those(lambda life: life.type not in GONE_ON_WITH)
def test_an_object_whose_create_failed_half_way_is_made_anew(life: Life, driver: Driver, served: Served, begin) -> None:
    cls = registry.get(life.type)
    before = inventory(served.cloud)
    old = dataclasses.replace(driver.create(cls, "thing", begin), status="FAILED")
    assert driver.needs_replace_failed(old)
    driver.finish(old, "prepare_replace")
    new = driver.create(cls, "thing", begin)
    driver.delete(old)
    driver.check(new)
    assert_shows(driver, new, life.shown)
    assert driver.drift(new, begin) == set()
    driver.delete(new)
    assert inventory(served.cloud) == before


def test_whenever_a_worker_dies_there_is_one_object_and_none_after_delete(
    life: Life, driver: Driver, served: Served, begin
) -> None:
    cls = registry.get(life.type)
    before = inventory(served.cloud)
    created, deaths = None, 0
    for worker in every_death(driver, *life.services):
        record = worker.create(cls, "thing", begin)
        created = created or len(inventory(served.cloud))
        assert len(inventory(served.cloud)) == created
        assert_shows(driver, record, life.shown)
        if life.change:
            record = worker.update(record, life.updated(begin))
            assert_shows(driver, record, life.changed)
        worker.delete(record)
        assert inventory(served.cloud) == before
        deaths += worker.died
    assert deaths, f"{life.type} sends nothing to {life.services}"


@of_those(lambda life: life.can_be_gone)
def test_what_somebody_else_has_deleted_is_gone(life: Life, driver: Driver, begin) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    driver.delete(record)
    assert driver.needs_replace_failed(record)
    with pytest.raises(CloudGone):
        driver.check(record)
