"""Servers whose network the cloud finds or makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.errors import CloudError
from heat_mq.resources.kit import Record
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources.nova.server_lives import PLAIN

AUTO = {**PLAIN, "networks": [{"allocate_network": "auto"}]}
NONE = {**PLAIN, "networks": [{"allocate_network": "none"}]}


@pytest.fixture
def admin(cloud_of: Callable[[str], Cloud]) -> Cloud:
    """Of a cloud that has no network for everybody."""
    admin = cloud_of("admin")
    admin.network.change("network", admin.network.find("network", "private-net"), {"shared": False})
    return admin


@pytest.fixture
def driver(admin: Cloud, cloud_of: Callable[[str], Cloud], cloud_clock: Any) -> Driver:
    """In a project without networks."""
    return Driver(cloud_of("alt_demo"), cloud_clock)


@pytest.fixture
def provided(admin: Cloud) -> None:
    admin.network.change("network", admin.network.find("network", "public"), {"is_default": True})
    pool = {"name": "p", "prefixes": ["10.90.0.0/16"], "default_prefixlen": 26, "is_default": True}
    admin.network.create("subnetpool", pool)


def networks(driver: Driver, server: Record) -> list[str]:
    return list(driver.read(server)["addresses"])


def test_a_server_gets_the_network_that_is_made_for_the_project(driver: Driver, provided: None) -> None:
    assert networks(driver, driver.create(Server, "first", AUTO)) == ["auto_allocated_network"]
    assert networks(driver, driver.create(Server, "second", AUTO)) == ["auto_allocated_network"]


def test_so_does_a_server_that_is_to_have_one_later(driver: Driver, provided: None) -> None:
    server = driver.create(Server, "thing", NONE)
    assert networks(driver, server) == []
    assert networks(driver, driver.update(server, AUTO)) == ["auto_allocated_network"]


def test_a_server_that_is_to_have_one_later_gets_the_one_there_is(driver: Driver, provided: None) -> None:
    network = driver.cloud.network.create("network", {"name": "own"})
    subnet = {"network_id": network["id"], "ip_version": 4, "cidr": "10.91.0.0/24"}
    driver.cloud.network.create("subnet", subnet)
    assert networks(driver, driver.update(driver.create(Server, "thing", NONE), AUTO)) == ["own"]
    assert [each["name"] for each in driver.cloud.network.each("/networks", "networks")].count("own") == 1
    assert not list(driver.cloud.network.each("/routers", "routers"))


def test_where_none_can_be_made_the_reason_is_told(driver: Driver) -> None:
    with pytest.raises(CloudError, match="Unable to automatically allocate a network"):
        driver.create(Server, "thing", AUTO)
    server = driver.create(Server, "thing", NONE)
    with pytest.raises(CloudError, match="No default router:external network"):
        driver.update(server, AUTO)
